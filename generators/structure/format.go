package structure

import (
	"net/netip"
	"strconv"
	"strings"
)

// forms says why text is not of a form, in words that follow it; "" if it is. The
// forms are those of k8s.io/apimachinery/pkg/util/validation (v0.37.2), by the names that
// the table has. Text that is empty is a field left out.
func forms(form, text string) string {
	if text == "" && form != "config-key" && form != "labels" && form != "annotations" && form != "percent" {
		return ""
	}
	switch form {
	case "label":
		if len(text) > 63 || !ends(text, lower+digit, lower+digit+"-") {
			return "is no DNS label: small letters, digits and dashes, at most 63, with a letter or digit at both ends"
		}
	case "subdomain":
		if !subdomain(text) {
			return "is no DNS name: small letters, digits, dashes and dots, at most 253"
		}
	case "port-name":
		if len(text) > 15 || !ends(text, lower+digit, lower+digit+"-") || strings.Contains(text, "--") || !strings.ContainsAny(text, lower) {
			return "is no name of a port: at most 15 small letters, digits and single dashes, and a letter among them"
		}
	case "percent":
		if number := strings.TrimSuffix(strings.TrimPrefix(text, "-"), "%"); number == "" || strings.Trim(number, digit) != "" {
			return "is no percentage: digits before a percent sign"
		}
		if !strings.HasSuffix(text, "%") {
			return "is text, and no percentage"
		}
	case "labels", "annotations":
		return qualified(text, form)
	case "label-value":
		if len(text) > 63 || text != "" && !ends(text, lower+upper+digit, lower+upper+digit+"-_.") {
			return "is no value of a label: letters, digits, dashes, underscores and dots, at most 63, with a letter or digit at both ends"
		}
	case "config-key":
		if len(text) > 253 || text == "" || strings.Trim(text, lower+upper+digit+"-._") != "" || text == "." || strings.HasPrefix(text, "..") {
			return "is no key: letters, digits, dashes, underscores and dots, at most 253"
		}
	case "ipv4", "ipv6":
		if a, err := netip.ParseAddr(text); err != nil || a.Is4() != (form == "ipv4") {
			return "is no address of " + form
		}
	}
	return ""
}

const (
	lower = "abcdefghijklmnopqrstuvwxyz"
	upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	digit = "0123456789"
)

// ends reports whether text is of some characters, with some of them at both ends.
func ends(text, atEnds, all string) bool {
	return text != "" && strings.Trim(text, all) == "" && strings.IndexByte(atEnds, text[0]) >= 0 &&
		strings.IndexByte(atEnds, text[len(text)-1]) >= 0
}

func subdomain(text string) bool {
	if len(text) > 253 {
		return false
	}
	for part := range strings.SplitSeq(text, ".") {
		if !ends(part, lower+digit, lower+digit+"-") {
			return false
		}
	}
	return true
}

// qualified judges the key of a label or annotation: a name, or a DNS name, a slash and a
// name. Those of annotations may be in capitals.
func qualified(key, form string) string {
	prefix, name, slashed := strings.Cut(key, "/")
	if !slashed {
		prefix, name = "", key
	}
	if form == "annotations" {
		prefix = strings.ToLower(prefix)
	}
	if slashed && !subdomain(prefix) || len(name) > 63 || !ends(name, lower+upper+digit, lower+upper+digit+"-_.") {
		return "is no key: a name of at most 63 letters, digits, dashes, underscores and dots, after a DNS name and a slash if at all"
	}
	return ""
}

// quantity reports whether text is a number and a unit
// (k8s.io/apimachinery/pkg/api/resource, v0.37.2).
func quantity(text string) bool {
	text = strings.TrimLeft(text[:min(1, len(text))], "+-") + text[min(1, len(text)):]
	unit := strings.TrimLeft(text, digit)
	whole := len(text) - len(unit)
	if rest, dotted := strings.CutPrefix(unit, "."); dotted {
		unit = strings.TrimLeft(rest, digit)
		whole += len(rest) - len(unit)
	}
	if whole == 0 {
		return false
	}
	switch unit {
	case "", "n", "u", "m", "k", "M", "G", "T", "P", "E", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei":
		return true
	}
	exponent, ok := strings.CutPrefix(strings.ToLower(unit), "e")
	if sign := strings.TrimLeft(exponent, "+-"); len(exponent)-len(sign) <= 1 {
		exponent = sign
	}
	return ok && exponent != "" && strings.Trim(exponent, digit) == ""
}

// formHint is what to write in the place of text.
func formHint(form, text string) string {
	if _, err := strconv.Atoi(text); err == nil && (form == "port-name" || form == "percent") {
		return "leave the quotes out: " + text
	}
	switch form {
	case "label", "label-value":
		return "as in shop-7"
	case "subdomain":
		return "as in shop.example.com"
	case "port-name":
		return "as in http"
	case "percent":
		return "as in 25%"
	}
	return "see the documentation of the kind"
}
