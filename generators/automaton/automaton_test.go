package automaton_test

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/cutoverdev/cutover/generators/automaton"
	"github.com/stretchr/testify/require"
)

const paths = `/[!-~]*`

func parse(t *testing.T, expr string) automaton.Language {
	t.Helper()
	l, err := automaton.Parse(expr)
	require.NoError(t, err, expr)
	return l
}

// TestTexts: one text of each kind, the shortest.
func TestTexts(t *testing.T) {
	for _, c := range []struct {
		of   []string
		want string
	}{
		{[]string{`/user/[0-9]+`, `/user/[0-9]{1,3}`}, "/ /user/0 /user/0000"},
		{[]string{`/u/.*`, `/u/[^/]*`}, "/ /u/ /u//"},
		{[]string{`/a.*`, `/.*b`}, "/ /a /b /ab"},
		{[]string{`/(?i)x`, `/x`}, "/ /x /X"},
		{[]string{`/a$`, `/a\b.*`, `^/a`}, "/ /a /a-"},
		{[]string{`/a`, `/a`}, "/ /a"},
		{[]string{`[^/].*`}, "/"},
		{[]string{`/é`}, "/"},
	} {
		s := automaton.Search{Domain: parse(t, paths), Work: 1 << 20}
		for _, expr := range c.of {
			s.Of = append(s.Of, parse(t, expr))
		}
		texts, ok := s.Texts()
		require.True(t, ok)
		require.Equal(t, c.want, strings.Join(texts, " "), c.of)
	}
}

// TestKnown: kinds of texts that are known are not asked for again.
func TestKnown(t *testing.T) {
	s := automaton.Search{Domain: parse(t, paths), Of: []automaton.Language{parse(t, `/a+`), parse(t, `/aa`)}, Known: []string{"/aaaa", "é"}, Work: 1 << 20}
	texts, ok := s.Texts()
	require.True(t, ok)
	require.Equal(t, []string{"/aa"}, texts)
}

// TestWork: a search that would take for ever stops.
func TestWork(t *testing.T) {
	_, err := automaton.Parse(`((a{1000}){1000}){1000}`)
	require.Error(t, err)
	_, err = automaton.Parse(`(a{100}b){50}`)
	require.Error(t, err)
	for _, of := range []string{`.*a.{40}`, `/(a|b)*a(a|b){300}`} {
		s := automaton.Search{Domain: parse(t, paths), Of: []automaton.Language{parse(t, of)}, Work: 1 << 20}
		_, ok := s.Texts()
		require.False(t, ok, of)
	}
}

// TestBruteForce compares the kinds of all short texts with those found.
func TestBruteForce(t *testing.T) {
	of := []string{`(a|b/)*`, `a*b?`, `[^b]+`, `\ba.`, `a{2,3}|/`, `.*b$`, `(?:^a|/)*`, `a\B.*`}
	for i := range of {
		for j := range i {
			check(t, of[i], of[j])
		}
	}
}

// TestRandom does so with expressions made at random.
func TestRandom(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 19))
	for range 150 {
		check(t, random(r, 4), random(r, 4), random(r, 3))
	}
}

func random(r *rand.Rand, depth int) string {
	if depth == 0 {
		return []string{"a", "b", "/", ".", "[^a]", "", `\b`, "^", "$", "[a/]"}[r.IntN(10)]
	}
	a, b := random(r, depth-1), random(r, depth-1)
	switch r.IntN(6) {
	case 0:
		return "(?:" + a + "|" + b + ")"
	case 1:
		return "(?:" + a + ")*"
	case 2:
		return "(?:" + a + ")+" + b
	case 3:
		return "(?:" + a + "){1,2}"
	}
	return a + b
}

// FuzzTexts: every text that is found is of the kind that regexp says, no two are
// of one kind, and no short text is of a kind that is not found.
func FuzzTexts(f *testing.F) {
	f.Add(`a*(b|/)`, `[ab]+`)
	f.Add(`\ba?$`, `(?i)A.`)
	f.Add(`(a|ab)(b|/)*`, `a{1,2}\B.*`)
	f.Fuzz(func(t *testing.T, a, b string) {
		if len(a)+len(b) < 40 {
			check(t, a, b)
		}
	})
}

func check(t *testing.T, exprs ...string) {
	s := automaton.Search{Domain: parse(t, `[ab/]*`), Work: 1 << 18}
	var want []*regexp.Regexp
	for _, expr := range exprs {
		l, err := automaton.Parse(expr)
		if err != nil {
			return
		}
		s.Of, want = append(s.Of, l), append(want, regexp.MustCompile(`^(?:`+expr+`)$`))
	}
	kind := func(text string) string {
		var in []bool
		for _, re := range want {
			in = append(in, re.MatchString(text))
		}
		return fmt.Sprint(in)
	}
	texts, ok := s.Texts()
	var found []string
	for _, text := range texts {
		require.NotContains(t, found, kind(text), "%q %q", exprs, text)
		found = append(found, kind(text))
	}
	for short := []string{""}; len(short) < 200; short = longer(short) {
		for _, text := range short {
			for i, l := range s.Of {
				require.Equal(t, want[i].MatchString(text), l.Has(text), "%q %q", exprs[i], text)
			}
			require.True(t, !ok || slices.Contains(found, kind(text)), "%q tells %q apart", exprs, text)
		}
	}
}

func longer(texts []string) []string {
	var all []string
	for _, text := range texts {
		all = append(all, text+"a", text+"b", text+"/")
	}
	return all
}
