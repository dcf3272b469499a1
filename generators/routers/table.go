// Package routers has the table of routers. Each is a package of its own.
//
// To add one: a package NAME with a value Provider, a line in [Table], and a folder
// testdata/traffic/NAME with cases of what is written (a Release) and of what people
// write (read-…). The loops over the table hold it to the rest: goldens, law, schema,
// determinism, edges, docs. It takes 300 to 1 400 lines, of which rendering is some
// 400, reading what people write 400, splitting the user's own route 350, who else
// claims the host 120 to 220, refusals 130, and types 120.
package routers

import (
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/generators/routers/gatewayapi"
	"github.com/cutoverdev/cutover/generators/routers/ingressnginx"
	"github.com/cutoverdev/cutover/generators/routers/istio"
	"github.com/cutoverdev/cutover/generators/routers/service"
)

// Table lists the providers in the order of help and docs.
var Table = []route.Provider{
	service.Provider,
	istio.Provider,
	gatewayapi.Provider,
	ingressnginx.Provider,
}
