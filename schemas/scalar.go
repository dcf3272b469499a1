package schemas

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// scalar is a type that is written as one word.
type scalar interface {
	// parse reads the word; the error says what it is not.
	parse(word string) error
	// schema is the JSON Schema of the word.
	schema() map[string]any
}

// Duration is a span of time in whole milliseconds, 0 to 2562047h, written as 45s, 10m or 1h30m.
type Duration time.Duration

func (d *Duration) parse(word string) error {
	v, err := time.ParseDuration(word)
	switch {
	case err == nil && v >= 0 && v%time.Millisecond != 0:
		return fmt.Errorf("not a time in whole milliseconds; the smallest is 1ms")
	case err != nil || v < 0:
		return fmt.Errorf("not a time; write a number and a unit: 45s, 10m, 1h; at most 2562047h")
	}
	*d = Duration(v)
	return nil
}

func (*Duration) schema() map[string]any {
	return map[string]any{"type": "string", "pattern": `^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$`}
}

// Seconds is the duration in seconds, with as many decimals as it needs.
func (d Duration) Seconds() string {
	return strconv.FormatFloat(time.Duration(d).Seconds(), 'f', -1, 64)
}

// String writes the duration in whole hours, minutes, seconds and
// milliseconds, leaving out what is zero: 1h30m, 500ms.
func (d Duration) String() string {
	var b strings.Builder
	rest := time.Duration(d)
	for _, u := range []struct {
		size time.Duration
		name string
	}{{time.Hour, "h"}, {time.Minute, "m"}, {time.Second, "s"}, {time.Millisecond, "ms"}} {
		if n := rest / u.size; n > 0 {
			fmt.Fprintf(&b, "%d%s", n, u.name)
			rest -= n * u.size
		}
	}
	if b.Len() == 0 {
		return "0s"
	}
	return b.String()
}

// Count is a number of pods, or percent of the capacity.
type Count struct {
	N       int
	Percent bool
}

func (c *Count) parse(word string) error {
	digits, percent := strings.CutSuffix(word, "%")
	n, err := strconv.Atoi(digits)
	if err != nil || n < 1 || percent && n > 100 || n > maxPods {
		return fmt.Errorf("not a count; write a number of pods, or 1%% to 100%% of capacity")
	}
	*c = Count{N: n, Percent: percent}
	return nil
}

func (*Count) schema() map[string]any {
	return map[string]any{"anyOf": []any{
		map[string]any{"type": "integer", "minimum": 1, "maximum": maxPods},
		map[string]any{"type": "string", "pattern": `^([1-9][0-9]?|100)%$`},
	}}
}

// Of is the count in pods, percents rounded up; capacity if none is given.
func (c Count) Of(capacity int) int {
	switch {
	case c.N == 0:
		return capacity
	case c.Percent:
		return (capacity*c.N + 99) / 100
	}
	return c.N
}

// Port is a port of a Service, by number or by name.
type Port struct {
	Number int
	Name   string
}

func (p *Port) parse(word string) error {
	if n, err := strconv.Atoi(word); err == nil {
		if n < 1 || n > 65535 {
			return fmt.Errorf("not a port; write 1 to 65535, or a port's name")
		}
		*p = Port{Number: n}
		return nil
	}
	if !portName.MatchString(word) {
		return fmt.Errorf("not a port; write 1 to 65535, or a port's name: lower case, digits and -, at most 15")
	}
	*p = Port{Name: word}
	return nil
}

func (*Port) schema() map[string]any {
	return map[string]any{"anyOf": []any{
		map[string]any{"type": "integer", "minimum": 1, "maximum": 65535},
		map[string]any{"type": "string", "pattern": portName.String()},
	}}
}

// String is the port as it was written; empty if none was.
func (p Port) String() string {
	if p.Number > 0 {
		return strconv.Itoa(p.Number)
	}
	return p.Name
}

// NamedText is one entry of a mapping from words to text.
type NamedText struct {
	Name  string `rule:"key"`
	Value string `rule:"short" doc:"the value"`
}
