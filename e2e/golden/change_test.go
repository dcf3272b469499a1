package golden

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestChange(t *testing.T) {
	const text = "a: 1\nb:\n  c: 2\n  d: 3\n"
	for name, c := range map[string]struct{ change, want, fails string }{
		"a line":      {"-a: 1\n+a: 2\n", "a: 2\nb:\n  c: 2\n  d: 3\n", ""},
		"two blocks":  {"-a: 1\n+a: 2\n\n   c: 2\n+  e: 4\n", "a: 2\nb:\n  c: 2\n  e: 4\n  d: 3\n", ""},
		"a line goes": {"-  d: 3\n", "a: 1\nb:\n  c: 2\n", ""},
		"not there":   {"-a: 2\n", "", "stands 0 times"},
		"no mark":     {"a: 1\n", "", "begins with neither"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := Change(text, c.change)
			if c.fails != "" {
				require.ErrorContains(t, err, c.fails)
				return
			}
			require.NoError(t, err)
			require.Equal(t, c.want, got)
		})
	}
}
