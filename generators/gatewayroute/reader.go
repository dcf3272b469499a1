package gatewayroute

import (
	"fmt"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
)

// reader reads one route.
type reader struct {
	kube.Object
	spec         spec
	world        route.World
	traefik      bool // there are Gateways of Traefik's
	unread       []route.Unread
	reportedBare bool // a rule without backends has been reported
}

func (rd *reader) notJudged(format string, args ...any) {
	rd.unread = append(rd.unread, route.Unread{Source: rd.Object, Why: fmt.Sprintf(format, args...)})
}

// report reports what does not do what it seems to.
func (rd *reader) report(id, hint, format string, args ...any) {
	rd.unread = append(rd.unread, route.Unread{Source: rd.Object, Why: fmt.Sprintf(format, args...), ID: id, Hint: hint})
}
