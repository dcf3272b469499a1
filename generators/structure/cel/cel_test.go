package cel

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

func node(t testing.TB, text string) *yaml.Node {
	t.Helper()
	var doc yaml.Node
	require.NoError(t, yaml.Unmarshal([]byte(text), &doc))
	return doc.Content[0]
}

func TestOf(t *testing.T) {
	const self = `{a: x, n: 7, b: true, l: [p, q, p], m: {k: v}, list: [{name: c, port: 1}, {name: d, port: 2}], empty: [], d: 90s, gone: null, p: "${P}", namespace: s}`
	for rule, want := range map[string]Answer{
		"has(self.a)": True, "has(self.z)": False, "has(self.gone)": False, "!has(self.z) || self.z == 1": True,
		"self.z == 1 || has(self.a)": True, "self.z == 1": Unknown, "self.z == 1 && has(self.z)": False,
		"self.a == 'x' ? self.n == 7 : false": True, `self.a == "y" ? self.z == 1 : true`: True,
		"self.n > 6 && self.n <= 7 && 8 >= self.n && !(self.n < 7)": True,
		"self.n + 1 - 2 == 6": True, "size(self.l) == 3 && self.l.size() == 3": True, "self.a.size() == 1": True, "self.m.size() == 1": True,
		"'q' in self.l": True, "'z' in self.l": False, "'k' in self.m": True, "self.a in ['x', 'y']": True,
		"self.l.all(e, self.l.exists_one(f, f == e))":                 False,
		"self.list.all(e, self.list.exists_one(f, f.name == e.name))": True,
		"self.l.exists(e, e == 'q')":                                  True,
		"self.l.filter(e, e == 'p').size() <= 1":                      False,
		"self.m.all(k, k.startsWith('k'))":                            True,
		"self.list[1].port == 2 && self.list[0].name == 'c'":          True,
		"self.list[7].port == 2":                                      Unknown,
		"self.a.matches(r\"\"\"^[a-x]$\"\"\")":                        True,
		"self.a.matches('^\\\\d$')":                                   False,
		"self.d.endsWith('s') && !self.d.contains('x')":               True,
		"duration(self.d) > duration('1m')":                           True,
		"duration(self.a) > duration('1m')":                           Unknown,
		"'a/b'.split('/')[0] == 'a' && '*.c'.substring(2) == 'c'":     True,
		"(has(self.z) ? self.z : []).size() <= 1":                     True,
		"((has(self.z)) ? self.z : {}).size() > 0":                    False,
		"self.__namespace__ == 's'":                                   True,
		"self.p == 'x'":                                               Unknown,
		"has(self.p)":                                                 True,
		"url(self.a).getScheme() == 'x'":                              Unknown,
		"self.n == 'x'":                                               False,
		"'a' + 'b' == 'ab'":                                           True,
	} {
		e := Parse(rule)
		require.NotNil(t, e, rule)
		require.Equal(t, want, e.Of(node(t, self), compile), rule)
	}
	for _, broken := range []string{"", "(", "self.", "a b", "'x", "a ? b", "[1", "f(,)", "'\\n'", "#", strings.Repeat("(", 999), strings.Repeat("!", 999)} {
		require.Nil(t, Parse(broken), broken)
		require.Equal(t, Unknown, Parse(broken).Of(nil, nil))
	}
}

// TestBound: an evaluation ends.
func TestBound(t *testing.T) {
	list := "[" + strings.Repeat("a, ", 3000) + "a]"
	require.Equal(t, Unknown, Parse("self.all(a, self.all(b, self.all(c, a == b)))").Of(node(t, list), compile))
}

func compile(expression string) *regexp.Regexp {
	re, _ := regexp.Compile(expression)
	return re
}

func FuzzOf(f *testing.F) {
	f.Add("self.all(a, has(a.b) ? a.b in ['x'] : true)", "[{b: x}]")
	f.Add("!(duration(self.a) > duration('1s'))", "{a: 1s}")
	f.Fuzz(func(_ *testing.T, rule, self string) {
		var doc yaml.Node
		if yaml.Unmarshal([]byte(self), &doc) != nil || len(doc.Content) == 0 {
			return
		}
		Parse(rule).Of(doc.Content[0], compile)
	})
}
