package git

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// Fleet opens many folders of few repositories, and asks each repository only
// once for what all its folders need: reading a thousand histories one by one
// takes as long as all else together.
type Fleet struct {
	mu   sync.Mutex
	tops map[string]*shared
}

// shared is what the folders of one repository have in common.
type shared struct {
	top Repo
	ok  bool
	err error
	common

	mu   sync.Mutex
	logs map[string]*log
}

// log is the first-parent history of a revision.
type log struct {
	once  sync.Once
	below map[string][]Commit // by folder: rendered/checkout, with what leads there
	err   error
}

// Open is Open for one of many folders.
func (f *Fleet) Open(dir string) (Repo, bool, error) {
	none := Repo{dir: dir}
	root, ok := top(dir)
	if !ok {
		return none, false, nil
	}
	s := f.top(root)
	abs, err := filepath.Abs(dir)
	if err == nil {
		abs, err = filepath.EvalSymlinks(abs)
	}
	if err == nil {
		abs, err = filepath.Rel(root, abs)
	}
	if err != nil || !s.ok {
		return none, false, errors.Join(s.err, err)
	}
	r := s.top
	r.dir, r.prefix, r.common = dir, strings.TrimPrefix(filepath.ToSlash(abs)+"/", "./"), &s.common
	return r, true, nil
}

func (f *Fleet) top(dir string) *shared {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.tops == nil {
		f.tops = map[string]*shared{}
	}
	s := f.tops[dir]
	if s == nil {
		s = &shared{logs: map[string]*log{}}
		s.top, s.ok, s.err = Open(dir)
		s.head = sync.OnceValues(func() (string, bool) { return s.top.Head("HEAD") })
		s.up = sync.OnceValues(s.top.Upstream)
		s.history = s.historyOf
		f.tops[dir] = s
	}
	return s
}

// Close ends what reads the repositories.
func (f *Fleet) Close() {
	for _, s := range f.tops {
		s.top.Close()
	}
}

// historyOf reads the whole history of a revision once.
func (s *shared) historyOf(rev string, dirs []string) ([]Commit, error) {
	s.mu.Lock()
	l := s.logs[rev]
	if l == nil {
		l = &log{below: map[string][]Commit{}}
		s.logs[rev] = l
	}
	s.mu.Unlock()
	l.once.Do(func() { l.err = l.read(s.top, rev) })
	seen := map[string]bool{}
	var all []Commit
	for _, dir := range dirs {
		for _, c := range l.below[dir] {
			if !seen[c.Hash] {
				seen[c.Hash] = true
				all = append(all, c)
			}
		}
	}
	slices.SortFunc(all, func(a, b Commit) int { return a.order - b.order })
	return all, l.err
}

// read takes down, for every folder below one called rendered, what changed it.
func (l *log) read(top Repo, rev string) error {
	out, err := top.run("log", "--first-parent", "-m", "--root", "--no-renames", "--name-only", "-z", "--format=%x01%H %ct", rev, "--",
		":(glob)**/rendered/**")
	if err != nil {
		return err
	}
	order := 0
	for entry := range strings.SplitSeq(string(out), "\x01") {
		head, names, _ := strings.Cut(entry, "\x00")
		var c Commit
		var unix int64
		if n, _ := fmt.Sscanf(head, "%s %d", &c.Hash, &unix); n != 2 {
			continue
		}
		c.When, c.order = time.Unix(unix, 0), order
		order++
		told := map[string]bool{}
		for name := range strings.SplitSeq(names, "\x00") {
			parts := strings.Split(strings.TrimPrefix(name, "\n"), "/")
			for i, part := range parts[:max(0, len(parts)-2)] {
				dir := strings.Join(parts[:i+2], "/")
				if part == "rendered" && !told[dir] {
					told[dir] = true
					l.below[dir] = append(l.below[dir], c)
				}
			}
		}
	}
	return nil
}
