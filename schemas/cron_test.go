package schemas

import (
	"testing"
	"time"

	"github.com/robfig/cron/v3"
	"github.com/stretchr/testify/require"
)

// TestSchedule: the minutes of a schedule are those of the library that Argo CD reads
// its sync windows with, over a year.
func TestSchedule(t *testing.T) {
	for _, line := range []string{
		"0 22 * * *", "*/7 3-5 * * *", "0 9 * * 1-5", "15,45 */6 1 * *", "0 0 13 * 5", "0 0 */10 * 1", "5/20 8 * * SUN",
		"0 12 28 feb *", "0 1 * JAN-mar,12 sat", "@hourly", "@daily", "@weekly", "@monthly", "@yearly", "* * 31 * *", "0 0 * * 3/2",
	} {
		mine, err := ParseSchedule(line)
		require.NoError(t, err, line)
		theirs, err := cron.ParseStandard(line)
		require.NoError(t, err, line)
		at := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
		for next := theirs.Next(at.Add(-time.Second)); at.Year() < 2028; at = at.Add(time.Minute) {
			is := mine.Has(at.Minute(), at.Hour(), at.Day(), int(at.Month()), int(at.Weekday()))
			if want := at.Equal(next); want != is {
				t.Fatalf("%s: at %s it is %v and must be %v", line, at, is, want)
			}
			if is {
				next = theirs.Next(at)
			}
		}
	}
}

// TestScheduleRefused: what is no schedule is refused, and most of it by that library.
func TestScheduleRefused(t *testing.T) {
	for _, line := range []string{
		"", "* * * *", "* * * * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * 32 * *", "* * * 13 *", "* * * * 8", "5-2 * * * *", "*/0 * * * *",
		"*/ * * * *", "-1 * * * *", "+1 * * * *", "a * * * *", "1, * * * *", "1--2 * * * *", "* * * janfeb *", "@never", "* * * * frid", "1/99 * * * *",
	} {
		_, err := ParseSchedule(line)
		require.Error(t, err, line)
	}
}

func TestNumber(t *testing.T) {
	for word, want := range map[string]Number{
		"0.5%":  {0.5, "%", "0.5%"},
		"800ms": {0.8, "s", "800ms"},
		"1h30m": {5400, "s", "1h30m"},
		"12.5":  {12.5, "", "12.5"},
		"-3":    {-3, "", "-3"},
		"0":     {0, "", "0"},
	} {
		var n Number
		require.NoError(t, n.parse(word), word)
		require.Equal(t, want, n)
		require.Equal(t, word, n.String())
	}
	for _, word := range []string{"", "%", "1%%", "1e9", "0x10", "NaN", ".5", "5.", "-2s", "1 %", "ten"} {
		require.Error(t, new(Number).parse(word), word)
	}
	require.InDelta(t, 0.005, Number{Value: 0.5, Unit: "%"}.Part(), 1e-12)
}

func TestMasked(t *testing.T) {
	for text, want := range map[string]string{
		"https://reader:secret@host.example.com/a@b": "https://…@host.example.com/a@b",
		"https://host/a@b":                           "https://host/a@b",
		"https://u@p@host":                           "https://…@host",
		"registry/app@sha256:0a":                     "registry/app@sha256:0a",
		"https://host":                               "https://host",
	} {
		require.Equal(t, want, masked(text))
	}
}
