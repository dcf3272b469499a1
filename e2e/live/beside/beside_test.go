package beside

import (
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/cutoverdev/cutover/e2e/live/cluster"
)

// TestGates: Flagger is let on to a step, to the end and back only when it is decided.
func TestGates(t *testing.T) {
	var g gates
	ask := func() string {
		var yes []string
		for _, path := range []string{"/more", "/end", "/back"} {
			w := httptest.NewRecorder()
			g.ServeHTTP(w, httptest.NewRequest(http.MethodPost, path, nil))
			if w.Code == 200 {
				yes = append(yes, path)
			}
		}
		return strings.Join(yes, " ")
	}
	for _, one := range []struct {
		more, last, back bool
		want             string
	}{{want: ""}, {more: true, want: "/more"}, {more: true, last: true, want: "/more /end"}, {back: true, want: "/back"}} {
		g.set(one.more, one.last, one.back)
		if got := ask(); got != one.want {
			t.Errorf("%+v: %q", one, got)
		}
	}
}

// TestManifests: what is applied can be read, and nothing of it is in a namespace of its own.
func TestManifests(t *testing.T) {
	for name, text := range map[string]string{
		"application": application, "weighted": weighted, "rollout": rolloutObjects, "canary": canaryObject, "release": release,
	} {
		objects, err := cluster.Parse([]byte(text), "NS")
		if err != nil || len(objects) == 0 {
			t.Errorf("%s: %v %v", name, objects, err)
		}
		for _, o := range objects {
			if o.Namespace != "NS" && name != "release" {
				t.Errorf("%s: %s is in %s", name, o, o.Namespace)
			}
		}
	}
}

// TestSpent: a process has used some time.
func TestSpent(t *testing.T) {
	for i := range int(3e8) { // some ticks
		_ = i
	}
	if spent(os.Getpid()) == 0 {
		t.Error("this process has used no time")
	}
}
