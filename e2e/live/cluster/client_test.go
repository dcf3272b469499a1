package cluster

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// thing is an object of the test.
type thing struct{ Metadata struct{ UID string } }

// TestWatch: what happens while the API server is away is made up for, also that something
// is gone.
func TestWatch(t *testing.T) {
	lists := []string{"a b", "b c"} // what is there at the first connection, and at the second
	n := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Query().Get("watch") == "" && n < len(lists):
			var items []string
			for uid := range strings.FieldsSeq(lists[n]) {
				items = append(items, `{"metadata":{"uid":"`+uid+`"}}`)
			}
			n++
			fmt.Fprintf(w, `{"metadata":{"resourceVersion":"7"},"items":[%s]}`, strings.Join(items, ","))
		case r.URL.Query().Get("watch") == "":
			w.WriteHeader(http.StatusServiceUnavailable)
		case n == 1:
			fmt.Fprint(w, `{"type":"ADDED","object":{"metadata":{"uid":"d"}}}`) // and the connection ends
		default:
			fmt.Fprint(w, `{"type":"DELETED","object":{"metadata":{"uid":"c"}}}`)
		}
	}))
	defer server.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	var told []string
	Watch(ctx, newClient(server.URL, token), "/things", func(o thing) string { return o.Metadata.UID }, func(e Event[thing]) {
		mark := "+"
		if e.Gone {
			mark = "-"
		}
		told = append(told, mark+e.Object.Metadata.UID)
		if mark+e.Object.Metadata.UID == "-c" {
			cancel()
		}
	})
	got := strings.Join(told, " ")
	// a and d are gone at the second connection, in any order
	if got != "+a +b +d +b +c -a -d -c" && got != "+a +b +d +b +c -d -a -c" {
		t.Error(got)
	}
}

// TestParse: a stream of documents, with namespaces filled in.
func TestParse(t *testing.T) {
	objects, err := Parse([]byte("kind: A\napiVersion: v1\nmetadata: {name: x}\n---\n# nothing\n---\n{apiVersion: g/v2, kind: B, metadata: {name: yes-1, namespace: no-1}}\n"), "default")
	if err != nil {
		t.Fatal(err)
	}
	var keys []string
	for _, o := range objects {
		keys = append(keys, o.Key())
	}
	if got := strings.Join(keys, " "); got != "|A|default|x g|B|no-1|yes-1" {
		t.Error(got)
	}
}
