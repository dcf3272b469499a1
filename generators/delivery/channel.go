package delivery

import (
	"fmt"
	"regexp"
	"strings"
)

// Channel is where people are told.
type Channel struct {
	Service string // slack, teams or webhook
	To      string // a channel, the name of a recipient, or a URL
}

// ParseChannel reads SERVICE=TO.
func ParseChannel(text string) (Channel, error) {
	service, to, ok := strings.Cut(text, "=")
	switch {
	case !ok || to == "" || fluxTypes[service] == "":
		return Channel{}, fmt.Errorf("%q is not slack=CHANNEL, teams=NAME or webhook=URL", text)
	case service == "webhook" && !address.MatchString(to):
		return Channel{}, fmt.Errorf("%q is no address: webhook=https://…", to)
	case service != "webhook" && !word.MatchString(to):
		return Channel{}, fmt.Errorf("%q is not the name of a channel: letters, digits, - and _", to)
	}
	return Channel{service, to}, nil
}

var (
	word    = regexp.MustCompile(`^#?[A-Za-z0-9][-A-Za-z0-9_.]*$`)
	address = regexp.MustCompile(`^https?://[^\s"@]+$`)
)

// fluxTypes are the services by what Flux calls them (notification-controller v1.10).
var fluxTypes = map[string]string{"slack": "slack", "teams": "msteams", "webhook": "generic"}
