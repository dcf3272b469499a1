package release

import "time"

// past is what stood at commits, each looked at once: all releases of a folder ask for the
// same, and more than once. Without maps nothing is kept.
type past struct {
	points map[string]pointers     // by commit
	built  map[[2]string]residence // by commit and release: stage and key
}

// residence is the time during which live/ built the same for a release.
type residence struct {
	stage string
	key   string    // names what was built
	rev   string    // the last commit at which it stood
	since time.Time // when the first such commit was made, or merged
	until time.Time // when the next one was; zero: it still stands
}

// stood is how long it stood.
func (s residence) stood(now time.Time) time.Duration {
	if !s.until.IsZero() {
		now = s.until
	}
	return now.Sub(s.since)
}
