package cutover_test

import (
	"go/ast"
	"go/token"
	"maps"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// findingIDs are the ids that the code gives to findings, in order: the words
// that stand where a parameter or a field is called id. Constants count as what
// they hold; what is put together while the program runs is not seen.
func findingIDs(t *testing.T) []string {
	t.Helper()
	r := reader{consts: map[string]string{}, params: map[string]int{}, fields: map[string]int{}, ids: map[string]bool{}}
	var all []source
	eachFile(t, func(file string, f *ast.File) {
		if !strings.HasPrefix(file, "e2e/") {
			all = append(all, source{path.Dir(file), f})
		}
	})
	for _, s := range all {
		r.declared(s)
	}
	for _, s := range all {
		for _, d := range s.file.Decls {
			r.declaration(s.dir, d)
		}
	}
	require.NotEmpty(t, r.ids)
	return slices.Sorted(maps.Keys(r.ids))
}

type source struct {
	dir  string
	file *ast.File
}

// reader finds ids by the shape of the code, without types: what is not
// exported belongs to its folder, what is exported to all.
type reader struct {
	consts map[string]string // constants that hold text
	params map[string]int    // which parameter of a function is called id
	fields map[string]int    // which field of a struct is
	ids    map[string]bool
}

func key(dir, name string) string {
	if ast.IsExported(name) {
		return name
	}
	return dir + "." + name
}

// declared takes down what a file declares at its top.
func (r reader) declared(s source) {
	for _, d := range s.file.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if i := called(d.Type.Params); i >= 0 {
				r.params[key(s.dir, d.Name.Name)] = i
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				r.spec(s.dir, spec)
			}
		}
	}
}

func (r reader) spec(dir string, spec ast.Spec) {
	switch spec := spec.(type) {
	case *ast.TypeSpec:
		if s, ok := spec.Type.(*ast.StructType); ok && called(s.Fields) >= 0 {
			r.fields[key(dir, spec.Name.Name)] = called(s.Fields)
		}
	case *ast.ValueSpec:
		for i, v := range spec.Values {
			if word, ok := text(v); ok {
				r.consts[key(dir, spec.Names[i].Name)] = word
			}
		}
	}
}

// called is which of some fields or parameters is called id, -1 if none is.
func called(list *ast.FieldList) int {
	at := 0
	for _, f := range list.List {
		for _, n := range f.Names {
			if typ, ok := f.Type.(*ast.Ident); ok && typ.Name == "string" && strings.EqualFold(n.Name, "id") {
				return at
			}
			at++
		}
	}
	return -1
}

// declaration finds the ids in a declaration. A function within it stands
// before those of its name outside.
func (r reader) declaration(dir string, d ast.Decl) {
	local := map[string]int{}
	ast.Inspect(d, func(n ast.Node) bool {
		if a, ok := n.(*ast.AssignStmt); ok {
			for i, v := range a.Rhs {
				f, isFunc := v.(*ast.FuncLit)
				if name, ok := a.Lhs[i].(*ast.Ident); ok && isFunc {
					local[name.Name] = called(f.Type.Params)
				}
			}
		}
		return true
	})
	ast.Inspect(d, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			r.call(dir, local, n)
		case *ast.CompositeLit:
			r.literal(dir, n, "")
		case *ast.AssignStmt:
			for i, l := range n.Lhs {
				if s, ok := l.(*ast.SelectorExpr); ok && s.Sel.Name == "ID" && len(n.Lhs) == len(n.Rhs) {
					r.word(dir, n.Rhs[i])
				}
			}
		}
		return true
	})
}

func (r reader) call(dir string, local map[string]int, c *ast.CallExpr) {
	name := ident(c.Fun)
	if name == "Accepts" {
		return // asks for a finding that is made elsewhere
	}
	i, ok := local[name]
	if _, method := c.Fun.(*ast.SelectorExpr); !ok || method {
		i, ok = r.params[key(dir, name)]
	}
	if ok && i >= 0 && i < len(c.Args) {
		r.word(dir, c.Args[i])
	}
}

// literal finds the id in a literal of a struct, or in those of a list or map
// of structs, which need not say their type.
func (r reader) literal(dir string, c *ast.CompositeLit, name string) {
	var of ast.Expr
	switch typ := c.Type.(type) {
	case *ast.ArrayType:
		of = typ.Elt
	case *ast.MapType:
		of = typ.Value
	case nil:
	default:
		name = ident(typ)
	}
	at, known := r.fields[key(dir, name)]
	for i, e := range c.Elts {
		kv, keyed := e.(*ast.KeyValueExpr)
		if keyed {
			e = kv.Value
		}
		switch inner, _ := e.(*ast.CompositeLit); {
		case of != nil && inner != nil && inner.Type == nil:
			r.literal(dir, inner, ident(of))
		case keyed && strings.EqualFold(ident(kv.Key), "id"), !keyed && known && i == at:
			r.word(dir, e)
		}
	}
}

var idWords = regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`)

// word takes down the id that an expression is, if it is one in so many words.
func (r reader) word(dir string, e ast.Expr) {
	word, ok := text(e)
	if !ok {
		word = r.consts[key(dir, ident(e))]
	}
	if idWords.MatchString(word) {
		r.ids[word] = true
	}
}

// ident is the last word of a name: Find of r.Release.Find.
func ident(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	}
	return ""
}

func text(e ast.Expr) (string, bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	word, err := strconv.Unquote(lit.Value)
	return word, err == nil
}
