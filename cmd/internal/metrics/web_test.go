package metrics

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/cutoverdev/cutover/cmd/internal/ask"
	"github.com/stretchr/testify/require"
)

// TestWeb: what expressions say of an answer; what is wrong is not known, and never good.
func TestWeb(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/secret":
			fmt.Fprintf(w, `{"got": %q}`, r.Header.Get("X-Key"))
		case "/away":
			http.Redirect(w, r, "/secret", http.StatusFound)
		case "/html":
			fmt.Fprint(w, "<html>")
		case "/slow":
			time.Sleep(time.Second)
		case "/down":
			w.WriteHeader(http.StatusServiceUnavailable)
		default:
			fmt.Fprint(w, `{"errors": 2.5, "series": [{"points": [[1, 4]]}], "state": null}`)
		}
	}))
	defer s.Close()
	t.Setenv("CUTOVER_KEY", "k1")
	t.Setenv("OTHER_KEY", "k2")
	for _, c := range []struct{ path, ok, env, want string }{
		{"/", "", "", "good: status 200"},
		{"/down", "", "", "bad: status 503"},
		{"/away", "", "", "bad: status 302"},
		{"/down", "status < 500", "", "bad: not status < 500"},
		{"/", "body.errors < 3 && body.series[0].points[0][1] == 4", "", "good: body.errors < 3 && body.series[0].points[0][1] == 4"},
		{"/", "body.errors < 2", "", "bad: not body.errors < 2"},
		{"/", "headers['content-type'].startsWith('text/plain')", "", "good: headers['content-type'].startsWith('text/plain')"},
		{"/", "body.state", "", "unknown: body.state is null"},
		{"/", "body.errors", "", "unknown: body.errors is neither true nor false"},
		{"/", "body.nothing < 3", "", "unknown: no such key: nothing"},
		{"/", "body.errors <", "", "unknown: body.errors <: ERROR: <input>:1:14: Syntax error"},
		{"/html", "body.errors < 3", "", "unknown: status 200, and the body is no JSON"},
		{"/slow", "true", "", "unknown: too slow"},
		{"/secret", "body.got == 'k1'", "CUTOVER_KEY", "good: body.got == 'k1'"},
		{"/secret", "true", "OTHER_KEY", "unknown: the header X-Key is the variable OTHER_KEY, which is not set"},
		{"/secret", "true", "CUTOVER_NONE", "unknown: the header X-Key is the variable CUTOVER_NONE, which is not set"},
	} {
		w := ask.Web{Method: "GET", URL: s.URL + c.path, Ok: c.ok, Timeout: 300 * time.Millisecond}
		if c.env != "" {
			w.Headers = []ask.Header{{Name: "X-Key", Env: c.env}}
		}
		a := web(w)
		require.Contains(t, a.Verdict+": "+a.Why, c.want, "%v", c)
	}
	require.Equal(t, ask.Unknown, web(ask.Web{Method: "GET", URL: "http://127.0.0.1:1", Timeout: time.Second}).Verdict)
}

// TestCredentials: they are sent to the address that the caller names, and to no other
// one that stands in a Release.
func TestCredentials(t *testing.T) {
	require.True(t, sameOrigin("http://prometheus:9090/a", "http://prometheus:9090"))
	for _, other := range []string{"https://prometheus:9090", "http://prometheus:9091", "http://prometheus.example.com:9090", "http://prometheus:9090.example.com", "://"} {
		require.False(t, sameOrigin(other, "http://prometheus:9090"), other)
	}
}
