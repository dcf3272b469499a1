package structure

import (
	"encoding/base64"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/cutoverdev/cutover/generators/kube"
	"go.yaml.in/yaml/v3"
)

// wanted are the types in words.
var wanted = map[string]string{
	"s": "text", "i": "a whole number", "l": "a whole number", "n": "a number", "b": "true or false", "q": "a quantity",
	"p": "a whole number or text", "P": "a whole number or text", "t": "a time", "y": "text in base64",
}

// mistyped says what is wrong with the type of a value, and what to write.
func mistyped(n *yaml.Node, letter string) (message, hint string) {
	if letter == "y" && n.Kind == yaml.SequenceNode {
		return "", "" // of numbers, which Go takes for bytes
	}
	if n.Kind != yaml.ScalarNode {
		return shown(n) + " stands where " + wanted[letter] + " is wanted", wanted[letter]
	}
	tag, text := kube.Meaning(n)
	if tag == "!!timestamp" {
		tag = "!!str" // which every reader but one of YAML alone takes for text
	}
	if tag != "!!str" && tag != "!!int" && tag != "!!float" && tag != "!!bool" {
		return "", ""
	}
	isText := tag == "!!str"
	switch letter {
	case "s", "t", "y":
		if !isText {
			return shown(n) + " is " + called[tag] + ", and text is wanted", "put it in quotes: " + strconv.Quote(n.Value)
		}
		return texted(letter, n)
	case "b":
		if tag != "!!bool" {
			return shown(n) + " is not true or false to every reader", booleanHint(n.Value)
		}
	case "i", "l":
		return numbered(n, tag, text, letter)
	case "n":
		if tag != "!!int" && tag != "!!float" {
			return shown(n) + " is " + called[tag] + ", and a number is wanted", numberHint(text)
		}
	case "p":
		if tag != "!!str" {
			return numbered(n, tag, text, "i")
		}
	case "P":
		if tag != "!!str" {
			return numbered(n, tag, text, "l")
		}
	case "q":
		if tag == "!!bool" || isText && !quantity(n.Value) {
			return shown(n) + " is no quantity", "a number and a unit, as in 250m or 64Mi"
		}
	}
	return "", ""
}

var called = map[string]string{"!!int": "a number", "!!float": "a number", "!!bool": "true or false", "!!str": "text"}

// texted judges text that is a time or base64.
func texted(letter string, n *yaml.Node) (message, hint string) {
	switch letter {
	case "t":
		if _, err := time.Parse(time.RFC3339, n.Value); err != nil {
			return shown(n) + " is no time", "as in 2026-01-31T08:00:00Z"
		}
	case "y":
		if _, err := base64.StdEncoding.DecodeString(n.Value); err != nil {
			return "the value is not base64", "the value in base64"
		}
	}
	return "", ""
}

// numbered judges whole numbers.
func numbered(n *yaml.Node, tag, text, letter string) (message, hint string) {
	switch tag {
	case "!!str", "!!bool":
		return shown(n) + " is " + called[tag] + ", and a whole number is wanted", numberHint(text)
	case "!!float":
		if f, err := strconv.ParseFloat(text, 64); err == nil && f == math.Trunc(f) {
			return shown(n) + " is too large a number", "a smaller number"
		}
		return shown(n) + " is no whole number", "a whole number"
	}
	i, err := strconv.ParseInt(text, 10, 64)
	if err != nil || letter == "i" && (i > math.MaxInt32 || i < math.MinInt32) {
		return shown(n) + " is more than the field holds", "a smaller number"
	}
	return "", ""
}

func numberHint(text string) string {
	if _, err := strconv.Atoi(text); err == nil {
		return "leave the quotes out: " + text
	}
	return "a whole number"
}

// booleanHint says what a word is meant to be, if it is one of YAML 1.1.
func booleanHint(word string) string {
	switch strings.ToLower(word) {
	case "y", "yes", "on", "true", "1":
		return "true"
	case "n", "no", "off", "false", "0":
		return "false"
	}
	return "true or false"
}

// bounds judges a scalar by what else must hold of it.
func (w *walk) bounds(n *yaml.Node, b block) {
	_, text := kube.Meaning(n)
	number := n.ShortTag() == "!!int" || n.ShortTag() == "!!float"
	for key, v := range b.words {
		switch key {
		case "e":
			if all := strings.Split(v, "|"); !slices.Contains(all, text) {
				w.fault(shown(n)+" is none of the values that are known", oneOf(all))
			}
		case "m", "M":
			if number && beyond(text, v, key == "M") {
				w.fault(shown(n)+" is out of bounds", map[string]string{"m": v + " or more", "M": v + " or less"}[key])
			}
		case "l", "L":
			if number {
				continue
			}
			limit, _ := strconv.Atoi(v)
			size := utf8.RuneCountInString(n.Value)
			if key == "l" && size < limit {
				w.fault(shown(n)+" is too short", "at least "+v+" characters")
			} else if key == "L" && size > limit {
				w.fault(shown(n)+" is too long", "at most "+v+" characters")
			}
		case "r":
			if re := w.rules.expression(v); re != nil && !number && !re.MatchString(n.Value) {
				w.fault(shown(n)+" is not of the form that is wanted", "what fits "+v)
			}
		case "f":
			if why := forms(v, text); why != "" && !number {
				w.fault(shown(n)+" "+why, formHint(v, text))
			}
		}
	}
}

func oneOf(all []string) string {
	if len(all) == 1 {
		return all[0]
	}
	return "one of " + strings.Join(all, ", ")
}

// beyond reports whether a number is over a bound, or under it.
func beyond(text, bound string, over bool) bool {
	a, err := strconv.ParseFloat(text, 64)
	b, also := strconv.ParseFloat(bound, 64)
	return err == nil && also == nil && (over && a > b || !over && a < b)
}
