package schemas

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Number is a bound as people write it: 0.5%, 800ms or 12.5.
type Number struct {
	Value float64 // in percent, in seconds, or as it is
	Unit  string  // % or s, or nothing

	text string
}

const decimal = `^-?[0-9]{1,15}(\.[0-9]{1,9})?`

// isDecimal compiles it when a bound is read: few Releases have any.
var isDecimal = matches(decimal + "$")

func (n *Number) parse(word string) error {
	digits, percent := strings.CutSuffix(word, "%")
	*n = Number{text: word}
	if isDecimal(digits) {
		n.Value, _ = strconv.ParseFloat(digits, 64)
		if percent {
			n.Unit = "%"
		}
		return nil
	}
	d, err := time.ParseDuration(word)
	if err != nil || d < 0 {
		return fmt.Errorf("not a bound; write percent, a time or a number: 0.5%%, 800ms, 12.5")
	}
	n.Value, n.Unit = d.Seconds(), "s"
	return nil
}

// ParseNumber reads a bound.
func ParseNumber(word string) (Number, error) {
	var n Number
	err := n.parse(word)
	return n, err
}

func (*Number) schema() map[string]any {
	return map[string]any{"anyOf": []any{
		map[string]any{"type": "number"},
		map[string]any{"type": "string", "pattern": decimal + "%?$"},
		(*Duration)(nil).schema(),
	}}
}

// String is the number as it was written.
func (n Number) String() string { return n.text }

// Part is the number as a part of the whole: 0.005 for 0.5%.
func (n Number) Part() float64 {
	if n.Unit == "%" {
		return n.Value / 100
	}
	return math.NaN()
}
