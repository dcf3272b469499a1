package round

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"time"

	"github.com/cutoverdev/cutover/fn/advance"
	"github.com/cutoverdev/cutover/fn/evidence"
	"github.com/cutoverdev/cutover/schemas"
)

// notKnown is the exit code of a program that cannot say yet: EX_TEMPFAIL of sysexits.h.
const notKnown = 75

// commands runs the programs that judge, where the candidate gets requests.
func (o Round) commands(ctx context.Context, r *Result) []advance.Verdict {
	a := r.look.Of.Spec.Analysis
	if a == nil || !advance.Judged(r.look.At.Stage) {
		return nil
	}
	var all []advance.Verdict
	for _, m := range a.Metrics {
		if m.Command == nil {
			continue
		}
		v := advance.Verdict{Bound: m.Name, Verdict: evidence.Verdict{Why: "programs are not run without --commands"}}
		if o.Commands {
			v.Verdict = o.command(ctx, r, *m.Command)
		}
		all = append(all, v)
	}
	return all
}

// command runs one program in the folder of the Release.
func (o Round) command(ctx context.Context, r *Result, c schemas.Command) evidence.Verdict {
	ctx, cancel := context.WithTimeout(ctx, time.Duration(c.Timeout))
	defer cancel()
	words := make([]string, len(c.Run))
	for i, w := range c.Run {
		words[i] = advance.Words(r.look.Of, r.look.At.Candidate, r.since, w)
	}
	run := exec.CommandContext(ctx, words[0], words[1:]...)
	run.Dir, run.WaitDelay = r.Folder, time.Second
	run.Stdout, run.Stderr = o.Stderr, o.Stderr
	err := run.Run()
	exit := (*exec.ExitError)(nil)
	line := strings.Join(words, " ")
	switch {
	case err == nil:
		return evidence.Verdict{Outcome: evidence.NotWorse, Why: line + " says so"}
	case ctx.Err() != nil:
		return evidence.Verdict{Why: fmt.Sprintf("%s has not ended within %s", line, c.Timeout)}
	case !errors.As(err, &exit):
		return evidence.Verdict{Why: err.Error()}
	case exit.ExitCode() == notKnown:
		return evidence.Verdict{Why: line + " does not know yet"}
	}
	return evidence.Verdict{Outcome: evidence.Worse, Why: fmt.Sprintf("%s ended with %s", line, exit)}
}
