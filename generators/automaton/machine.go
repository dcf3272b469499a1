package automaton

import (
	"encoding/binary"
	"regexp/syntax"
	"slices"
)

// machine is a language as a deterministic automaton, made as far as it is
// asked for.
type machine struct {
	Language
	alphabet []rune
	states   []state
	index    map[string]int
	work     int // instructions looked at
}

// state is what there is to know of a text that was read.
type state struct {
	at      []uint32 // places in the program, before assertions are followed
	before  rune     // the last character, or one like it; -1: none
	accepts bool     // the text is in the language
	next    []int    // by letter; -1: not known yet
}

func newMachine(l Language, alphabet []rune) *machine {
	m := &machine{Language: l, alphabet: alphabet, index: map[string]int{}}
	m.state([]uint32{uint32(l.prog.Start)}, -1)
	return m
}

// dead reports whether no text that goes on from a state is in the language.
func (m *machine) dead(s int) bool { return len(m.states[s].at) == 0 }

// state is the number of a state, which is made if it is new.
func (m *machine) state(at []uint32, before rune) int {
	if !m.looks || len(at) == 0 {
		before = -1 // nobody looks
	}
	key := binary.BigEndian.AppendUint32(nil, uint32(before))
	for _, pc := range at {
		key = binary.BigEndian.AppendUint32(key, pc)
	}
	if n, known := m.index[string(key)]; known {
		return n
	}
	s := state{at: at, before: before, next: make([]int, len(m.alphabet))}
	for i := range s.next {
		s.next[i] = -1
	}
	for _, pc := range m.follow(at, before, -1) {
		s.accepts = s.accepts || m.prog.Inst[pc].Op == syntax.InstMatch
	}
	m.index[string(key)] = len(m.states)
	m.states = append(m.states, s)
	return len(m.states) - 1
}

// step is the state after one more letter.
func (m *machine) step(s, letter int) int {
	if n := m.states[s].next[letter]; n >= 0 {
		return n
	}
	r := m.alphabet[letter]
	var at []uint32
	for _, pc := range m.follow(m.states[s].at, m.states[s].before, r) {
		if in := m.prog.Inst[pc]; takes(in, r) {
			at = append(at, in.Out)
		}
	}
	slices.Sort(at)
	n := m.state(slices.Compact(at), alike(r))
	m.states[s].next[letter] = n
	return n
}

// alike is one character for all that assertions do not tell apart.
func alike(r rune) rune {
	switch {
	case r == '\n':
		return r
	case syntax.IsWordChar(r):
		return 'a'
	}
	return '-'
}

// follow are the places that are reached without a character, where one stands
// before and another one, or -1 for the end, behind.
func (m *machine) follow(at []uint32, before, behind rune) []uint32 {
	holds := syntax.EmptyOpContext(before, behind)
	reached := map[uint32]bool{}
	var all []uint32
	for todo := slices.Clone(at); len(todo) > 0; {
		pc := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if reached[pc] {
			continue
		}
		reached[pc] = true
		all = append(all, pc)
		switch in := m.prog.Inst[pc]; in.Op {
		case syntax.InstAlt, syntax.InstAltMatch:
			todo = append(todo, in.Out, in.Arg)
		case syntax.InstCapture, syntax.InstNop:
			todo = append(todo, in.Out)
		case syntax.InstEmptyWidth:
			if op := syntax.EmptyOp(in.Arg); op&^holds == 0 {
				todo = append(todo, in.Out)
			}
		}
	}
	m.work += len(all)
	return all
}
