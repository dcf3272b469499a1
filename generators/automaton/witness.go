package automaton

import (
	"encoding/binary"
	"slices"
	"strings"
)

// Search asks for one text of each kind that some languages tell apart.
type Search struct {
	Domain Language   // what texts are asked for
	Of     []Language // two texts that are in the same of these are of one kind
	Known  []string   // texts of kinds that need no other one
	Work   int        // what the search may cost, in instructions of programs; what is left of it after one
}

// Texts are the texts, shorter ones first: each is the shortest of its kind. The
// kind that is in none of the languages is one of them. ok is no where the search
// took too much work, and kinds may be missing.
func (s *Search) Texts() (texts []string, ok bool) {
	p := s.product()
	none, seen := strings.Repeat("0", len(s.Of)), map[string]bool{}
	for _, text := range s.Known {
		seen[s.kind(text)] = true
	}
	for i := 0; i < len(p.places); i++ {
		if kind, in := p.kind(i); in && !seen[kind] {
			seen[kind] = true
			texts = append(texts, p.text(i))
		}
		if seen[none] && p.hopeless(i) {
			continue
		}
		if s.Work -= p.grow(i); s.Work < 0 {
			return texts, false
		}
	}
	return texts, true
}

// kind says in which of the languages a text is. Known texts may have characters
// that no search knows.
func (s *Search) kind(text string) string {
	var in []byte
	for _, l := range s.Of {
		in = append(in, bit(l.Has(text)))
	}
	return string(in)
}

// Has reports whether a text is in a language.
func (l Language) Has(text string) bool {
	runes := []rune(text)
	m := newMachine(l, slices.Compact(slices.Sorted(slices.Values(runes))))
	at := 0
	for _, r := range runes {
		i, _ := slices.BinarySearch(m.alphabet, r)
		at = m.step(at, i)
	}
	return m.states[at].accepts
}

func bit(b bool) byte {
	if b {
		return '1'
	}
	return '0'
}

// product runs machines side by side. The first one is that of the domain.
type product struct {
	machines []*machine
	places   []place
	index    map[string]bool
}

// place is where the machines are after a text: that of another place, and one
// letter more.
type place struct {
	states []int
	from   int // -1: no text
	letter int
}

func (s *Search) product() *product {
	all := append([]Language{s.Domain}, s.Of...)
	letters := alphabet(all)
	p := &product{index: map[string]bool{}}
	for _, l := range all {
		p.machines = append(p.machines, newMachine(l, letters))
	}
	p.add(place{states: make([]int, len(all)), from: -1})
	return p
}

func (p *product) add(at place) {
	var key []byte
	for _, s := range at.states {
		key = binary.AppendUvarint(key, uint64(s))
	}
	if !p.index[string(key)] {
		p.index[string(key)] = true
		p.places = append(p.places, at)
	}
}

// grow adds the places that are one letter away, and says what that cost.
func (p *product) grow(i int) int {
	before := 0
	for _, m := range p.machines {
		before -= m.work
	}
	from := p.places[i].states
	for letter := range p.machines[0].alphabet {
		domain := p.machines[0].step(from[0], letter)
		if p.machines[0].dead(domain) {
			continue
		}
		states := make([]int, len(from))
		states[0] = domain
		for k, m := range p.machines[1:] {
			states[k+1] = m.step(from[k+1], letter)
		}
		before += len(states)
		p.add(place{states, i, letter})
	}
	for _, m := range p.machines {
		before += m.work
	}
	return before
}

// kind says in which languages the text of a place is; no if it is not in the
// domain.
func (p *product) kind(i int) (string, bool) {
	var in []byte
	for k, m := range p.machines {
		in = append(in, bit(m.states[p.places[i].states[k]].accepts))
	}
	return string(in[1:]), in[0] == '1'
}

// hopeless reports whether all texts that go on from a place are in none of the
// languages.
func (p *product) hopeless(i int) bool {
	for k, m := range p.machines[1:] {
		if !m.dead(p.places[i].states[k+1]) {
			return false
		}
	}
	return true
}

// text is the text that leads to a place.
func (p *product) text(i int) string {
	var back []rune
	for ; p.places[i].from >= 0; i = p.places[i].from {
		back = append(back, p.machines[0].alphabet[p.places[i].letter])
	}
	slices.Reverse(back)
	return string(back)
}
