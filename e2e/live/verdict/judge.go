package verdict

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Judgment is what cutover verify says.
type Judgment struct {
	Outcome  string // proven, refuted, not judged
	Findings []Finding
}

// Finding is a finding of a refuted edge.
type Finding struct {
	ID, Severity, Object, Message string
	Accepted                      bool
	Story                         *Story
}

// Story is the mix of old and new objects in which requests are dropped.
type Story struct {
	Request, Outcome string
	Share            float64
	Applied, Waiting []string
}

// judge asks the program.
func judge(ctx context.Context, program, dir string, e Edge) (Judgment, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	from, to := filepath.Join(dir, "from.yaml"), filepath.Join(dir, "to.yaml")
	if err := errors.Join(os.WriteFile(from, []byte(e.From), 0o644), os.WriteFile(to, []byte(e.To), 0o644)); err != nil {
		return Judgment{}, err
	}
	out, err := exec.CommandContext(ctx, program, "verify", "--from", from, "--to", to, "-o", "json").Output()
	var exit *exec.ExitError
	if err != nil && (!errors.As(err, &exit) || exit.ExitCode() != 1) {
		return Judgment{}, err
	}
	var j Judgment
	return j, json.Unmarshal(out, &j)
}

// stories are those of errors, each mix once.
func (j Judgment) stories() []Story {
	var all []Story
	for _, f := range j.Findings {
		if f.Severity == "error" && !f.Accepted && f.Story != nil {
			all = append(all, *f.Story)
		}
	}
	return all
}

// requests are those that stories are about.
func (j Judgment) requests() []string {
	var all []string
	for _, s := range j.stories() {
		all = append(all, s.Request)
	}
	return all
}

// refutations are the findings that refute.
func (j Judgment) refutations() []Finding {
	return slices.DeleteFunc(slices.Clone(j.Findings), func(f Finding) bool { return f.Severity != "error" || f.Accepted })
}

// errors are the ids of what refutes.
func (j Judgment) errors() []string {
	var ids []string
	for _, f := range j.refutations() {
		if !slices.Contains(ids, f.ID) {
			ids = append(ids, f.ID)
		}
	}
	return ids
}

// accepts reports whether the verdict says that requests end, and that it is meant so.
func (j Judgment) accepts() bool {
	for _, f := range j.Findings {
		if (f.Accepted || f.Severity != "error") && strings.HasPrefix(f.ID, "request-") {
			return true
		}
	}
	return false
}

var number = regexp.MustCompile(`\b[45]\d\d\b`)

// statuses are the codes that stories predict.
func (j Judgment) statuses() []string {
	var all []string
	for _, s := range j.stories() {
		all = append(all, number.FindAllString(s.Outcome, -1)...)
	}
	return all
}
