package main

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"time"
)

const (
	judgedReleases = 1000
	answersIn      = 5 * time.Millisecond
)

// health is how candidates are: how many requests each track has had, and how many of the
// candidate's have failed.
type health struct {
	name        string
	all, failed int
}

// healths are what may become of a release.
var healths = []health{
	{name: "wait: too few requests", all: 40},
	{name: "go on", all: 200_000},
	{name: "are taken back", all: 200_000, failed: 100_000},
}

// ServeHTTP answers a question as Prometheus does, after a while.
func (h health) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	time.Sleep(answersIn)
	query := r.FormValue("query")
	n, labels := h.all, []string{`{}`}
	switch {
	case strings.Contains(query, "_bucket"):
		labels = []string{`{"le":"100"}`, `{"le":"400"}`, `{"le":"+Inf"}`}
	case strings.Contains(query, "response_code"):
		n = 0
		if strings.Contains(query, "-green") {
			n = h.failed
		}
	}
	var series []string
	for _, l := range labels {
		series = append(series, fmt.Sprintf(`{"metric":%s,"value":[1,"%d"]}`, l, n))
	}
	w.Header().Set("Content-Type", "application/json")
	fmt.Fprintf(w, `{"status":"success","data":{"resultType":"vector","result":[%s]}}`, strings.Join(series, ","))
}

// advanced is one call of advance over many releases, which changes nothing.
func advanced(temp, bin string, releases, runs int) (*table, error) {
	dir := filepath.Join(temp, "judged")
	judged := usual
	judged.judged = true
	if err := fleet(dir, filepath.Join(bin, "cutover"), releases, apart, judged); err != nil {
		return nil, err
	}
	t := &table{
		title: fmt.Sprintf("`cutover advance -R --dry-run` over %d releases", releases),
		about: fmt.Sprintf("Each is as above, behind Istio, in a folder of its own, at shift-5 for an hour. Its analysis asks five\n"+
			"questions of a Prometheus that answers each in %d ms.", answersIn.Milliseconds()),
	}
	for _, h := range healths {
		s := httptest.NewServer(h)
		defer s.Close()
		t.programs = append(t.programs, &program{
			name: "all of them " + h.name, args: []string{"cutover", "advance", "-R", "--dry-run", "--prometheus", s.URL, "."},
			dir: dir,
		})
	}
	return t, t.measure(runs)
}

// onlyAdvance prints what advance costs.
func onlyAdvance(bin string, releases, runs int) error {
	bin, err := onPath(bin)
	if err != nil {
		return err
	}
	temp, err := os.MkdirTemp("", "bench-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(temp) }()
	t, err := advanced(temp, bin, releases, runs)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	t.writeWithWall(&b)
	_, err = os.Stdout.Write(b.Bytes())
	return err
}
