// Package scrape runs a real Prometheus for tests. Where none is installed they are
// skipped, but for CI.
package scrape

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cutoverdev/cutover/e2e/golden"
	"github.com/stretchr/testify/require"
)

// Exporter serves series, and says how often it was scraped.
type Exporter struct {
	mu      sync.Mutex
	text    string
	scrapes int
}

// ServeHTTP answers a scrape.
func (e *Exporter) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.scrapes++
	fmt.Fprint(w, e.text)
}

// Shows changes the series and waits until they have been scraped a few times.
func (e *Exporter) Shows(t *testing.T, text string, scrapes int) {
	t.Helper()
	e.mu.Lock()
	e.text = text
	until := e.scrapes + scrapes
	e.mu.Unlock()
	require.Eventually(t, func() bool {
		e.mu.Lock()
		defer e.mu.Unlock()
		return e.scrapes >= until
	}, time.Minute, 20*time.Millisecond, "Prometheus does not scrape")
}

// Prometheus starts a real one that scrapes the exporter four times a second, and is its
// address.
func Prometheus(t *testing.T, e *Exporter) string {
	t.Helper()
	golden.Needs(t, "prometheus", "prometheus")
	target := httptest.NewServer(e)
	t.Cleanup(target.Close)
	dir := t.TempDir()
	config := filepath.Join(dir, "prometheus.yml")
	require.NoError(t, os.WriteFile(config, []byte(`
global: {scrape_interval: 250ms, scrape_timeout: 250ms}
scrape_configs:
- {job_name: routers, honor_labels: true, static_configs: [{targets: ["`+strings.TrimPrefix(target.URL, "http://")+`"]}]}
`), 0o666))
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address := l.Addr().String()
	require.NoError(t, l.Close())
	ctx, stop := context.WithCancel(context.Background())
	c := exec.CommandContext(ctx, "prometheus", "--config.file="+config,
		"--storage.tsdb.path="+filepath.Join(dir, "data"), "--web.listen-address="+address)
	out, err := os.Create(filepath.Join(dir, "log"))
	require.NoError(t, err)
	c.Stdout, c.Stderr = out, out
	require.NoError(t, c.Start())
	t.Cleanup(func() {
		stop()
		_ = c.Wait()
		_ = out.Close()
	})
	require.Eventually(t, func() bool {
		res, err := http.Get("http://" + address + "/-/ready")
		if err != nil {
			return false
		}
		_ = res.Body.Close()
		return res.StatusCode == http.StatusOK
	}, time.Minute, 50*time.Millisecond, "Prometheus does not start")
	return "http://" + address
}
