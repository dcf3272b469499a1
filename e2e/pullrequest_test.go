package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/cutoverdev/cutover/e2e/golden"
	"github.com/stretchr/testify/require"
)

// forge stands in for the part of GitHub's and GitLab's API that holds comments. It
// knows a comment by its number, lists them by pages, and takes no other token.
type forge struct {
	sync.Mutex
	header, list, one, change string // of the API: name and value of the header, paths, method
	comments                  []string
	refuses                   bool
}

func (f *forge) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.Lock()
	defer f.Unlock()
	name, value, _ := strings.Cut(f.header, ": ")
	if r.Header.Get(name) != value || f.refuses {
		http.Error(w, "no", http.StatusForbidden)
		return
	}
	var body struct{ Body string }
	_ = json.NewDecoder(r.Body).Decode(&body)
	switch id, one := strings.CutPrefix(r.URL.Path, f.one+"/"); {
	case one && r.Method == f.change:
		n, err := strconv.Atoi(id)
		if err != nil || n >= len(f.comments) {
			http.NotFound(w, r)
			return
		}
		f.comments[n] = body.Body
	case r.URL.Path == f.list && r.Method == http.MethodPost:
		f.comments = append(f.comments, body.Body)
		w.WriteHeader(http.StatusCreated)
	case r.URL.Path == f.list && r.Method == http.MethodGet:
		f.page(w, r)
	default:
		http.NotFound(w, r)
	}
}

// page lists a page of comments, of 100 as the APIs do.
func (f *forge) page(w http.ResponseWriter, r *http.Request) {
	n, _ := strconv.Atoi(r.URL.Query().Get("page"))
	all := []map[string]any{}
	for i := (n - 1) * 100; i < min(n*100, len(f.comments)); i++ {
		all = append(all, map[string]any{"id": i, "body": f.comments[i]})
	}
	_ = json.NewEncoder(w).Encode(all)
}

// TestPullRequest runs the script of the GitHub Action and of the GitLab template on
// a repository with a change, against the APIs of both: it writes one comment,
// rewrites it, fails on what drops requests, and on nothing else.
func TestPullRequest(t *testing.T) {
	golden.Needs(t, "jq", "jq")
	golden.Needs(t, "curl", "curl")
	for name, f := range map[string]*forge{
		"github": {
			header: "Authorization: Bearer s3cret", list: "/repos/acme/deploy/issues/7/comments", one: "/repos/acme/deploy/issues/comments",
			change: http.MethodPatch,
		},
		"gitlab": {
			header: "PRIVATE-TOKEN: s3cret", list: "/projects/12/merge_requests/7/notes", one: "/projects/12/merge_requests/7/notes",
			change: http.MethodPut,
		},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(f)
			defer server.Close()
			for key, value := range environment(t, name, server.URL) {
				t.Setenv(key, value)
			}
			review(t, f)
		})
	}
}

// environment is what the runners of a forge set.
func environment(t *testing.T, name, url string) map[string]string {
	t.Helper()
	event := filepath.Join(t.TempDir(), "event.json")
	require.NoError(t, os.WriteFile(event, []byte(`{"pull_request": {"number": 7}}`), 0o666))
	env := map[string]string{
		"CUTOVER_BASE": "HEAD", "CUTOVER_TOKEN": "s3cret",
		"GITHUB_ACTIONS": "", "CI_MERGE_REQUEST_IID": "7", "CI_API_V4_URL": url, "CI_PROJECT_ID": "12",
	}
	if name == "github" {
		env = map[string]string{
			"CUTOVER_BASE": "HEAD", "CUTOVER_TOKEN": "s3cret",
			"GITHUB_ACTIONS": "true", "GITHUB_EVENT_PATH": event, "GITHUB_API_URL": url, "GITHUB_REPOSITORY": "acme/deploy",
			"GITHUB_STEP_SUMMARY": event + ".md",
		}
	}
	return env
}

// review changes a repository, and has the script look at it each time.
func review(t *testing.T, f *forge) {
	t.Helper()
	app := t.TempDir()
	script := filepath.Join(golden.Root(), "examples", "pull-request", "comment.sh")
	run := func(line string) error {
		t.Helper()
		_, errs, err := shell(t, app, line)
		t.Log(errs)
		return err
	}
	require.NoError(t, run("git init -q . && cp -r "+filepath.Join(golden.Root(), "examples", "canary-istio")+" shop && git add . && "+
		"git -c user.name=t -c user.email=t@example.com commit -qm first"))
	for i := range 150 { // of other people, so that the own one is on the second page
		f.comments = append(f.comments, fmt.Sprintf("comment %d of somebody", i))
	}

	require.NoError(t, run("cutover promote shop --force && "+script+" shop"))
	require.Len(t, f.comments, 151)
	require.Contains(t, f.comments[150], "<!-- cutover -->\n**proven**")
	require.Contains(t, f.comments[150], "+ green 100 %")

	require.NoError(t, run("sed -i s/shift-100/retire/ shop/rendered/live/kustomization.yaml"))
	require.Error(t, run(script+" shop"), "shift-20 to retire drops requests")
	require.Len(t, f.comments, 151, "the comment is rewritten")
	require.Contains(t, f.comments[150], "<!-- cutover -->\n**refuted**")

	require.Contains(t, f.comments[150], "Not what `cutover render` writes")
	require.Contains(t, f.comments[150], "rendered/live/kustomization.yaml")

	f.refuses = true
	require.NoError(t, run("git checkout -q shop && "+script+" shop"), "a fork may write no comment")
	require.ErrorContains(t, run("CUTOVER_BASE=nothing "+script+" shop"), "exit status 2")
	f.refuses = false
}
