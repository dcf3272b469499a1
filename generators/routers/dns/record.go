package dns

import (
	"fmt"
	"net/netip"
	"strconv"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
)

// record is one record of a name: an endpoint of a DNSEndpoint, or what an object asks
// for by annotation.
type record struct {
	kube.Object
	kind       string // A, AAAA or CNAME; "": as the load balancer has addresses or a name
	id         string // its set identifier
	targets    []string
	own        bool // its target is the Service itself, by whatever address it gets
	properties []property
	strange    string // why nobody knows what external-dns makes of it
}

// set are all records of one name and type, from every object.
type set struct {
	name, kind string
	records    []record
}

func (s *set) notJudged(why string) route.Unread {
	return route.Unread{Source: s.records[0].Object, Why: fmt.Sprintf("%s %s: who answers there is not judged", s.name, why)}
}

// strange says why nobody knows what external-dns makes of a record; "" if of all it is known.
func (s *set) strange() string {
	for _, r := range s.records {
		if r.strange != "" {
			return r.strange
		}
	}
	return ""
}

// weights are those of the records, nil where it is not known who gets requests.
func (s *set) weights() ([]int, []route.Unread) {
	if len(s.records) == 1 && s.records[0].id == "" {
		return []int{1}, nil
	}
	var all []int
	sum := 0
	seen := map[string]bool{}
	for _, r := range s.records {
		text, weighted := r.property(weight)
		switch {
		case r.id == "":
			return nil, []route.Unread{s.notJudged("has several records, of which one has no setIdentifier, and which of them counts " +
				"external-dns says")}
		case seen[r.id]:
			return nil, []route.Unread{s.notJudged(fmt.Sprintf("has two records with setIdentifier %s", r.id))}
		case !weighted:
			return nil, []route.Unread{s.notJudged("has a record without " + weight)}
		}
		w, err := strconv.Atoi(text)
		if err != nil || w < 0 || w > 255 { // external-dns takes 0 for what is no number (v0.23.0)
			return nil, []route.Unread{s.notJudged(fmt.Sprintf("has the weight %.40q, and Route 53 takes 0 to 255", text))}
		}
		seen[r.id], all, sum = true, append(all, w), sum+w
	}
	if sum > 0 {
		return all, nil
	}
	for i := range all {
		all[i] = 1
	}
	return all, []route.Unread{{
		Source: s.records[0].Object, ID: "dns-even", Hint: "a weight above 0 for the one that is to answer",
		Why: fmt.Sprintf("gives every record of %s weight 0: Route 53 shares requests evenly then", s.name),
	}}
}

// clusters are two in which records of a set stand, if they do.
func (s *set) clusters() (a, b string, ok bool) {
	first := s.records[0].Cluster
	for _, r := range s.records {
		if r.Cluster != first {
			return min(first, r.Cluster), max(first, r.Cluster), true
		}
	}
	return "", "", false
}

// property is what a record tells one provider.
func (r record) property(name string) (value string, ok bool) {
	for _, p := range r.properties {
		if p.Name == name {
			return p.Value, true
		}
	}
	return "", false
}

// misled says why nobody is found by a record: a CNAME leads to a name, and an A or AAAA
// record to addresses of its own length (RFC 1035, 3596). An A record may lead to a name
// too, where it is an alias of Route 53.
func (r record) misled() string {
	for _, t := range r.targets {
		a, err := netip.ParseAddr(t)
		if err == nil && (r.kind == "CNAME" || r.kind == "A" && !a.Is4() || r.kind == "AAAA" && !a.Is6()) {
			return fmt.Sprintf("has a %s record that leads to %s", r.kind, t)
		}
	}
	return ""
}
