package automaton

import (
	"bytes"
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
		seen[p.known(text)] = true
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

// product runs machines side by side.
type product struct {
	domain   *machine
	of       []*machine
	letterOf map[rune]int
	places   []place
	index    map[string]bool
}

// place is where the machines are after a text: that of another place, and one
// letter more. Of machines that are dead nothing is said.
type place struct {
	domain int
	alive  []running
	from   int // -1: no text
	letter int
}

// running is a machine in a state.
type running struct{ machine, state int }

func (s *Search) product() *product {
	letters, places := alphabet(append([]Language{s.Domain}, s.Of...))
	p := &product{domain: newMachine(s.Domain, letters), letterOf: places, index: map[string]bool{}}
	start := place{from: -1}
	for i, l := range s.Of {
		p.of = append(p.of, newMachine(l, letters))
		start.alive = append(start.alive, running{i, 0})
	}
	p.add(start)
	return p
}

func (p *product) add(at place) {
	key := binary.AppendUvarint(nil, uint64(at.domain))
	for _, r := range at.alive {
		key = binary.AppendUvarint(binary.AppendUvarint(key, uint64(r.machine)), uint64(r.state))
	}
	if !p.index[string(key)] {
		p.index[string(key)] = true
		p.places = append(p.places, at)
	}
}

// grow adds the places that are one letter away, and says what that cost.
func (p *product) grow(i int) int {
	work := -p.work()
	from := p.places[i]
	for letter := range p.domain.alphabet {
		to := place{domain: p.domain.step(from.domain, letter), from: i, letter: letter}
		if p.domain.dead(to.domain) {
			continue
		}
		for _, r := range from.alive {
			if s := p.of[r.machine].step(r.state, letter); !p.of[r.machine].dead(s) {
				to.alive = append(to.alive, running{r.machine, s})
			}
		}
		work += 1 + len(from.alive)
		p.add(to)
	}
	return work + p.work()
}

// work is what all machines have cost.
func (p *product) work() int {
	sum := p.domain.work
	for _, m := range p.of {
		sum += m.work
	}
	return sum
}

// kind says in which languages the text of a place is; no if it is not in the
// domain.
func (p *product) kind(i int) (string, bool) {
	in := bytes.Repeat([]byte{'0'}, len(p.of))
	for _, r := range p.places[i].alive {
		in[r.machine] = bit(p.of[r.machine].states[r.state].accepts)
	}
	return string(in), p.domain.states[p.places[i].domain].accepts
}

// known is the kind of a text. It may have characters that no search knows.
func (p *product) known(text string) string {
	in := make([]byte, len(p.of))
	for i, m := range p.of {
		at, strange := 0, false
		for _, r := range text {
			letter, ok := p.letterOf[r]
			strange = strange || !ok
			at = m.step(at, letter)
		}
		in[i] = bit(m.states[at].accepts)
		if strange {
			in[i] = bit(m.Has(text))
		}
	}
	return string(in)
}

// hopeless reports whether all texts that go on from a place are in none of the
// languages.
func (p *product) hopeless(i int) bool { return len(p.places[i].alive) == 0 }

// text is the text that leads to a place.
func (p *product) text(i int) string {
	var back []rune
	for ; p.places[i].from >= 0; i = p.places[i].from {
		back = append(back, p.domain.alphabet[p.places[i].letter])
	}
	slices.Reverse(back)
	return string(back)
}
