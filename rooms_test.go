package cutover_test

import (
	"fmt"
	"go/ast"
	"go/types"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/cutoverdev/cutover/e2e/golden"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/go/packages"
)

// mapped are the packages whose comment has a map of their files, from the top.
// Their files refer downward only. A new package belongs here.
var mapped = []string{
	"cmd/cutover",
	"cmd/internal/ask",
	"cmd/internal/build",
	"cmd/internal/check",
	"cmd/internal/folder",
	"cmd/internal/git",
	"cmd/internal/load",
	"cmd/internal/release",
	"cmd/internal/round",
	"cmd/internal/report",
	"fn",
	"fn/advance",
	"fn/evidence",
	"fn/verify/account",
	"fn/verify/agent",
	"fn/verify/cluster",
	"fn/verify/interleave",
	"fn/verify/lint",
	"fn/verify/reach",
	"fn/verify/request",
	"fn/verify/rules",
	"fn/verify/rules/delivery",
	"fn/verify/rules/edge",
	"fn/verify/rules/entry",
	"fn/verify/rules/pods",
	"fn/verify/rules/routes",
	"fn/verify/rules/service",
	"fn/verify/rules/state",
	"generators",
	"generators/automaton",
	"generators/controller",
	"generators/delivery",
	"generators/draft",
	"generators/gatewayroute",
	"generators/ingress",
	"generators/gatewaysplit",
	"generators/job",
	"generators/kube",
	"generators/monitoring",
	"generators/overlay",
	"generators/route",
	"generators/routers/alb",
	"generators/routers/contour",
	"generators/routers/custom",
	"generators/routers/dns",
	"generators/routers/gatewayapi",
	"generators/routers/gke",
	"generators/routers/ingressnginx",
	"generators/routers/istio",
	"generators/routers/traefik",
	"generators/routers/linkerd",
	"generators/routers/nginx",
	"generators/stage",
	"generators/structure",
	"generators/structure/cel",
	"generators/track",
	"generators/workload",
	"schemas",
}

// upward are references that point up in spite of it, with the reason.
var upward = map[string]string{}

// TestFilesPointDown: the comment of a package maps its files from the top, and what
// a file uses of the package stands in files below it.
func TestFilesPointDown(t *testing.T) {
	golden.Long(t)
	var paths []string
	for _, dir := range mapped {
		paths = append(paths, "./"+dir)
	}
	loaded, err := packages.Load(&packages.Config{Mode: packages.LoadSyntax}, paths...)
	require.NoError(t, err)
	used := map[string]bool{}
	for _, p := range loaded {
		require.Empty(t, p.Errors)
		order := mapOf(t, p)
		for _, up := range references(p, order) {
			used[up] = true
			assert.Contains(t, upward, up, "%s points up; the map in the package comment is from the top", up)
		}
	}
	for up := range upward {
		require.True(t, used[up], "%s is no more, take it off the list", up)
	}
}

var fileName = regexp.MustCompile(`\b\w+\.go\b`)

// mapOf is the place of each file in the map of its package, 0 at the top. Files in
// one line stand side by side in the order in which they are named.
func mapOf(t *testing.T, p *packages.Package) map[string]int {
	t.Helper()
	order := map[string]int{}
	for _, f := range p.Syntax {
		for line := range strings.Lines(f.Doc.Text()) {
			if !strings.HasPrefix(line, "\t") {
				continue
			}
			for _, name := range fileName.FindAllString(line, -1) {
				if _, twice := order[name]; !twice {
					order[name] = len(order)
				}
			}
		}
	}
	for _, f := range p.Syntax {
		name := filepath.Base(p.Fset.Position(f.Pos()).Filename)
		if _, ok := order[name]; !ok && name != "doc.go" {
			t.Errorf("%s: the map in the package comment lacks %s", p.PkgPath, name)
		}
	}
	return order
}

// references are the uses of package-level names and methods that point up, as
// package: file → file: name.
func references(p *packages.Package, order map[string]int) []string {
	up := map[string]bool{}
	for _, f := range p.Syntax {
		from := filepath.Base(p.Fset.Position(f.Pos()).Filename)
		ast.Inspect(f, func(n ast.Node) bool {
			id, ok := n.(*ast.Ident)
			if !ok {
				return true
			}
			o := p.TypesInfo.Uses[id]
			if o == nil || o.Pkg() != p.Types || !ours(p, o) {
				return true
			}
			to := filepath.Base(p.Fset.Position(o.Pos()).Filename)
			if order[to] < order[from] {
				up[fmt.Sprintf("%s: %s → %s: %s", strings.TrimPrefix(p.PkgPath, module), from, to, o.Name())] = true
			}
			return true
		})
	}
	return slices.Sorted(maps.Keys(up))
}

// ours reports whether an object is declared by the package itself: at its top
// level, as a method or as a field.
func ours(p *packages.Package, o types.Object) bool {
	if o.Parent() == p.Types.Scope() {
		return true
	}
	switch o := o.(type) {
	case *types.Func:
		return o.Signature().Recv() != nil
	case *types.Var:
		return o.IsField()
	}
	return false
}
