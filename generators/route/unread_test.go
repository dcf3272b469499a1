package route

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestUnreadText: requests are named, unless what is said names one of them.
func TestUnreadText(t *testing.T) {
	for _, c := range []struct {
		why      string
		requests []string
		want     string
	}{
		{"is odd", nil, "is odd"},
		{"is odd", []string{"a.example.com/x"}, "is odd (requests to a.example.com/x)"},
		{"is odd at a.example.com/x", []string{"a.example.com/x", "b.example.com"}, "is odd at a.example.com/x"},
		{"names more than a host", []string{"/x of any host", "3 more"}, "names more than a host (requests to /x of any host and 3 more)"},
		{"leads to Service cart", []string{"Service cart at /x"}, "leads to Service cart"},
		{"is for Service/shop/cart, which is odd", []string{"Service cart"}, "is for Service/shop/cart, which is odd"},
		{"leads to carts", []string{"Service cart"}, "leads to carts (requests to Service cart)"},
	} {
		require.Equal(t, c.want, Unread{Why: c.why, Requests: c.requests}.Text())
	}
}
