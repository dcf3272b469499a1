package ask

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// asking is a request of so many questions.
func asking(n int) Request { return Request{Questions: make([]Question, n)} }

// TestServe: a request is answered while others are, the replies come in order, and what
// is wrong with one concerns no other.
func TestServe(t *testing.T) {
	in, requests := io.Pipe()
	replies, out := io.Pipe()
	slow := make(chan struct{})
	ended := make(chan error, 1)
	go func() {
		ended <- Serve(in, out, func(r Request) ([]Answer, error) {
			switch r.Questions[0].Query {
			case "slow":
				<-slow
			case "last":
				close(slow)
			case "wrong":
				return nil, fmt.Errorf("who is that")
			}
			return []Answer{{Why: r.Questions[0].Query}}, nil
		})
		_ = out.Close()
	}()
	go func() {
		defer func() { _ = requests.Close() }()
		for _, name := range []string{"slow", "wrong", "last"} {
			fmt.Fprintf(requests, `{"questions": [{"query": %q}]}`, name)
		}
	}()
	came, err := io.ReadAll(replies)
	require.NoError(t, err)
	require.NoError(t, <-ended)
	require.Equal(t, `{"answers":[{"why":"slow"}]}
{"answers":null,"error":"who is that"}
{"answers":[{"why":"last"}]}
`, string(came))
}

// TestAsker: many ask one program at a time, and each gets its own answers.
func TestAsker(t *testing.T) {
	program(t, `while read -r line; do
  n=$(echo "$line" | tr -dc '{' | wc -c)
  echo "{\"answers\": [$(yes '{},' | head -n $((n - 2)) | tr -d '\n'){\"why\": \"last\"}]}"
done`)
	var a Asker
	var all sync.WaitGroup
	for i := range 30 {
		wait := a.Ask(t.Context(), asking(i%5+1))
		all.Go(func() {
			answers, err := wait()
			require.NoError(t, err)
			require.Len(t, answers, i%5+1)
			require.Equal(t, "last", answers[i%5].Why)
		})
	}
	all.Wait()
	a.Close()
	_, err := a.Ask(t.Context(), asking(1))()
	require.Error(t, err)
}

// TestAskerFails: whatever is wrong with the program, all who wait are told.
func TestAskerFails(t *testing.T) {
	for text, want := range map[string]string{
		`exec cat >/dev/null`:                   "",
		`exit 0`:                                "no answer; both programs must be of one version",
		`echo broken >&2; exit 3`:               "exit status 3: broken",
		`echo hello; exec cat >/dev/null`:       "answers nonsense: invalid character 'h'",
		`read x; echo '{"answers": [{}, {}]}'`:  "2 answers to 1 questions; both programs must be of one version",
		`read x; echo '{"error": "who is it"}'`: "cutover-metrics: who is it",
	} {
		program(t, text)
		ctx, cancel := context.WithCancel(t.Context())
		var a Asker
		wait := a.Ask(ctx, asking(1))
		if want == "" { // it never answers
			cancel()
			want = "signal: killed"
		}
		_, err := wait()
		require.ErrorContains(t, err, want, text)
		a.Close()
		cancel()
	}
	t.Setenv("PATH", t.TempDir())
	_, err := new(Asker).Ask(t.Context(), asking(1))()
	require.ErrorContains(t, err, "is neither beside cutover nor on the path")
}

// program puts one in the place of cutover-metrics.
func program(t *testing.T, script string) {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, Program), []byte("#!/bin/sh\n"+script+"\n"), 0o777))
	t.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
}
