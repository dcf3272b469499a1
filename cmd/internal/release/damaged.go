package release

import (
	"maps"
	"regexp"
	"slices"

	"github.com/cutoverdev/cutover/schemas"
)

// lastRelease is the Release as it was before its file was broken, nil if there
// is none. Without a name it is the one that live/ leads to, if that is but one.
func (co checkout) lastRelease(name string) (*schemas.Release, error) {
	if all := slices.Collect(maps.Keys(co.stands())); name == "" && len(all) == 1 {
		name = all[0]
	}
	if co.head == "" || name == "" {
		return nil, nil
	}
	commits, err := co.repo.History(co.head, slices.Sorted(maps.Keys(co.texts))...)
	if err != nil {
		return nil, err
	}
	for _, c := range commits[:min(len(commits), plans)] {
		for file := range co.texts {
			text, _, err := co.repo.File(c.Hash, file)
			if err != nil {
				return nil, err
			}
			if r := called(name, co.parsed(file, text)); r != nil {
				return r, nil
			}
		}
	}
	return nil, nil
}

// restaged is the Release's file with another stage, where it is too broken to be
// read: the one line that says where the release stands. nil if there is no such
// line, or another one like it. Without it the Release would send the requests
// back as soon as somebody has mended it and renders.
func (co checkout) restaged(from, to string) []byte {
	if !co.broken(fileOf(co.release)) {
		return nil
	}
	text := co.texts[fileOf(co.release)]
	line := regexp.MustCompile(`(?m)^( +stage: *["']?)` + regexp.QuoteMeta(from) + `(["']? *(?:#.*)?)$`)
	if len(line.FindAll(text, 2)) != 1 {
		return nil
	}
	return line.ReplaceAll(text, []byte("${1}"+to+"${2}"))
}

// plans bounds how many commits are read for a plan: each is a copy of the
// repository, and an abort is in a hurry.
const plans = 20
