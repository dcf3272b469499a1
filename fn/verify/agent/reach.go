package agent

import (
	"cmp"
	"path"
	"regexp"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
)

// This file says which folders an agent's path may lead to. A path may be a
// template; what fills it in is known where generators say it.

// filler is what a variable of a path may be: regular expressions, by the name of
// the variable; nil is anything.
type filler func(name string) []string

func always(string) []string { return nil }

// hole is a variable of a path: of an ApplicationSet, or of Flux's postBuild.
var hole = regexp.MustCompile(`\{\{-?\s*(.*?)\s*-?\}\}|\$\{([^}]*)\}`)

// reaches reports whether a path of an agent may be a folder of the repository.
func reaches(at, dir string, fill filler) bool {
	if at == "" {
		return false
	}
	if !hole.MatchString(at) {
		return path.Clean("/"+at) == path.Clean("/"+dir)
	}
	at = strings.Trim(strings.TrimPrefix(at, "."), "/")
	var b strings.Builder
	last := 0
	for _, m := range hole.FindAllStringSubmatchIndex(at, -1) {
		b.WriteString(regexp.QuoteMeta(at[last:m[0]]))
		name := ""
		if m[2] >= 0 {
			name = at[m[2]:m[3]]
		}
		b.WriteString("(?:" + cmp.Or(strings.Join(fill(strings.TrimPrefix(name, ".")), "|"), ".*") + ")")
		last = m[1]
	}
	b.WriteString(regexp.QuoteMeta(at[last:]))
	fits, err := regexp.Compile(`^` + b.String() + `$`)
	return err != nil || fits.MatchString(strings.TrimPrefix(path.Clean(dir), "./"))
}

// fluxPath is where a Kustomization of Flux's begins: the root if it does not say.
func fluxPath(o kube.Object) string { return cmp.Or(o.Text("spec", "path"), ".") }
