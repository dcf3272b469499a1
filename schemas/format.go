package schemas

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

const maxPods = 100_000 // more than one cluster can hold

var (
	dnsLabel  = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$`)
	dnsName   = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`)
	hostName  = regexp.MustCompile(`^(\*|(\*\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*)$`)
	gateway   = regexp.MustCompile(`^([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?/)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`)
	portName  = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]{0,13}[a-z0-9])?$`)
	httpToken = regexp.MustCompile("^[-!#$%&'*+.^_`|~0-9A-Za-z]+$")
	imageRef  = regexp.MustCompile(`^[a-zA-Z0-9][-a-zA-Z0-9._:/@+]*$`)
	urlPath   = regexp.MustCompile(`^/[^\s?#]*$`)
	version   = regexp.MustCompile(`^1\.[0-9]{1,3}$`)
)

// Expressions that few Releases need; they are compiled when one does.
const (
	webURL   = `^https?://[^\s/?#@]+([/?][^\s#]*)?$`
	timeZone = `^[A-Z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+){0,2}$`
	variable = `^CUTOVER_[A-Z0-9_]+$`
	braces   = `\{\{[^}]*\}\}`
)

// format is a rule for one scalar that its Go type cannot say.
type format struct {
	id   string
	not  string // completes "X is not …"
	hint string
	ok   func(word string) bool
	// what the JSON Schema says of it
	schema map[string]any
}

// IsLabel reports whether a word is a DNS label (RFC 1123), as names of
// Services and ports are: 1 to 63 lower case letters, digits and dashes.
func IsLabel(word string) bool { return dnsLabel.MatchString(word) }

// formats are the words a rule tag may use.
var formats = map[string]format{
	"label": {
		"name", "a DNS label", "lower case letters, digits and -, at most 63, such as checkout",
		dnsLabel.MatchString, pattern(dnsLabel),
	},
	"name": {"name", "a Kubernetes name", "lower case letters, digits, - and ., such as checkout-tls", short253(dnsName), pattern(dnsName)},
	"release": {
		"release-name", "a name for a release", "a DNS label, but not live or shared: these are folders beside it",
		func(w string) bool { return dnsLabel.MatchString(w) && w != "live" && w != "shared" },
		map[string]any{"pattern": dnsLabel.String(), "not": map[string]any{"enum": []any{"live", "shared"}}},
	},
	"host": {
		"host", "a host name", "a DNS name in lower case, without scheme, port or path: shop.example.com, *.example.com",
		short253(hostName), pattern(hostName),
	},
	"gateway": {
		"name", "a gateway", "mesh, name or namespace/name, such as edge/public",
		func(w string) bool { return len(w) <= 253+64 && gateway.MatchString(w) }, pattern(gateway),
	},
	"path":    {"path", "a path", "it begins with / and has no ? or #", urlPath.MatchString, pattern(urlPath)},
	"image":   {"image", "an image", "name:tag or name@sha256:…", imageRef.MatchString, pattern(imageRef)},
	"token":   {"token", "a word of HTTP", "letters, digits and -, without space", httpToken.MatchString, pattern(httpToken)},
	"version": {"version", "a Kubernetes version", "major and minor in quotes, such as \"1.30\"", version.MatchString, pattern(version)},
	"percent": {"weight-range", "a percentage", "use 0 to 100; the live track gets the rest", between(0, 100), bounds(0, 100)},
	"port":    {"port", "a port", "use 1 to 65535", between(1, 65535), bounds(1, 65535)},
	"url": {
		"url", "a URL", "https://host/path, without a name or a password in it", matches(webURL), map[string]any{"pattern": webURL},
	},
	"zone": {
		"time-zone", "a time zone", "as in the IANA database: UTC, Europe/Berlin", matches(timeZone), map[string]any{"pattern": timeZone},
	},
	"variable": {
		"variable", "a variable for this", "its name begins with CUTOVER_, so that no Release reaches any other", matches(variable),
		map[string]any{"pattern": variable},
	},
	"cron": {
		"schedule", "a schedule", "five fields: minute, hour, day of the month, month, day of the week, as 0 22 * * 1-5",
		isCron,
		map[string]any{},
	},
	"template": {
		"template", "a text with known words in its braces", "one of " + strings.Join(Words, ", "), knowsWords, map[string]any{},
	},
	"positive": {"count", "a count", "use 1 or more", between(1, maxPods), bounds(1, maxPods)},
	"regex": {
		"regex", "an expression", "RE2 syntax; it must match the whole text",
		func(w string) bool {
			_, err := regexp.Compile(w)
			return err == nil
		},
		map[string]any{"format": "regex"},
	},
}

// Words are what may stand in braces in queries and other texts of an analysis.
var Words = []string{"{{namespace}}", "{{port}}", "{{route}}", "{{service}}", "{{track}}", "{{window}}"}

func knowsWords(text string) bool {
	for _, word := range regexp.MustCompile(braces).FindAllString(text, -1) {
		if !slices.Contains(Words, word) {
			return false
		}
	}
	return true
}

func isCron(line string) bool {
	_, err := ParseSchedule(line)
	return err == nil
}

// matches compiles an expression once, when it is asked for first.
func matches(expression string) func(string) bool {
	re := sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })
	return func(w string) bool { return re().MatchString(w) }
}

func pattern(re *regexp.Regexp) map[string]any { return map[string]any{"pattern": re.String()} }

func bounds(low, high int) map[string]any {
	return map[string]any{"minimum": low, "maximum": high}
}

func short253(re *regexp.Regexp) func(string) bool {
	return func(w string) bool { return len(w) <= 253 && re.MatchString(w) }
}

func between(low, high int) func(string) bool {
	return func(w string) bool {
		n, err := strconv.Atoi(w)
		return err == nil && n >= low && n <= high
	}
}
