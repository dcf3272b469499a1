package release

import (
	"cmp"
	"maps"
	"regexp"
	"slices"

	"github.com/cutoverdev/cutover/schemas"
)

// lastReleases makes a verb about the Release as it was before its file was broken, and
// about all that it moved together with: what is left of a set is not the set.
func (co *checkout) lastReleases(name string) error {
	if co.release != nil && co.set == "" && !co.broken(fileOf(co.release)) {
		return nil
	}
	if name == "" && co.release != nil {
		name = co.called()
	}
	r, all, err := co.lastRelease(name)
	if err != nil || r == nil {
		return err
	}
	if co.release == nil || r.Set() != "" {
		co.about(r.Metadata.Name, all)
	}
	return nil
}

// lastRelease is the Release as it was before its file was broken, nil if there
// is none, with those that stood in its file. Without a name it is the one that live/
// leads to, if that is but one, or but one set. The name may be that of the set.
func (co checkout) lastRelease(name string) (r *schemas.Release, all []*schemas.Release, err error) {
	if all := slices.Collect(maps.Keys(co.stands())); name == "" && len(all) == 1 {
		name = all[0]
	}
	if co.head == "" {
		return nil, nil, nil
	}
	commits, err := co.repo.History(co.head, slices.Sorted(maps.Keys(co.texts))...)
	if err != nil {
		return nil, nil, err
	}
	for _, c := range commits[:min(len(commits), plans)] {
		for _, file := range slices.Sorted(maps.Keys(co.texts)) {
			text, _, err := co.repo.File(c.Hash, file)
			if err != nil {
				return nil, nil, err
			}
			all, whole := co.parsed(file, text)
			old := checkout{}
			if old.about(cmp.Or(name, co.onlySet(all)), all); old.release != nil && (old.set == "" || whole) {
				return old.release, all, nil
			}
		}
	}
	return nil, nil, nil
}

// onlySet is the set of releases that are all that live/ leads to, "" if they are not.
func (co checkout) onlySet(all []*schemas.Release) string {
	set := ""
	for name := range co.stands() {
		r := called(name, all)
		if r == nil || r.Set() == "" || set != "" && set != r.Set() {
			return ""
		}
		set = r.Set()
	}
	return set
}

// restaged is the Release's file with another stage, where it is too broken to be
// read: the one line that says where the release stands. nil if there is no such
// line, or another one like it. Without it the Release would send the requests
// back as soon as somebody has mended it and renders.
func (co checkout) restaged(from, to string) []byte {
	if !co.broken(fileOf(co.release)) {
		return nil
	}
	return restaged(co.texts[fileOf(co.release)], from, to)
}

// restaged is a text with another stage, nil if not one line alone says where it stands.
func restaged(text []byte, from, to string) []byte {
	line := regexp.MustCompile(`(?m)^( +stage: *["']?)` + regexp.QuoteMeta(from) + `(["']? *(?:#.*)?)$`)
	if len(line.FindAll(text, 2)) != 1 {
		return nil
	}
	return line.ReplaceAll(text, []byte("${1}"+to+"${2}"))
}

// plans bounds how many commits are read for a plan: each is a copy of the
// repository, and an abort is in a hurry.
const plans = 20
