// Package cutover_test holds the house to its plan: which way imports point,
// what the pure core may reach, and that everything that is said is explained.
package cutover_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/cutoverdev/cutover/e2e/golden"
	"github.com/cutoverdev/cutover/schemas"
	"github.com/stretchr/testify/require"
)

const module = "github.com/cutoverdev/cutover/"

// layers, from the top: a package may import its own layer and those below.
// Within generators, overlay stands on generators, which stands on the rest.
var layers = []string{"cmd", "fn", "generators", "schemas"}

// pure is everything outside of the project that the layers below cmd may
// reach, transitively. A new line wants a reason.
var pure = []string{
	"go.yaml.in/yaml/v3",              // nodes
	"github.com/agnivade/levenshtein", // did you mean
}

// world are packages of the standard library that reach the world outside of a
// process. fmt and a few others need os; nothing of ours may import it.
var world = []string{"net", "net/http", "os/exec", "os/signal", "os/user", "log", "log/slog", "math/rand", "math/rand/v2", "plugin", "syscall/js"}

// TestImportsPointDown: cmd → fn → generators → schemas, and never up.
func TestImportsPointDown(t *testing.T) {
	eachFile(t, func(file string, f *ast.File) {
		mine := slices.Index(layers, strings.Split(file, "/")[0])
		if mine < 0 {
			return
		}
		for _, imp := range imports(f) {
			rest, ours := strings.CutPrefix(imp, module)
			if !ours {
				continue
			}
			theirs := slices.Index(layers, strings.Split(rest, "/")[0])
			require.GreaterOrEqual(t, theirs, mine, "%s imports %s, which is above it", file, imp)
		}
	})
}

// TestCoreIsPure: below cmd nothing of ours names the world, and nothing that
// we import reaches it but through fmt.
func TestCoreIsPure(t *testing.T) {
	eachFile(t, func(file string, f *ast.File) {
		if i := slices.Index(layers, strings.Split(file, "/")[0]); i < 1 {
			return
		}
		for _, imp := range imports(f) {
			require.NotContains(t, append(world, "os", "io/ioutil", "path/filepath", "runtime", "unsafe"), imp, "%s imports %s", file, imp)
			first, _, _ := strings.Cut(imp, "/")
			if strings.Contains(first, ".") && !strings.HasPrefix(imp, module) {
				require.Contains(t, pure, imp, "%s imports %s", file, imp)
			}
		}
		require.Empty(t, clock(f), "%s asks what time it is", file)
	})
	out, err := exec.Command("go", "list", "-deps", "./fn/...", "./generators/...", "./schemas/...").Output()
	require.NoError(t, err)
	for _, dep := range strings.Fields(string(out)) {
		require.NotContains(t, world, dep, "something below cmd reaches %s", dep)
	}
}

// clock lists the calls of package time that read a clock or wait.
func clock(f *ast.File) []string {
	var all []string
	ast.Inspect(f, func(n ast.Node) bool {
		s, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		x, ok := s.X.(*ast.Ident)
		if ok && x.Name == "time" && slices.Contains([]string{"Now", "Since", "Until", "Sleep", "After", "Tick", "NewTimer", "NewTicker", "AfterFunc"}, s.Sel.Name) {
			all = append(all, s.Sel.Name)
		}
		return true
	})
	return all
}

// TestPages: every id that a finding can have has a page, in order, every page
// is of such an id, and a test case shows it.
func TestPages(t *testing.T) {
	var pages []string
	for _, p := range schemas.Pages() {
		pages = append(pages, p.ID)
		require.NotEmpty(t, p.Text, p.ID)
	}
	require.True(t, slices.IsSorted(pages), "the pages are not in alphabetical order")
	require.Len(t, slices.Compact(slices.Clone(pages)), len(pages), "two pages of one id")
	ids := findingIDs(t)
	require.Empty(t, without(ids, pages), "these ids have no page")
	require.Empty(t, without(pages, ids), "these pages are of no finding")
	shown := cases(t)
	pages = slices.DeleteFunc(pages, func(id string) bool {
		return strings.Contains(shown, "["+id+"]") || strings.Contains(shown, `\[`+id+`\]`)
	})
	require.Empty(t, pages, "no test case shows these")
}

// TestPagesOpen: a page of the docs says at its head how long it takes.
func TestPagesOpen(t *testing.T) {
	pages, err := filepath.Glob("docs/*.md")
	require.NoError(t, err)
	require.NotEmpty(t, pages)
	for _, page := range pages {
		text, err := os.ReadFile(page)
		require.NoError(t, err)
		_, head, _ := strings.Cut(string(text), "\n# ")
		if rest, first := strings.CutPrefix(string(text), "# "); first {
			head = rest
		}
		head, _, _ = strings.Cut(head, "```")
		require.Regexp(t, `(?i)\bminutes?\b`, head, "%s does not say how long it takes", page)
	}
}

// TestMakeTargets: what workflows, CI and CONTRIBUTING call of make is there.
func TestMakeTargets(t *testing.T) {
	makefile, err := os.ReadFile("Makefile")
	require.NoError(t, err)
	var targets []string
	for _, m := range regexp.MustCompile(`(?m)^([a-z][a-z/ -]*):`).FindAllStringSubmatch(string(makefile), -1) {
		targets = append(targets, strings.Fields(m[1])...)
	}
	callers, err := filepath.Glob(".github/workflows/*")
	require.NoError(t, err)
	for _, name := range append(callers, ".ci/run", "CONTRIBUTING.md", "tools/dist/twice.sh") {
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		for _, m := range regexp.MustCompile("(?m)(?:^|[ `])make((?: [a-z][a-z-]*)+)(?:[` ]|$)").FindAllStringSubmatch(string(text), -1) {
			for _, target := range strings.Fields(m[1]) {
				if name != "CONTRIBUTING.md" || strings.Contains(target, "-") {
					require.Contains(t, targets, target, name)
				}
			}
		}
	}
}

// TestFindingCases: a case of a finding is called like one that it shows, and
// <id>-safe if it does the same without it.
func TestFindingCases(t *testing.T) {
	for _, c := range golden.Cases(t, "findings") {
		name := path.Base(c.Name)
		require.True(t, slices.ContainsFunc(schemas.Pages(), func(p schemas.Page) bool {
			named := name == p.ID || strings.HasPrefix(name, p.ID+"-")
			shown := strings.Contains(string(c.Section("want/findings")), " ["+p.ID+"]\n")
			return named && shown != (name == p.ID+"-safe")
		}), "%s does not show the finding that it is called like, or shows it in spite of -safe", c.Name)
	}
}

// without are the words of a that b does not have.
func without(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(a), func(s string) bool { return slices.Contains(b, s) })
}

// cases is what test cases want to see: in testdata, sections want/… and the lines of
// scripts that look at what was said; in Go, string literals. Input and comments show
// nothing.
func cases(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	err := filepath.WalkDir("testdata", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := os.ReadFile(name)
		wanted := !strings.HasSuffix(name, ".txtar") && !strings.HasSuffix(name, ".txt")
		for line := range strings.Lines(string(data)) {
			if section, ok := strings.CutPrefix(line, "-- "); ok {
				wanted = strings.Contains(section, "want")
			}
			if wanted || strings.HasPrefix(line, "stderr ") || strings.HasPrefix(line, "stdout ") {
				b.WriteString(line)
			}
		}
		return err
	})
	require.NoError(t, err)
	tests, err := filepath.Glob("*/*_test.go")
	require.NoError(t, err)
	deeper, err := filepath.Glob("*/*/*_test.go")
	require.NoError(t, err)
	for _, name := range append(tests, deeper...) {
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		require.NoError(t, err)
		ast.Inspect(f, func(n ast.Node) bool {
			if l, ok := n.(*ast.BasicLit); ok && l.Kind == token.STRING {
				b.WriteString(l.Value + "\n")
			}
			return true
		})
	}
	return b.String()
}

// eachFile calls fn with every Go file that is no test, by its path below the
// project's root.
func eachFile(t *testing.T, fn func(file string, f *ast.File)) {
	t.Helper()
	err := filepath.WalkDir(".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || path.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err == nil {
			fn(filepath.ToSlash(name), f)
		}
		return err
	})
	require.NoError(t, err)
}

func imports(f *ast.File) []string {
	var all []string
	for _, i := range f.Imports {
		name, _ := strconv.Unquote(i.Path.Value)
		all = append(all, name)
	}
	return all
}
