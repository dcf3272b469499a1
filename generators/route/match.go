package route

import (
	"maps"
	"regexp"
	"slices"
	"strings"
)

// Request is one request, as far as routers look at it.
type Request struct {
	Via     Entry
	Host    string
	Path    string
	Method  string
	Port    int               // 0: not known
	Headers map[string]string // names in lower case
	Cookies map[string]string
	Query   map[string]string
}

// Fit says whether a condition holds for a request.
type Fit int

// The fits. A condition that is not understood may hold.
const (
	No Fit = iota
	Maybe
	Yes
)

// Fits reports whether a match holds for a request.
func (m Match) Fits(r Request) Fit {
	fit := Yes
	if len(m.Other) > 0 {
		fit = Maybe
	}
	if m.Path != nil {
		fit = min(fit, m.Path.Fits(r.Path))
	}
	if m.Method != "" && m.Method != r.Method || m.Port != 0 && r.Port != 0 && m.Port != r.Port {
		return No
	}
	if m.Port != 0 && r.Port == 0 {
		fit = Maybe
	}
	for _, part := range []struct {
		conditions []Condition
		values     map[string]string
	}{{m.Headers, r.headers()}, {m.Cookies, r.Cookies}, {m.Query, r.Query}} {
		for _, c := range part.conditions {
			value, there := part.values[c.Name]
			fit = min(fit, c.Fits(value, there))
		}
	}
	return fit
}

// headers are the request's headers, the cookies among them.
func (r Request) headers() map[string]string {
	if len(r.Cookies) == 0 {
		return r.Headers
	}
	all := maps.Clone(r.Headers)
	if all == nil {
		all = map[string]string{}
	}
	var pairs []string
	for _, name := range slices.Sorted(maps.Keys(r.Cookies)) {
		pairs = append(pairs, name+"="+r.Cookies[name])
	}
	all["cookie"] = strings.Join(pairs, "; ")
	return all
}

// Fits reports whether a path is one of those that match; [Maybe] if an expression
// cannot be read.
func (p PathMatch) Fits(path string) Fit {
	switch p.Kind {
	case PathIs:
		return yes(path == p.Value)
	case PathLeading:
		return yes(strings.HasPrefix(path, p.Value))
	case PathMatches:
		return expression(p.Value, path)
	}
	prefix := strings.TrimSuffix(p.Value, "/")
	rest, ok := strings.CutPrefix(path, prefix)
	return yes(ok && (rest == "" || rest[0] == '/'))
}

// Fits reports whether a value fulfils the condition, there or not; [Maybe] if an
// expression cannot be read.
func (c Condition) Fits(value string, there bool) Fit {
	switch c.Kind {
	case TextThere:
		return yes(there)
	case TextNot:
		return yes(!there || value != c.Value)
	case TextAbsent:
		return yes(!there)
	case TextNotLeading:
		return yes(!strings.HasPrefix(value, c.Value))
	case TextNotMatches:
		return Yes - expression(c.Value, value)
	case TextLeading:
		return yes(there && strings.HasPrefix(value, c.Value))
	case TextMatches:
		if !there {
			return No
		}
		return expression(c.Value, value)
	}
	return yes(there && value == c.Value)
}

func yes(holds bool) Fit {
	if holds {
		return Yes
	}
	return No
}

// expression matches a whole text. An expression that Go cannot read, PCRE
// with a lookahead say, may match.
func expression(expr, text string) Fit {
	re, err := regexp.Compile("^(?:" + expr + ")$")
	if err != nil {
		return Maybe
	}
	return yes(re.MatchString(text))
}

// Decide finds the rules that may answer a request, in the order they are
// tried; the last of them does if no earlier one does. No rule: nobody answers.
func Decide(rules []Rule, r Request) []Rule {
	var open []Rule
	var tried []Rule // that fit for certain
	host := bestHost(rules, r)
	for _, rule := range rules {
		if !slices.Contains(rule.Via, r.Via) || !slices.ContainsFunc(rule.hosts(), func(h string) bool { return h == host }) {
			continue
		}
		if rule.behind(tried) {
			continue
		}
		fit := rule.Match.Fits(r)
		if fit == No {
			continue
		}
		open = append(open, rule)
		if fit == Maybe {
			continue
		}
		if rule.Order == "" {
			break
		}
		tried = append(tried, rule)
	}
	return open
}

// behind reports whether one of some rules that fit is tried before this one for
// certain.
func (r Rule) behind(tried []Rule) bool {
	return slices.ContainsFunc(tried, func(t Rule) bool { return t.Tier < r.Tier || t.Tier == r.Tier && t.Order == r.Order })
}

func (r Rule) hosts() []string {
	if len(r.Hosts) == 0 {
		return []string{"*"}
	}
	return r.Hosts
}

// bestHost is the closest host, as written in a rule, that covers the
// request's. Rules of other hosts are not tried even if none of its own fits.
func bestHost(rules []Rule, r Request) string {
	var hosts []string
	for _, rule := range rules {
		if !slices.Contains(rule.Via, r.Via) {
			continue
		}
		for _, h := range rule.hosts() {
			if HostFits(h, r.Host) {
				hosts = append(hosts, h)
			}
		}
	}
	if len(hosts) == 0 {
		return ""
	}
	return slices.MinFunc(hosts, CompareHosts)
}

// FoldCase is a path match that does not tell upper from lower case.
func FoldCase(p PathMatch) PathMatch {
	expr := regexp.QuoteMeta(p.Value)
	switch p.Kind {
	case PathMatches:
		expr = p.Value
	case PathLeading:
		expr += ".*"
	case PathPrefix:
		expr = regexp.QuoteMeta(strings.TrimSuffix(p.Value, "/")) + "(/.*)?"
	}
	return PathMatch{PathMatches, "(?i)" + expr}
}

// CatchesAll reports whether a rule takes every request of its hosts, gateways
// and clients: Istio puts no rule behind it.
func (r Rule) CatchesAll() bool {
	m := r.Match
	all := m.Path == nil || *m.Path == PathMatch{PathLeading, "/"} ||
		m.Path.Kind == PathMatches && slices.Contains([]string{".*", "(?i).*", "(?i)/.*"}, m.Path.Value)
	return all && r.Protocol == "http" && m.Method == "" && len(m.Headers)+len(m.Query)+len(m.Cookies) == 0 && r.clients()
}

// clients reports whether the conditions that are not understood are all about
// who asks.
func (r Rule) clients() bool {
	return !slices.ContainsFunc(r.Match.Other, func(key string) bool { return key != "sourceLabels" && key != "sourceNamespace" })
}
