package advance

import (
	"math"
	"time"

	"github.com/cutoverdev/cutover/fn/evidence"
	"github.com/cutoverdev/cutover/generators"
	"github.com/cutoverdev/cutover/schemas"
)

// Foresight is what a bound can find at a stage, before there are requests.
type Foresight struct {
	Stage    string
	Bound    string
	Hold     time.Duration // least time at the stage, and not less than a minute
	Requests float64       // of the candidate in that time
	Finds    float64       // the least excess over live's share that is found with 95 percent; +Inf: none
	Passes   time.Duration // after which 95 of 100 candidates that are as live pass; 0: never
}

// Foresee says what the bounds of shares find at each stage, at so many requests a second
// and such a share of bad ones.
func Foresee(r generators.Release, perSecond, share float64) []Foresight {
	if r.Spec.Analysis == nil {
		return nil
	}
	var all []Foresight
	l := levels(r)
	for _, s := range r.Stages {
		if !Judged(s.Stage) {
			continue
		}
		hold := max(time.Duration(s.Hold), time.Minute)
		requests := perSecond * hold.Seconds()
		t := evidence.Traffic{
			Candidate: requests * float64(s.Weight(s.Candidate)) / 100,
			Live:      requests * float64(s.Weight(schemas.Other(s.Candidate))) / 100, Share: share,
		}
		for _, b := range bounds(r, s.Stage) {
			if !b.metric.Share() || b.name == "min" {
				continue
			}
			sees := t.Sees(b.is.Part(), l)
			if b.name == "max" {
				sees = t.SeesMost(b.is.Part(), l)
			}
			f := Foresight{Stage: s.Name, Bound: b.String(), Hold: hold, Requests: t.Candidate, Finds: sees.Finds}
			if !math.IsInf(sees.Needs, 1) {
				f.Passes = time.Duration(sees.Needs * float64(hold)).Round(time.Second)
			}
			all = append(all, f)
		}
	}
	return all
}
