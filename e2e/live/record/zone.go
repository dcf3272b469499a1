package record

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Record is an endpoint, as external-dns writes it and DNSEndpoints have it.
type Record struct {
	DNSName          string            `json:"dnsName,omitempty"`
	RecordType       string            `json:"recordType,omitempty"`
	SetIdentifier    string            `json:"setIdentifier,omitempty"`
	Targets          []string          `json:"targets,omitempty"`
	RecordTTL        int               `json:"recordTTL,omitempty"`
	Labels           map[string]string `json:"labels,omitempty"`
	ProviderSpecific []Property        `json:"providerSpecific,omitempty"`
}

// Property is what only some servers know.
type Property struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// key is the identity of a record.
func (r Record) key() string { return r.DNSName + "|" + r.RecordType + "|" + r.SetIdentifier }

// weight is what Route 53 shares answers by.
func (r Record) weight() int {
	for _, p := range r.ProviderSpecific {
		if p.Name == "aws/weight" {
			n, _ := strconv.Atoi(p.Value)
			return n
		}
	}
	return 0
}

func (r Record) String() string {
	return fmt.Sprintf("%s %s %s → %s, weight %d, %d s",
		r.DNSName, r.RecordType, r.SetIdentifier, strings.Join(r.Targets, " "), r.weight(), r.RecordTTL)
}

// Zone is what the server knows.
type Zone struct {
	mu      sync.Mutex
	records map[string]Record
}

// Webhook is where it listens for external-dns.
const Webhook = "127.0.0.1:8888"

// Serve listens until the context ends.
func (z *Zone) Serve(ctx context.Context) {
	server := &http.Server{Addr: Webhook, Handler: z, ReadHeaderTimeout: time.Minute}
	go func() { _ = server.ListenAndServe() }()
	context.AfterFunc(ctx, func() { _ = server.Close() })
}

// media is the type of what both say (external-dns v0.22.0, provider/webhook/api).
const media = "application/external.dns.webhook+json;version=1"

// changes are what external-dns wants done.
type changes struct{ Create, UpdateOld, UpdateNew, Delete []Record }

// ServeHTTP is the webhook.
func (z *Zone) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", media)
	switch r.Method + " " + r.URL.Path {
	case "GET /": // of which names it is asked: all
		_, _ = w.Write([]byte("{}"))
	case "GET /records":
		_ = json.NewEncoder(w).Encode(z.all())
	case "POST /adjustendpoints": // nothing to adjust
		var all []Record
		if json.NewDecoder(r.Body).Decode(&all) != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		_ = json.NewEncoder(w).Encode(all)
	case "POST /records":
		var c changes
		if json.NewDecoder(r.Body).Decode(&c) != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		z.change(c)
		w.WriteHeader(http.StatusNoContent)
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}

func (z *Zone) all() []Record {
	z.mu.Lock()
	defer z.mu.Unlock()
	all := make([]Record, 0, len(z.records))
	for _, r := range z.records {
		all = append(all, r)
	}
	return all
}

// change makes all changes at once, as Route 53 does with a batch.
func (z *Zone) change(c changes) {
	z.mu.Lock()
	defer z.mu.Unlock()
	if z.records == nil {
		z.records = map[string]Record{}
	}
	for _, r := range slices.Concat(c.Delete, c.UpdateOld) {
		delete(z.records, r.key())
	}
	for _, r := range slices.Concat(c.Create, c.UpdateNew) {
		z.records[r.key()] = r
	}
}

// Has is no error if the server knows these records as they are, and no others of their
// names.
func (z *Zone) Has(want []Record) error {
	z.mu.Lock()
	defer z.mu.Unlock()
	names := map[string]int{}
	for _, r := range want {
		names[r.DNSName]++
		if is, ok := z.records[r.key()]; !ok || is.String() != r.String() {
			return fmt.Errorf("the DNS server has %q, and is to have %q", is, r)
		}
	}
	for name, n := range names {
		if has := len(z.of(name)); has != n {
			return fmt.Errorf("the DNS server has %d records of %s, and is to have %d", has, name, n)
		}
	}
	return nil
}

// of are the records of a name that lead somewhere. The lock is held.
func (z *Zone) of(name string) []Record {
	var all []Record
	for _, r := range z.records {
		if r.DNSName == name && (r.RecordType == "CNAME" || r.RecordType == "A") && len(r.Targets) > 0 {
			all = append(all, r)
		}
	}
	slices.SortFunc(all, func(a, b Record) int { return strings.Compare(a.key(), b.key()) })
	return all
}

// draw answers who asks for a name: a target, and how long that may be kept.
func (z *Zone) draw(name string) (string, time.Duration, error) {
	z.mu.Lock()
	defer z.mu.Unlock()
	all := z.of(name)
	if len(all) == 0 {
		return "", 0, fmt.Errorf("%s has no record", name)
	}
	sum := 0
	for _, r := range all {
		sum += r.weight()
	}
	one := all[rand.IntN(len(all))]
	if sum > 0 {
		n := rand.IntN(sum)
		for _, r := range all {
			if one = r; n < r.weight() {
				break
			}
			n -= r.weight()
		}
	}
	return one.Targets[rand.IntN(len(one.Targets))], time.Duration(one.RecordTTL) * time.Second, nil
}
