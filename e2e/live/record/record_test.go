package record

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/cutoverdev/cutover/e2e/live/load"
)

func weighted(target, weight string) Record {
	return Record{
		DNSName: "shop.example.com", RecordType: "CNAME", SetIdentifier: target, Targets: []string{target}, RecordTTL: 7,
		ProviderSpecific: []Property{{"aws/weight", weight}},
	}
}

// send says to the webhook what external-dns says.
func send(t *testing.T, z *Zone, path string, body any) string {
	t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	z.ServeHTTP(w, httptest.NewRequest(http.MethodPost, path, bytes.NewReader(text)))
	if w.Code > 299 || w.Header().Get("Content-Type") != media {
		t.Fatal(w.Code, w.Header())
	}
	return w.Body.String()
}

func shares(t *testing.T, z *Zone) map[string]int {
	t.Helper()
	got := map[string]int{}
	for range 2000 {
		target, ttl, err := z.draw("shop.example.com")
		if err != nil || ttl != 7*time.Second {
			t.Fatal(err, ttl)
		}
		got[target]++
	}
	return got
}

// TestZone: what external-dns writes is what is answered, by weight.
func TestZone(t *testing.T) {
	z := &Zone{}
	if _, _, err := z.draw("shop.example.com"); err == nil {
		t.Error("there is no record")
	}
	owner := Record{DNSName: "cname-shop.example.com", RecordType: "TXT", SetIdentifier: "west", Targets: []string{"heritage"}}
	west, east := weighted("west", "90"), weighted("east", "10")
	send(t, z, "/records", map[string][]Record{"create": {west, east, owner}})
	if err := z.Has([]Record{west, east}); err != nil {
		t.Error(err)
	}
	if got := shares(t, z); !load.Fair(got["east"], 2000, 10) || got["west"]+got["east"] != 2000 {
		t.Error(got)
	}
	none, full := weighted("west", "0"), weighted("east", "100")
	send(t, z, "/records", map[string][]Record{"updateOld": {west, east}, "updateNew": {none, full}})
	if err := z.Has([]Record{west, east}); err == nil || !strings.Contains(err.Error(), "weight 0") {
		t.Error(err)
	}
	if got := shares(t, z); got["east"] != 2000 {
		t.Error(got)
	}
	send(t, z, "/records", map[string][]Record{"updateNew": {weighted("east", "0")}})
	if got := shares(t, z); !load.Fair(got["east"], 2000, 50) {
		t.Error("all weights are 0", got)
	}
	send(t, z, "/records", map[string][]Record{"delete": {none}})
	if err := z.Has([]Record{weighted("east", "0")}); err != nil {
		t.Error(err)
	}
	if got := send(t, z, "/adjustendpoints", []Record{west}); !strings.Contains(got, `"value":"90"`) {
		t.Error(got)
	}
	if n := len(z.all()); n != 2 {
		t.Errorf("%d records", n)
	}
}

// TestClients: an answer is kept for its TTL, and asked for anew after that.
func TestClients(t *testing.T) {
	z := &Zone{}
	send(t, z, "/records", map[string][]Record{"create": {weighted("west", "100")}})
	c := z.Clients(1, "shop.example.com", map[string]string{"west": "http://west/"})
	first, err := c.Lead()
	if err != nil || first.URL != "http://west/" || first.Asked != 1 {
		t.Fatal(first, err)
	}
	send(t, z, "/records", map[string][]Record{"updateOld": {weighted("west", "0")}, "updateNew": {weighted("east", "100")}})
	if again, err := c.Lead(); err != nil || again != first {
		t.Error("it is kept", again, err)
	}
	c.kept[0].until = time.Now().Add(-time.Millisecond)
	if _, err := c.Lead(); err == nil || !strings.Contains(err.Error(), "nobody is at east") {
		t.Error(err)
	}
}
