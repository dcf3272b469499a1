package route

import (
	"github.com/cutoverdev/cutover/generators/kube"
	"go.yaml.in/yaml/v3"
)

// joinField joins what two matches say of one field, where they differ. some says
// whether any request can fit both, ok whether one match can say so.
type joinField func(key string, a, b *yaml.Node) (joined *yaml.Node, some, ok bool)

// JoinMatches returns the matches for requests that fit one match of each list; an
// empty list fits all requests. Matches are mappings in the router's own words; field
// joins what two of them say of one key. It is false where one match cannot say both,
// as with two expressions. No matches and true: no request fits both.
func JoinMatches(rule, also []*yaml.Node, field joinField) ([]*yaml.Node, bool) {
	if len(rule) == 0 {
		return also, true
	}
	var joined []*yaml.Node
	for _, a := range rule {
		for _, b := range also {
			m, some, ok := joinMatch(a, b, field)
			if !ok {
				return nil, false
			}
			if some {
				joined = append(joined, m)
			}
		}
	}
	return joined, true
}

// joinMatch is the match for requests that fit a and b.
func joinMatch(a, b *yaml.Node, field joinField) (joined *yaml.Node, some, ok bool) {
	joined = a
	for i := 0; i+1 < len(b.Content); i += 2 {
		key, v := b.Content[i].Value, b.Content[i+1]
		if have := kube.Get(a, key); have != nil && !kube.Equal(have, v) {
			if v, some, ok = field(key, have, v); !some || !ok {
				return nil, some, ok
			}
		}
		joined = kube.Put(joined, v, key)
	}
	return joined, true, true
}

// Joinable reports whether every rule can say which of its requests a match takes, and
// whether the match takes any at all. join is JoinMatches for a rule and the match.
func Joinable(rules []*yaml.Node, join func(rule *yaml.Node) ([]*yaml.Node, bool)) bool {
	some := false
	for _, rule := range rules {
		joined, ok := join(rule)
		if !ok {
			return false
		}
		some = some || len(joined) > 0
	}
	return some
}
