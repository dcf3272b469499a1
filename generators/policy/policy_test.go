package policy

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestService: a host is a Service by its short name or in full, as Istio 1.31 resolves it;
// anything else is a host outside of the cluster.
func TestService(t *testing.T) {
	for _, c := range []struct {
		host, namespace, name string
		ok                    bool
	}{
		{"cart", "store", "cart", true},
		{"cart.other", "", "", false},
		{"cart.other.svc", "other", "cart", true},
		{"cart.other.svc.cluster.local", "other", "cart", true},
		{"cart.example.com", "", "", false},
	} {
		in, name, ok := Service(c.host, "store")
		require.Equal(t, c.ok, ok, c.host)
		if ok {
			require.Equal(t, []string{c.namespace, c.name}, []string{in, name}, c.host)
		}
	}
}
