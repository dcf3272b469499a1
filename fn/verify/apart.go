package verify

import (
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/schemas"
)

// This file judges several clusters, see [cluster.State.Apart]: each by itself, with the
// records that lead to it, for its agent has applied what it has whatever the others have.

// names are those of the clusters at both ends; of an end that has but one "".
func (e Edge) names() []string {
	var all []string
	for _, s := range []cluster.State{e.From, e.To} {
		for _, one := range s.Each() {
			name := ""
			if one.Router.Place != nil {
				name = one.Router.Place.Cluster
			}
			if !slices.Contains(all, name) {
				all = append(all, name)
			}
		}
	}
	slices.Sort(all)
	return all
}

// judgeApart judges an edge of several clusters.
func (e Edge) judgeApart() Verdict {
	var v Verdict
	var found []inCluster
	for _, name := range e.names() {
		one := Edge{e.Name, e.From.In(name), e.To.In(name), e.MinAvailable}.Judge()
		found = append(found, inCluster{name, one.Found})
		v.Unread, v.Ends = onceUnread(v.Unread, one.Unread), onceUnread(v.Ends, one.Ends)
		for _, l := range one.Left {
			if !slices.ContainsFunc(v.Left, func(k Left) bool { return sameLine(k.Unread(), l.Unread()) }) {
				v.Left = append(v.Left, l)
			}
		}
	}
	v.Found = joined(e.Name, found)
	return v
}

// checkApart checks a state of several clusters.
func checkApart(s cluster.State, name string) []schemas.Finding {
	var found []inCluster
	for _, one := range s.Apart {
		found = append(found, inCluster{one.Router.Place.Cluster, Check(one, name)})
	}
	return joined(name, found)
}

// inCluster is what is found in a cluster.
type inCluster struct {
	name  string
	found []schemas.Finding
}

// joined are the findings of several clusters, each with the name of its own; what is found
// in several, as of the records that all of them read, is told once.
func joined(edge string, of []inCluster) []schemas.Finding {
	var all []schemas.Finding
	for i, c := range of {
		for _, f := range c.found {
			same := func(g schemas.Finding) bool {
				return g.ID == f.ID && g.File == f.File && g.Object == f.Object && g.Message == f.Message
			}
			if slices.ContainsFunc(of[:i], func(before inCluster) bool { return slices.ContainsFunc(before.found, same) }) {
				continue
			}
			several := slices.ContainsFunc(of[i+1:], func(after inCluster) bool { return slices.ContainsFunc(after.found, same) })
			if !several && c.name != "" {
				f.Message = strings.TrimPrefix(edge+", "+c.name+": "+strings.TrimPrefix(f.Message, edge+": "), ", ")
			}
			all = append(all, f)
		}
	}
	return all
}

// onceUnread adds lines that are not among those there are.
func onceUnread(all, more []route.Unread) []route.Unread {
	for _, u := range more {
		if !slices.ContainsFunc(all, func(k route.Unread) bool { return sameLine(k, u) }) {
			all = append(all, u)
		}
	}
	return all
}

// sameLine reports whether two clusters say the same of one object.
func sameLine(a, b route.Unread) bool {
	return a.Why == b.Why && a.Source.File == b.Source.File && a.Source.Key() == b.Source.Key()
}
