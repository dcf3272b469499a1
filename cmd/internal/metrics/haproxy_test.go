package metrics

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/cutoverdev/cutover/e2e/golden"
	"github.com/stretchr/testify/require"
)

// TestHAProxyCounts: a real HAProxy, with backends called as haproxytech's controller calls
// them, writes the series that the presets are tested with: their names, their labels, and
// what it counts for an answer of its own, where a backend has no server.
func TestHAProxyCounts(t *testing.T) {
	golden.Needs(t, "haproxy", "haproxy")
	stats, front := free(t), free(t)
	haproxy(t, fmt.Sprintf(`
defaults
  mode http
  timeout connect 1s
  timeout client 5s
  timeout server 5s
frontend stats
  bind %s
  http-request use-service prometheus-exporter if { path /metrics }
frontend http
  bind %s
  use_backend shop_svc_cart-blue_http if { path /blue }
  default_backend shop_svc_cart-green_http
backend shop_svc_cart-blue_http
  http-request return status 200
backend shop_svc_cart-green_http
`, stats, front))
	for path, want := range map[string]int{"/blue": http.StatusOK, "/green": http.StatusServiceUnavailable} {
		for range 3 {
			status, _ := get(t, "http://"+front+path)
			require.Equal(t, want, status)
		}
	}
	_, real := get(t, "http://"+stats+"/metrics")
	text, err := os.ReadFile(filepath.Join("testdata", "series", "haproxy-haproxytech.txt"))
	require.NoError(t, err)
	for track, n := range map[string]requests{"blue": {all: 3}, "green": {all: 3, failed: 3}} {
		for line := range strings.Lines(exposed(string(text), track, n)) {
			require.Contains(t, real, "\n"+line)
		}
	}
}

// haproxy runs one until the test ends.
func haproxy(t *testing.T, config string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "haproxy.cfg")
	require.NoError(t, os.WriteFile(file, []byte(config), 0o666))
	c := exec.Command("haproxy", "-db", "-f", file)
	require.NoError(t, c.Start())
	t.Cleanup(func() {
		_ = c.Process.Kill()
		_ = c.Wait()
	})
}

// free is an address that nobody listens at.
func free(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address := l.Addr().String()
	require.NoError(t, l.Close())
	return address
}

// get asks until somebody answers.
func get(t *testing.T, url string) (int, string) {
	t.Helper()
	var status int
	var body []byte
	require.Eventually(t, func() bool {
		res, err := http.Get(url)
		if err != nil {
			return false
		}
		status = res.StatusCode
		body, err = io.ReadAll(res.Body)
		return err == nil && res.Body.Close() == nil
	}, time.Minute, 20*time.Millisecond, url)
	return status, string(body)
}
