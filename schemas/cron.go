package schemas

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Schedule are the minutes that a line of five fields names, as cron has it: minute,
// hour, day of the month, month, day of the week. A field is a list of numbers, ranges
// and steps, or *; months and days have names too. Where both kinds of day are given,
// either will do (crontab(5)). @hourly, @daily, @weekly, @monthly and @yearly stand for
// lines of their own. Where cron and the library of Argo CD's sync windows
// (robfig/cron v3.0.1) differ, it is as there: */2 is no *.
type Schedule struct {
	minute, hour, day, month, weekday uint64 // a bit for each
	anyDay, anyWeekday                bool   // the field has a *
}

// cronField is the range of a field and the names of its values.
type cronField struct {
	what      string
	low, high int
	also      int    // one more number: 7 for Sunday
	names     string // three letters each, from low on
}

var cronFields = [5]cronField{
	{"minute", 0, 59, 0, ""},
	{"hour", 0, 23, 0, ""},
	{"day of the month", 1, 31, 0, ""},
	{"month", 1, 12, 0, "janfebmaraprmayjunjulaugsepoctnovdec"},
	{"day of the week", 0, 6, 7, "sunmontuewedthufrisat"},
}

var cronWords = []struct{ word, line string }{
	{"@hourly", "0 * * * *"},
	{"@daily", "0 0 * * *"},
	{"@midnight", "0 0 * * *"},
	{"@weekly", "0 0 * * 0"},
	{"@monthly", "0 0 1 * *"},
	{"@yearly", "0 0 1 1 *"},
	{"@annually", "0 0 1 1 *"},
}

// ParseSchedule reads a schedule. The error names the field that is not understood.
func ParseSchedule(line string) (Schedule, error) {
	for _, w := range cronWords {
		if line == w.word {
			line = w.line
		}
	}
	fields := strings.Fields(line)
	if len(fields) != len(cronFields) {
		return Schedule{}, fmt.Errorf("%d fields and not 5", len(fields))
	}
	var bits [5]uint64
	for i, f := range cronFields {
		for part := range strings.SplitSeq(fields[i], ",") {
			some, ok := f.bits(part)
			if !ok {
				return Schedule{}, fmt.Errorf("%q is no %s", part, f.what)
			}
			bits[i] |= some
		}
	}
	if bits[4]&(1<<7) != 0 { // Sunday is 0 and 7
		bits[4] |= 1
	}
	return Schedule{
		bits[0], bits[1], bits[2], bits[3], bits[4],
		slices.Contains(strings.Split(fields[2], ","), "*"), slices.Contains(strings.Split(fields[4], ","), "*"),
	}, nil
}

// Has reports whether a minute is one of the schedule's. The day of the week is 0 for
// Sunday.
func (s Schedule) Has(minute, hour, day, month, weekday int) bool {
	in := func(bits uint64, n int) bool { return bits&(1<<n) != 0 }
	days := in(s.day, day) && in(s.weekday, weekday)
	if !s.anyDay && !s.anyWeekday {
		days = in(s.day, day) || in(s.weekday, weekday)
	}
	return in(s.minute, minute) && in(s.hour, hour) && in(s.month, month) && days
}

// bits are the values of one part of a field: *, n, n-m, each with /step behind it.
func (f cronField) bits(part string) (bits uint64, ok bool) {
	span, step, stepped := strings.Cut(part, "/")
	by := 1
	if stepped {
		n, err := strconv.Atoi(step)
		if err != nil || n < 1 || n > f.high {
			return 0, false
		}
		by = n
	}
	low, high := f.low, f.high
	if span != "*" {
		from, to, ranged := strings.Cut(span, "-")
		low, ok = f.value(from)
		if !ok {
			return 0, false
		}
		switch {
		case ranged:
			if high, ok = f.value(to); !ok || high < low {
				return 0, false
			}
		case !stepped:
			high = low
		}
	}
	for n := low; n <= high; n += by {
		bits |= 1 << n
	}
	return bits, true
}

// value is a number of the field, or a name.
func (f cronField) value(word string) (int, bool) {
	if i := slices.Index(chunks(f.names), strings.ToLower(word)); i >= 0 {
		return f.low + i, true
	}
	n, err := strconv.Atoi(word)
	known := n >= f.low && n <= f.high || f.also > 0 && n == f.also
	return n, err == nil && known && word[0] != '+' && word[0] != '-'
}

// chunks are the names, three letters each.
func chunks(names string) []string {
	var all []string
	for i := 0; i+3 <= len(names); i += 3 {
		all = append(all, names[i:i+3])
	}
	return all
}
