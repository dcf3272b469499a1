package schemas

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestParsePages(t *testing.T) {
	require.Equal(t, []Page{{"one", "First line, second line."}, {"two-words", "A ## in the text."}},
		parsePages("## one\n\nFirst line,\nsecond line.\n\n## two-words\n\nA ## in\nthe text.\n"))
	require.Empty(t, parsePages(""))
}

// TestPagesText: the file says what is parsed from it and nothing else, in the form
// in which it is edited.
func TestPagesText(t *testing.T) {
	var b strings.Builder
	for _, p := range Pages() {
		require.Regexp(t, `^[a-z]+(-[a-z]+)*$`, p.ID)
		b.WriteString(p.ID + p.Text)
		got, ok := PageOf(p.ID)
		require.True(t, ok, p.ID)
		require.Equal(t, p, got)
	}
	bare := func(s string) string { return strings.NewReplacer(" ", "", "\n", "", "## ", "").Replace(s) }
	require.Equal(t, bare(pagesText), bare(b.String()), "something stands before the first ## id")
	for line := range strings.Lines(pagesText) {
		require.LessOrEqual(t, len([]rune(line)), 100, line)
	}
	for _, id := range []string{"", "no-such-id", "weight", "weight-range\n", "## weight-range"} {
		_, ok := PageOf(id)
		require.False(t, ok, "%q", id)
	}
}
