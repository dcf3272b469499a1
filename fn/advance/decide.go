package advance

import (
	"fmt"
	"time"

	"github.com/cutoverdev/cutover/fn/evidence"
	"github.com/cutoverdev/cutover/schemas"
)

// Act is what becomes of a release.
type Act string

// The acts.
const (
	Nothing  Act = "nothing" // no release is under way, or it waits for people
	Wait     Act = "wait"
	Promote  Act = "promote"
	Abort    Act = "abort"
	Rollback Act = "rollback"
	Start    Act = "start" // of what spec.next names, where that is asked for
)

// Facts are what a decision is made of.
type Facts struct {
	UnderWay bool              // a release is
	Back     Act               // how the candidate loses its requests: Abort, Rollback, or "" where it has none to lose
	Judged   bool              // the candidate gets requests that the analysis judges
	Verdicts []Verdict         // one for each bound
	Blocked  []schemas.Finding // what promote would be refused for
	Paused   bool              // one of these is a pause
	Jobs     []string          // of the stage that have not ended well
	Stood    time.Duration     // at this stage
	Deadline time.Duration     // longest time without a verdict; 0: there is none
}

// Decision is an act and why.
type Decision struct {
	Act     Act
	Reasons []string
}

// Decide says what becomes of a release:
//
//	evidence             blocked or jobs open   deadline   →
//	worse                any                    any        abort, or roll back
//	not enough yet       any                    over       abort, or roll back
//	not enough yet       any                    –          wait
//	not worse, or none   yes                    any        wait
//	not worse, or none   no                     any        promote
//
// Bad evidence counts in spite of a hold, a pause or a window: nobody has to look on
// while requests fail. Where the candidate gets no requests, nothing is judged.
func Decide(f Facts) Decision {
	if !f.UnderWay && f.Back == "" {
		return Decision{Nothing, []string{"no release is under way"}}
	}
	var worse, open []string
	for _, v := range f.Verdicts {
		switch v.Outcome {
		case evidence.Worse:
			worse = append(worse, v.Text())
		case evidence.NotYet:
			open = append(open, v.Text())
		}
	}
	if f.Judged && len(f.Verdicts) == 0 {
		open = append(open, "the analysis has no bound that can be judged")
	}
	switch {
	case len(worse) > 0 && f.Back != "":
		return Decision{f.Back, worse}
	case len(worse) > 0:
		return Decision{Wait, append(worse, "there is nothing to take back at this stage: cutover abort, or rollback")}
	case len(open) > 0 && f.Deadline > 0 && f.Stood >= f.Deadline && f.Back != "":
		return Decision{f.Back, append([]string{fmt.Sprintf("no verdict within %s", schemas.Duration(f.Deadline))}, open...)}
	}
	return f.forward(open)
}

// forward is a decision where nothing is bad.
func (f Facts) forward(reasons []string) Decision {
	for _, b := range f.Blocked {
		if b.Severity == schemas.Error {
			reasons = append(reasons, b.ID+": "+b.Message)
		}
	}
	for _, job := range f.Jobs {
		reasons = append(reasons, "job "+job+" has not ended well")
	}
	switch {
	case !f.UnderWay:
		return Decision{Nothing, append(reasons, "the release is over, and is watched")}
	case len(reasons) > 0 && f.Paused:
		return Decision{Nothing, reasons}
	case len(reasons) > 0:
		return Decision{Wait, reasons}
	}
	for _, v := range f.Verdicts {
		reasons = append(reasons, v.Text())
	}
	return Decision{Promote, reasons}
}

// Unknown is the verdict where nobody could be asked.
func Unknown(why string) Verdict {
	return Verdict{Bound: "evidence", Verdict: evidence.Verdict{Why: why}}
}

// Text is the verdict in one line.
func (v Verdict) Text() string { return v.Bound + ": " + v.Outcome.String() + ": " + v.Why }
