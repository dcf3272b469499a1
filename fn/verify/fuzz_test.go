package verify_test

import (
	"testing"

	"github.com/cutoverdev/cutover/e2e/golden"
	"github.com/cutoverdev/cutover/fn/verify"
	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/generators/kube"
)

// FuzzCheck: no two states panic, whatever is in them.
func FuzzCheck(f *testing.F) {
	for _, dir := range []string{"verify", "traffic"} {
		for _, c := range golden.Sample(golden.Cases(f, dir), 8) {
			for _, file := range c.Files() {
				f.Add(c.Stream("base"), file.Data)
			}
		}
	}
	f.Fuzz(func(_ *testing.T, from, to []byte) {
		if len(from)+len(to) > 1<<15 {
			return
		}
		var states [2]cluster.State
		for i, data := range [][]byte{from, to} {
			objects, _ := kube.Parse("state.yaml", data)
			states[i] = cluster.NewState(router, objects[:min(len(objects), 12)])
		}
		verify.Check(states[0], "from")
		verify.Edge{Name: "edge", From: states[0], To: states[1]}.Check()
	})
}
