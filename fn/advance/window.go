package advance

import (
	"fmt"
	"time"

	"github.com/cutoverdev/cutover/schemas"
)

// Zone is the time zone of a name; what reads them from disk is not here.
type Zone func(name string) (*time.Location, error)

// Closed says why releases may not go on at a time, "" if they may: a deny window is
// open, or there are allow windows and none is. Days with a change of clocks are read
// as the clock shows: an hour that is skipped opens nothing.
func Closed(windows []schemas.Window, now time.Time, zone Zone) (why string, err error) {
	allowed, asked := false, false
	for i, w := range windows {
		loc, err := zone(w.TimeZone)
		if err != nil {
			return "", fmt.Errorf("spec.windows[%d].timeZone: %s is not known here: %w", i, w.TimeZone, err)
		}
		open, err := isOpen(w, now.In(loc))
		if err != nil {
			return "", fmt.Errorf("spec.windows[%d].schedule: %w", i, err)
		}
		switch {
		case w.Kind == "deny" && open:
			return reasoned(fmt.Sprintf("closed by the window %s for %s (%s)", w.Schedule, w.Duration, w.TimeZone), w.Reason), nil
		case w.Kind == "allow":
			asked, allowed = true, allowed || open
		}
	}
	if asked && !allowed {
		return "outside of the windows in which releases go on", nil
	}
	return "", nil
}

func reasoned(text, reason string) string {
	if reason == "" {
		return text
	}
	return text + ": " + reason
}

// isOpen reports whether a minute of the schedule lies at most a duration back. A window
// that is open longer than a year is open for a year.
func isOpen(w schemas.Window, now time.Time) (bool, error) {
	s, err := schemas.ParseSchedule(w.Schedule)
	if err != nil {
		return false, err
	}
	const year = 366 * 24 * time.Hour
	for at, end := now.Truncate(time.Minute), now.Add(-min(time.Duration(w.Duration), year)); at.After(end); at = at.Add(-time.Minute) {
		if s.Has(at.Minute(), at.Hour(), at.Day(), int(at.Month()), int(at.Weekday())) {
			return true, nil
		}
	}
	return false, nil
}
