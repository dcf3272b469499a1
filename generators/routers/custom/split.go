package custom

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"go.yaml.in/yaml/v3"
)

// splitter puts tracks in the place of the apexes in the user's own object.
type splitter struct {
	layout
	options
	route.Route
	own *yaml.Node
}

func newSplitter(r route.Route) (splitter, []problem) {
	o, _ := r.Options.(options)
	l, problems := note{o.Fields, cmp.Or(r.Protocol, "http")}.layout()
	return splitter{l.open(r.Own.Node), o, r, r.Own.Node}, problems
}

// apex reports whether a backend is an apex of the release.
func (s splitter) apex(backend *yaml.Node) bool {
	named, ok := s.named(backend)
	if ok {
		_, ok = s.Place(named.service, named.port)
	}
	return ok
}

// named is the Service of a backend; no if it is in another namespace.
func (s splitter) named(backend *yaml.Node) (ref, bool) {
	named, ok := s.ref(s.holder(backend))
	return named, ok && kube.SameNamespace(cmp.Or(named.namespace, s.Own.Namespace), s.Source.Namespace())
}

// weighted is the object with both tracks in the place of every apex.
func (s splitter) weighted() *yaml.Node {
	n := s.own
	for _, one := range s.lists {
		n = kube.EditAll(n, func(rule *yaml.Node) *yaml.Node { return s.rule(one, rule) }, one.rule...)
	}
	return s.doubled(n)
}

// rule is a rule with both tracks in the place of an apex. The second track of one
// that stands in a single place is the first of the list that belongs to it.
func (s splitter) rule(one list, rule *yaml.Node) *yaml.Node {
	shares, why := s.shares(one.items(rule))
	if why != "" || shares == nil {
		return rule
	}
	next := func(n *yaml.Node) *yaml.Node {
		w := shares[0]
		shares = shares[1:]
		return s.withWeight(n, w)
	}
	var second []*yaml.Node
	for _, rest := range one.rest {
		if !rest.isList() {
			place := kube.Get(rule, rest...)
			if place == nil || place.Kind != yaml.MappingNode {
				continue
			}
			tracks := s.tracks(place)
			rule = kube.Put(rule, next(tracks[0]), rest...)
			for _, t := range tracks[1:] {
				second = append(second, next(t))
			}
			continue
		}
		rule = kube.Edit(rule, func(items *yaml.Node) *yaml.Node {
			all := second
			second = nil
			for _, item := range kube.Items(items) {
				for _, t := range s.tracks(item) {
					if t = next(t); !s.omits(item, t) {
						all = append(all, t)
					}
				}
			}
			return withItems(items, all)
		}, rest.list()...)
	}
	return rule
}

// withItems is a list with other items; nil where there was none and is none.
func withItems(list *yaml.Node, items []*yaml.Node) *yaml.Node {
	if list == nil || list.Kind != yaml.SequenceNode {
		if len(items) == 0 {
			return list
		}
		return kube.Node(items)
	}
	c := *list
	c.Content = items
	return &c
}

// omits reports whether a track's item is left out, since it gets no requests.
func (s splitter) omits(item, track *yaml.Node) bool {
	w, _ := strconv.Atoi(kube.Text(track, s.weight...))
	return s.apex(item) && w == 0 && s.Zero == "omit"
}

// tracks are the items in the place of a backend: one for each track, or itself.
func (s splitter) tracks(backend *yaml.Node) []*yaml.Node {
	if !s.apex(backend) {
		return []*yaml.Node{backend}
	}
	var all []*yaml.Node
	for _, t := range s.Tracks {
		if s.upstreams == nil {
			all = append(all, s.to(backend, t))
			continue
		}
		all = append(all, kube.Put(backend, upstreamName(kube.Text(backend, s.by...), t), s.by...))
	}
	return all
}

func upstreamName(name string, t route.Target) string { return name + "-" + t.Track }

// to is a holder that names a track. A port is named there as in the apex; the track's
// Service may have the name for another one, so the port is said by its number.
func (s splitter) to(holder *yaml.Node, t route.Target) *yaml.Node {
	named, _ := s.ref(holder)
	port, ok := s.Place(named.service, named.port)
	if said := cmp.Or(named.namespace, s.Own.Namespace); s.Source.Away() && said != t.Namespace {
		named.namespace = t.Namespace
		if s.namespace != nil && !s.form.has("{namespace}") {
			holder = kube.Put(holder, t.Namespace, s.namespace...)
		}
	}
	named.service = t.Service
	if _, err := strconv.Atoi(named.port); err != nil && ok && named.port != "" {
		named.port = strconv.Itoa(port.Number)
		if s.port != nil && !s.form.has("{port}") {
			holder = kube.Put(holder, port.Number, s.port...)
		}
	}
	return kube.Put(holder, s.form.write(named), s.service...)
}

// doubled is the object with an upstream for each track beside every one that leads to
// an apex, or in its place if nothing else names it.
func (s splitter) doubled(n *yaml.Node) *yaml.Node {
	if s.upstreams == nil || kube.Get(n, s.upstreams.list()...) == nil {
		return n
	}
	rest := kube.Edit(n, func(*yaml.Node) *yaml.Node { return nil }, s.upstreams.list()...)
	return kube.EditAll(n, func(all *yaml.Node) *yaml.Node {
		if all.Kind != yaml.SequenceNode {
			return all
		}
		return kube.Each(all, func(u *yaml.Node) []*yaml.Node {
			if !s.isUpstream(u) {
				return []*yaml.Node{u}
			}
			name := kube.Text(u, s.upstreamName...)
			var both []*yaml.Node
			for _, t := range s.Tracks {
				both = append(both, kube.Put(s.to(u, t), upstreamName(name, t), s.upstreamName...))
			}
			if at := mention(rest, nil, name); at != nil {
				both = append([]*yaml.Node{u}, both...)
			}
			return both
		})
	}, s.upstreams.list()...)
}

// isUpstream reports whether an upstream leads to an apex.
func (s splitter) isUpstream(u *yaml.Node) bool {
	named, ok := s.ref(u)
	if !ok || !kube.SameNamespace(cmp.Or(named.namespace, s.Own.Namespace), s.Source.Namespace()) {
		return false
	}
	_, ok = s.Place(named.service, named.port)
	return ok
}

// mention is where a text stands in an object, beside its metadata; nil if nowhere.
func mention(n *yaml.Node, at path, text string) path {
	switch n.Kind {
	case yaml.ScalarNode:
		if n.Value == text {
			return at
		}
	case yaml.SequenceNode:
		for i, item := range n.Content {
			if found := mention(item, append(slices.Clip(at), index(i)), text); found != nil {
				return found
			}
		}
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			key := n.Content[i].Value
			if at == nil && (key == "metadata" || key == "status" || key == "kind" || key == "apiVersion") {
				continue
			}
			if found := mention(n.Content[i+1], append(slices.Clip(at), key), text); found != nil {
				return found
			}
		}
	}
	return nil
}

// toCandidate is the object with the candidate alone in the place of every apex.
func (s splitter) toCandidate(candidate route.Target) *yaml.Node {
	to := func(holder *yaml.Node) *yaml.Node { return s.to(holder, candidate) }
	if s.upstreams != nil {
		return kube.EditAll(s.own, func(u *yaml.Node) *yaml.Node {
			if s.isUpstream(u) {
				return to(u)
			}
			return u
		}, s.upstreams...)
	}
	n := s.own
	for _, one := range s.lists {
		for _, rest := range one.rest {
			n = kube.EditAll(n, func(backend *yaml.Node) *yaml.Node {
				if s.apex(backend) {
					return to(backend)
				}
				return backend
			}, slices.Concat(one.rule, rest)...)
		}
	}
	return n
}

// shares are the weights of a list once every apex is two tracks, or why there are
// none; neither where no backend is an apex.
func (s splitter) shares(items []*yaml.Node) (shares []int, why string) {
	if !slices.ContainsFunc(items, s.apex) {
		return nil, ""
	}
	for _, item := range items {
		text := kube.Text(item, s.weight...)
		w, err := strconv.Atoi(text)
		switch {
		case text == "" && len(items) == 1:
			w = 1
		case text == "" && s.standard != nil:
			w = *s.standard
		case text == "":
			return nil, "leaves a weight out beside others, and default does not say what that counts"
		case err != nil || w < 0 || w > maxWeight:
			return nil, fmt.Sprintf("has the weight %.40q, which is no whole number of 0 or more", text)
		}
		if !s.apex(item) {
			shares = append(shares, w*100)
			continue
		}
		for _, t := range s.Route.Tracks {
			shares = append(shares, w*t.Weight)
		}
	}
	return s.scaled(route.PercentWeights(shares))
}

// scaled are weights that add up to the total, or why they cannot.
func (s splitter) scaled(shares []int) (scaled []int, why string) {
	sum := 0
	for _, w := range shares {
		sum += w
	}
	for i, w := range shares {
		if s.Total > 0 && sum > 0 {
			if w*s.Total%sum != 0 {
				return nil, fmt.Sprintf("would need %d of %d parts as a whole number of %d", w, sum, s.Total)
			}
			shares[i] = w * s.Total / sum
		}
		if s.Most > 0 && shares[i] > s.Most {
			return nil, fmt.Sprintf("would need a weight of %d, and %d is the highest", shares[i], s.Most)
		}
	}
	return shares, ""
}

func (s splitter) withWeight(backend *yaml.Node, weight int) *yaml.Node {
	if s.Text {
		return kube.Put(backend, strconv.Itoa(weight), s.weight...)
	}
	return kube.Put(backend, weight, s.weight...)
}
