package generators

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/stage"
	"github.com/cutoverdev/cutover/schemas"
)

// Set is the releases of a ReleaseSet that move together.
type Set struct {
	Name    string
	Members []Release
	stage.JointPlan
}

// SetApart is the id of releases that move together and stand apart.
const SetApart = "set-apart"

// Sets are the sets among releases, in the order of their first members.
func Sets(releases []Release) []Set {
	var all []Set
	for _, r := range releases {
		name := r.Set()
		if name == "" {
			continue
		}
		i := slices.IndexFunc(all, func(s Set) bool { return s.Name == name && s.Members[0].File() == r.File() })
		if i < 0 {
			i = len(all)
			all = append(all, Set{Name: name})
		}
		all[i].Members = append(all[i].Members, r)
	}
	for i, s := range all {
		all[i].JointPlan = Joined(s)
	}
	return all
}

// Joined joins the plans of the members of a set.
func Joined(s Set) stage.JointPlan {
	var members []stage.Member
	for _, r := range s.Members {
		members = append(members, stage.Member{Name: r.Metadata.Name, Plan: r.Plan()})
	}
	return stage.Together(members)
}

// Now is where the members stand, in their order.
func (s Set) Now() []string {
	var at []string
	for _, r := range s.Members {
		at = append(at, r.Spec.Stage)
	}
	return at
}

// At is the stage of the set at which its members stand. ok is false where they stand apart.
func (s Set) At() (now stage.Joint, ok bool) { return s.Where(s.Now()) }

// Words say where members stand: cart at shift-5, web at prepare.
func (s Set) Words(at []string) string {
	var words []string
	for i, r := range s.Members {
		words = append(words, r.Metadata.Name+" at "+at[i])
	}
	return schemas.And(words)
}

// checkTogether: releases that move together can, and do.
func checkTogether(out Output) []schemas.Finding {
	var found []schemas.Finding
	first := map[string]string{} // what has a name
	for _, r := range out.Releases {
		first[r.Metadata.Name] = "a Release"
	}
	for _, s := range Sets(out.Releases) {
		if other := first[s.Name]; other != "" {
			found = append(found, s.Members[0].Find("release-duplicate", "metadata.name",
				fmt.Sprintf("ReleaseSet %q, which moves together, has the name of %s", s.Name, other), "give the set a name of its own"))
		}
		first[s.Name] = "another ReleaseSet"
		found = append(found, s.checkShares()...)
		for _, r := range s.Members {
			if r.Clusters() != nil {
				found = append(found, r.Find("track-cluster", "spec.tracks",
					fmt.Sprintf("release %s is in %s, and releases that move together stand in one cluster", r.Metadata.Name, inClusters(r.Release)),
					"a Release by itself, outside of ReleaseSet "+s.Name))
			}
		}
		if f, apart := s.Apart(s.Now()); apart {
			found = append(found, f)
		}
	}
	return found
}

// checkShares: jobs that change the same data do not run at the same time.
func (s Set) checkShares() []schemas.Finding {
	owner := map[string]string{}
	var found []schemas.Finding
	for _, r := range s.Members {
		if !slices.ContainsFunc(r.Spec.Jobs, func(j schemas.Job) bool { return j.Phase != "" }) {
			continue
		}
		for _, name := range r.Spec.Shares {
			if other := owner[name]; other != "" {
				found = append(found, r.Find("set-shares", "spec.shares",
					fmt.Sprintf("%s and %s move together, and jobs of both would change %s at the same time", other, r.Metadata.Name, name),
					"leave the jobs to one of them, or take one out of ReleaseSet "+s.Name))
			}
			owner[name] = r.Metadata.Name
		}
	}
	return found
}

// Apart finds members that stand where no stage of the set has them: somebody has moved
// one of them alone.
func (s Set) Apart(at []string) (f schemas.Finding, apart bool) {
	if _, ok := s.Where(at); ok {
		return f, false
	}
	best, most := s.Stages[0], -1
	for _, j := range s.Stages {
		same := 0
		for i := range at {
			if j.At[i] == at[i] {
				same++
			}
		}
		if same > most {
			best, most = j, same
		}
	}
	var back []string
	odd := -1
	for i, r := range s.Members {
		if best.At[i] != at[i] {
			odd = max(odd, i)
			back = append(back, fmt.Sprintf("stage: %s in %s", best.At[i], r.Metadata.Name))
		}
	}
	hint := fmt.Sprintf("%s, which is stage %s of the set, and render; or cutover abort; from there cutover promote moves all",
		strings.Join(back, ", "), best.Name)
	if joins := s.joins(at); joins >= 0 {
		odd = joins
		hint = fmt.Sprintf("add %s once the release of the others has ended: a workload is adopted before a release starts",
			s.Members[odd].Metadata.Name)
	}
	return s.Members[odd].Find(SetApart, "spec.stage",
		fmt.Sprintf("ReleaseSet %s moves together, and its releases stand apart: %s", s.Name, s.Words(at)), hint), true
}

// joins is a member whose workload is to be adopted while a release of others is under way,
// -1 if none is.
func (s Set) joins(at []string) int {
	adopts := func(name string) bool { return slices.Contains(schemas.Adoption[:], name) }
	if !slices.ContainsFunc(at, func(name string) bool { return name != "stable" && !adopts(name) }) {
		return -1
	}
	return slices.IndexFunc(at, adopts)
}
