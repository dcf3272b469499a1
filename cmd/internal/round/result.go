package round

import (
	"io"
	"slices"
	"time"

	"github.com/cutoverdev/cutover/cmd/internal/release"
	"github.com/cutoverdev/cutover/fn/advance"
	"github.com/cutoverdev/cutover/schemas"
)

// Source is where Prometheus is, and how it is asked.
type Source struct {
	Address string
	Config  string // file with credentials
	Timeout time.Duration
}

// Round says what one round does.
type Round struct {
	release.Options
	Source
	Starts   bool // begins the version that spec.next names
	Commands bool // runs the programs that Releases name
	Webs     bool // asks the JSON APIs that they name
	Brief    bool // nobody is told why a release waits: what else would keep it is not proven
	// Each calls one for every folder, several at a time, and prints what they write.
	Each func(one func(dir string, stdout, stderr io.Writer) error) error
}

// Result is what became of a release. Names are part of the interface.
type Result struct {
	Folder   string      `json:"folder"`
	Release  string      `json:"release"`
	Set      string      `json:"set,omitempty"` // that it moves together with: what was decided is the same for all of it
	Stage    string      `json:"stage"`
	Act      advance.Act `json:"act"` // what was decided
	Done     bool        `json:"done"`
	Reasons  []string    `json:"reasons"`
	Verdicts []Verdict   `json:"verdicts"`
	Error    string      `json:"error,omitempty"` // why it was not done

	look     release.Look
	verdicts []advance.Verdict
	since    time.Duration // the stage began
	judged   bool
	asked    []advance.Question
	webs     []schemas.Metric // that a JSON API judges
	after    bool             // the release is over, and watched
	unproven error            // why nobody knows what keeps it where it is
}

// Verdict is what is said of one bound.
type Verdict struct {
	Bound   string   `json:"bound"`
	Outcome string   `json:"outcome"`
	Why     string   `json:"why"`
	Queries []string `json:"queries"`
}

// written puts the verdicts into words.
func (r *Result) written() {
	r.Verdicts = []Verdict{}
	for _, v := range r.verdicts {
		r.Verdicts = append(r.Verdicts, Verdict{v.Bound, v.Outcome.String(), v.Why, append([]string{}, v.Queries...)})
	}
}

// grounds are the lines of the commit: what was measured, and by which queries.
func (r *Result) grounds() []string {
	var all []string
	for _, v := range r.named() {
		line := v.Text()
		for _, q := range v.Queries {
			line += "\n  " + q
		}
		all = append(all, line)
	}
	return all
}

// named are the verdicts of a release, of a set's each with its name.
func (r *Result) named() []advance.Verdict {
	if r.Set == "" {
		return r.verdicts
	}
	all := slices.Clone(r.verdicts)
	if r.judged && len(all) == 0 {
		all = append(all, advance.Unknown("the analysis has no bound that can be judged"))
	}
	for i := range all {
		all[i].Bound = r.Release + ": " + all[i].Bound
	}
	return all
}
