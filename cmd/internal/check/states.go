package check

import (
	"io"

	"github.com/cutoverdev/cutover/cmd/internal/folder"
	"github.com/cutoverdev/cutover/cmd/internal/report"
	"github.com/cutoverdev/cutover/fn/verify"
	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/schemas"
)

// States checks the commit between two states, each a kustomization, a folder, a
// file, - for standard input, or REV:path in the repository that holds dir. It
// returns an error if one of them cannot be read.
func States(dir, from, to string, stdin io.Reader, o Options) (report.Report, error) {
	j := judgement{o, report.Report{Subject: from + " → " + to, Edges: 1}}
	var ends [2]cluster.State
	for i, name := range []string{from, to} {
		objects, found, err := folder.State(dir, name, stdin)
		if err != nil {
			return report.Report{}, err
		}
		ends[i] = o.state(objects)
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
		j.between(verify.Edge{From: ends[0], To: ends[1]})
		j.delivered(to, ends[1])
		j.arrived(ends[0])
	}
	return j.end(), nil
}
