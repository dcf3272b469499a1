package stage

import (
	"fmt"

	"github.com/cutoverdev/cutover/schemas"
)

// planner walks from one stage to the next: each call changes now and then
// takes it down.
type planner struct {
	r         *schemas.Release
	size      Size
	needs     Needs
	candidate string
	jobs      []schemas.Job
	now       Stage
	plan      []Stage
}

// ratioPods is the candidate's pods that come nearest to a percentage beside a full live track.
func ratioPods(capacity, weight int) int {
	rest := max(100-weight, 1)
	return max(1, (capacity*weight+rest/2)/rest)
}

// pods is a number of pods in words.
func pods(n int) string {
	if n == 1 {
		return "1 pod"
	}
	return fmt.Sprintf("%d pods", n)
}
