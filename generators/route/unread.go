package route

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/schemas"
	"go.yaml.in/yaml/v3"
)

// Unread is a part of a routing object that is not judged, or, with an id, one
// that does not do what it seems to.
type Unread struct {
	Source kube.Object
	Why    string
	ID     string // of the finding; "" if it is only not judged
	Hint   string

	Requests []string // that it may touch, in words, where that is known (fn/verify/reach)
}

// Text is what is said of it, and which requests it may touch, unless that is said already.
func (u Unread) Text() string {
	said := func(request string) bool {
		if service, is := strings.CutPrefix(request, "Service "); is {
			service, _, _ = strings.Cut(service, " ")
			return slices.ContainsFunc(strings.Fields(u.Why), func(w string) bool {
				return strings.TrimRight(w[strings.LastIndexByte(w, '/')+1:], ",:;") == service
			})
		}
		host, _, _ := strings.Cut(request, "/")
		return strings.Contains(host, ".") && strings.Contains(u.Why, host)
	}
	if len(u.Requests) == 0 || slices.ContainsFunc(u.Requests, said) {
		return u.Why
	}
	return u.Why + " (requests to " + schemas.And(u.Requests) + ")"
}

// Hides reports whether what an object does with requests cannot be read: it may answer
// them nevertheless. One of a class that no router here serves gets none of theirs.
func (u Unread) Hides() bool {
	return u.ID == "" && strings.HasSuffix(u.Why, WholeUnread) && !strings.Contains(u.Why, unserved)
}

// unserved is said of an object whose class is another router's.
const unserved = ", which no router here serves"

// MaxRules is 16 384 and bounds the rules that one object is read as. Matches multiply with
// parents and delegates: a small file can make millions.
const MaxRules = 1 << 14

// TooManyRules is what Read says of an object with more than MaxRules.
func TooManyRules(o kube.Object) Unread {
	return Unread{Source: o, Why: "has more rules than are looked at: nothing is promised of it", ID: "state-size", Hint: "split it"}
}

// goType is how package yaml says that a value is of another kind, which names a Go
// type.
var goType = regexp.MustCompile(`cannot unmarshal !!(\w+) into \S*\.\S+`)

// SchemaMismatch says in words of YAML why a spec cannot be decoded; err is one of
// package yaml, whose text names Go types.
func SchemaMismatch(err error) string {
	text := strings.TrimPrefix(err.Error(), "yaml: unmarshal errors:")
	text = goType.ReplaceAllString(text, "a $1 is not what belongs there")
	return "does not fit its schema: " + strings.Join(strings.Fields(text), " ")
}

// WholeUnread is said at the end of why a whole object is not judged.
const WholeUnread = ": what it does with requests is not judged"

// Notes gathers, for a Read, what of the objects is not judged.
type Notes struct{ Unread []Unread }

// NotJudged notes a part of an object that is not judged.
func (n *Notes) NotJudged(o kube.Object, format string, args ...any) {
	n.Unread = append(n.Unread, Unread{Source: o, Why: fmt.Sprintf(format, args...)})
}

// Report notes what does not do what it seems to, under the id of a finding.
func (n *Notes) Report(o kube.Object, id, hint, format string, args ...any) {
	n.Unread = append(n.Unread, Unread{Source: o, Why: fmt.Sprintf(format, args...), ID: id, Hint: hint})
}

// Decode reads the spec of an object; an object without one has an empty one. What its
// schema would refuse is noted as not judged, and false is returned.
func (n *Notes) Decode(o kube.Object, spec any) bool {
	at := o.Get("spec")
	if at == nil {
		at = &yaml.Node{Kind: yaml.MappingNode}
	}
	if err := at.Decode(spec); err != nil {
		n.NotJudged(o, "%s", SchemaMismatch(err))
		return false
	}
	return true
}
