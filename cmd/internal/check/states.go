package check

import (
	"io"

	"github.com/cutoverdev/cutover/cmd/internal/folder"
	"github.com/cutoverdev/cutover/cmd/internal/report"
	"github.com/cutoverdev/cutover/schemas"
)

// States checks the commit between two states, each a kustomization, a folder, a
// file, - for standard input, or REV:path in the repository that holds dir. It
// returns an error if one of them cannot be read. Where it holds orders for agents, what
// they build in its repository is looked at with it.
func States(dir, from, to string, stdin io.Reader, o Options) (report.Report, error) {
	j := judgement{o, report.Report{Subject: from + " → " + to, Edges: 1}}
	var ends [2]end
	for i, name := range []string{from, to} {
		objects, tree, found, err := folder.StateIn(dir, name, stdin)
		if err != nil {
			return report.Report{}, err
		}
		ends[i] = endOf(objects, tree)
		tree.Close()
		j.find(found...)
		if len(objects) == 0 && !schemas.Failed(j.Findings) {
			j.find(schemas.Finding{
				File: name, ID: "state-empty", Message: "holds no object: nothing would be checked",
				Hint: "look at what was to write it; --allow state-empty if that is meant",
			})
		}
	}
	j.Accept(o.Allow)
	if !schemas.Failed(j.Findings) {
		first, last := o.state(ends[0].own), o.state(ends[1].own)
		j.appliers(ends[0], ends[1])
		j.delivered(to, last)
		j.arrived(first)
	}
	return j.end(), nil
}
