package workload

import (
	"fmt"
	"slices"

	"github.com/cutoverdev/cutover/generators/agent"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/schemas"
)

// checkTwice: an object with two elements of one key is refused by the API server,
// or by Flux: no stage would arrive.
func (s *Source) checkTwice() []schemas.Finding {
	var found []schemas.Finding
	for _, o := range slices.Concat([]kube.Object{s.Object}, s.Apexes) {
		for _, t := range kube.Twins(o) {
			message := fmt.Sprintf("has %s, as another one has: the API server refuses it", t.Key)
			if !t.Always {
				message += " where it is applied on the server's side, as by Flux"
			}
			f := o.Find("element-twice", message, "one of the two", t.Path...)
			if !t.Always && agent.ServerSide(o).Empty() {
				f.Severity = schemas.Warning
			}
			found = append(found, f)
		}
	}
	return found
}
