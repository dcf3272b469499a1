package traefik

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestExpression reads rules and says of which conditions one list must hold.
func TestExpression(t *testing.T) {
	for rule, want := range map[string]string{
		"Host(`a`)":                                      "Host(`a`)",
		"Host(`a`) && Path(`/b`)":                        "Host(`a`) && Path(`/b`)",
		"Host(`a`) || Host(`b`) && Path(`/c`)":           "Host(`a`) or Host(`b`) && Path(`/c`)",
		"(Host(`a`) || Host(`b`)) && Path(`/c`)":         "Host(`a`) && Path(`/c`) or Host(`b`) && Path(`/c`)",
		"!(Host(`a`) || !Path(`/c`)) && Method(`GET`)":   "!Host(`a`) && Path(`/c`) && Method(`GET`)",
		"!!Host(`a`)":                                    "Host(`a`)",
		"!(Host(`a`) && Path(`/c`))":                     "!Host(`a`) or !Path(`/c`)",
		" HOST ( \"a\\\"b\" ) ":                          "Host(`a\"b`)",
		"header(`x`, `1`)":                               "Header(`x`, `1`)",
		"Host(`a`,) /* x */ && // y\n Header(`x`, `1`,)": "Host(`a`) && Header(`x`, `1`)",
		"Pathprefix(`/`)":                                "PathPrefix(`/`)",
	} {
		e, err := parseHTTP(rule)
		require.NoError(t, err, rule)
		all, ok := e.alternatives(false)
		require.True(t, ok, rule)
		require.Equal(t, want, listText(all), rule)
		again, err := parseHTTP(e.print(condition.bare))
		require.NoError(t, err, rule)
		all, _ = again.alternatives(false)
		require.Equal(t, want, listText(all), "%s, printed", rule)
	}
	for _, rule := range []string{
		"", "Host", "Host(", "Host()", "Host(a)", "Host(`a`", "Host(`a`))", "Host(`a`) Path(`/`)", "Host(`a`) & Path(`/`)", "Host(`a`) &&", "pathPrefix(`/`)", "Port(`80`)",
		"Host(`a\n", `Host("a`, `Host("\q")`, "Path(`b`)", "HostRegexp(`(`)", "ClientIP(`a`)", "Header(`a`)", "Host(``)",
		strings.Repeat("(", 100) + "Host(`a`)" + strings.Repeat(")", 100), strings.Repeat("x", maxExpression+1),
	} {
		_, err := parseHTTP(rule)
		require.Error(t, err, "%.40s", rule)
	}
	wide := strings.TrimSuffix(strings.Repeat("(Host(`a`) || Host(`b`)) && ", 12), "&& ")
	e, err := parseHTTP(wide)
	require.NoError(t, err)
	_, ok := e.alternatives(false)
	require.False(t, ok)
}

// bare is a condition that print negates by itself.
func (c condition) bare() string { return call(c.matcher, c.args...) }

func listText(all [][]condition) string {
	var lists []string
	for _, list := range all {
		var one []string
		for _, c := range list {
			one = append(one, c.String())
		}
		lists = append(lists, strings.Join(one, " && "))
	}
	return strings.Join(lists, " or ")
}

// FuzzExpression holds the reader of rules to that of Go, which Traefik uses: they take
// the same texts, and mean the same by them.
func FuzzExpression(f *testing.F) {
	for _, rule := range []string{
		"Host(`a`)", "Host(`a`) && (Path(`/b`) || !Method(`PUT`))", "!!(Header(`x`, `y`))", "Host(\"a\\n\")", "Host(`a`,`b`) || Host(`c`)", "((Host(`a`)))", "Host(`a`) //x", "Host('a')", "Host(`a`,\n)",
	} {
		f.Add(rule)
	}
	f.Fuzz(func(t *testing.T, rule string) {
		ours, err := parse(rule, names(httpMatchers))
		tree, goErr := parser.ParseExpr(rule)
		if err == nil {
			require.NoError(t, goErr, "%q is read here and not by Go", rule)
		}
		if goErr != nil || !known(tree) {
			return
		}
		if err != nil {
			bounded := strings.Contains(err.Error(), "nested") || strings.Contains(err.Error(), "longer") || strings.Contains(rule, "/*") || strings.Contains(rule, "//")
			require.True(t, bounded || strings.Contains(rule, ",") && strings.Contains(rule, ")"), "%q is read by Go and not here: %v", rule, err)
			return
		}
		for bits := range uint(64) {
			holds := func(text string) bool { return bits>>(uint(len(text))%6)&1 == 1 }
			require.Equal(t, evaluate(tree, holds), value(ours, holds), "%q", rule)
		}
	})
}

// known reports whether an expression of Go has nothing but what rules have.
func known(n ast.Expr) bool {
	switch e := n.(type) {
	case *ast.ParenExpr:
		return known(e.X)
	case *ast.UnaryExpr:
		return e.Op == token.NOT && known(e.X)
	case *ast.BinaryExpr:
		return (e.Op == token.LAND || e.Op == token.LOR) && known(e.X) && known(e.Y)
	case *ast.CallExpr:
		name, ok := e.Fun.(*ast.Ident)
		if !ok || e.Ellipsis.IsValid() || len(e.Args) == 0 {
			return false
		}
		some := false
		for _, m := range names(httpMatchers) {
			some = some || named(name.Name, m)
		}
		for _, a := range e.Args {
			text, ok := a.(*ast.BasicLit)
			if !ok || text.Kind != token.STRING || len(text.Value) < 3 {
				return false
			}
			value, err := strconv.Unquote(text.Value)
			if err != nil || value == "" {
				return false
			}
		}
		return some
	}
	return false
}

func evaluate(n ast.Expr, holds func(string) bool) bool {
	switch e := n.(type) {
	case *ast.ParenExpr:
		return evaluate(e.X, holds)
	case *ast.UnaryExpr:
		return !evaluate(e.X, holds)
	case *ast.BinaryExpr:
		a, b := evaluate(e.X, holds), evaluate(e.Y, holds)
		if e.Op == token.LAND {
			return a && b
		}
		return a || b
	case *ast.CallExpr:
		text := strings.ToLower(e.Fun.(*ast.Ident).Name)
		for _, a := range e.Args {
			arg, _ := strconv.Unquote(a.(*ast.BasicLit).Value)
			text += "," + arg
		}
		return holds(text)
	}
	return false
}

// value is what a rule comes to by its alternatives.
func value(e expression, holds func(string) bool) bool {
	all, ok := e.alternatives(false)
	if !ok {
		return valueOf(e, holds)
	}
	for _, list := range all {
		every := true
		for _, c := range list {
			every = every && c.negated != holds(strings.ToLower(c.matcher)+","+strings.Join(c.args, ","))
		}
		if every {
			return true
		}
	}
	return false
}

// valueOf is what a rule comes to, condition by condition.
func valueOf(e expression, holds func(string) bool) bool {
	result := false
	switch e.join {
	case "":
		result = holds(strings.ToLower(e.matcher) + "," + strings.Join(e.args, ","))
	case "&&":
		result = true
		for _, o := range e.of {
			result = result && valueOf(o, holds)
		}
	default:
		for _, o := range e.of {
			result = result || valueOf(o, holds)
		}
	}
	return result != e.not
}
