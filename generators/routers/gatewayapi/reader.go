package gatewayapi

import (
	"fmt"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
)

// reader reads one route.
type reader struct {
	kube.Object
	spec   specRead
	world  route.World
	unread []route.Unread
	bare   bool // a rule without backends has been reported
}

func (rd *reader) skip(format string, args ...any) {
	rd.unread = append(rd.unread, route.Unread{Source: rd.Object, Why: fmt.Sprintf(format, args...)})
}

// odd reports what does not do what it seems to.
func (rd *reader) odd(id, hint, format string, args ...any) {
	rd.unread = append(rd.unread, route.Unread{Source: rd.Object, Why: fmt.Sprintf(format, args...), ID: id, Hint: hint})
}
