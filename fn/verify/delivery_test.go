package verify_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/cutoverdev/cutover/e2e/golden"
	"github.com/cutoverdev/cutover/fn/verify"
	"github.com/cutoverdev/cutover/fn/verify/agent"
	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/schemas"
	"github.com/stretchr/testify/require"
)

// parts reads the files of a case, each by its name.
func parts(t *testing.T, c *golden.Case) map[string][]kube.Object {
	t.Helper()
	all := map[string][]kube.Object{}
	for _, f := range c.Files() {
		if f.Name == "source.yaml" {
			docs, found := schemas.Documents(f.Name, f.Data)
			require.Empty(t, found)
			all[f.Name] = []kube.Object{{ID: kube.ID{Kind: "argocd-source", Name: "shop"}, Node: docs[0].Node, File: f.Name}}
			continue
		}
		objects, found := kube.Parse(f.Name, f.Data)
		require.Empty(t, found)
		all[f.Name] = objects
	}
	return all
}

// TestDelivery: what agents change after the build is found.
func TestDelivery(t *testing.T) {
	golden.Run(t, "delivery", func(t *testing.T, c *golden.Case) {
		p := parts(t, c)
		state := cluster.NewState(router, p["state.yaml"])
		found := agent.Delivery(p["agents.yaml"], "apps/shop/rendered/live", state)
		for _, o := range p["source.yaml"] {
			found = append(found, agent.SourceFile(o, state)...)
		}
		c.Want(t, "findings", golden.Lines(schemas.Sort(found)))
	})
}

// TestAdvice: what keeps a commit from the cluster, or lets it be undone there.
func TestAdvice(t *testing.T) {
	golden.Run(t, "advice", func(t *testing.T, c *golden.Case) {
		p := parts(t, c)
		state := cluster.NewState(router, p["state.yaml"])
		found, some := agent.Advice(p["agents.yaml"], "apps/shop/rendered/live", state)
		c.Want(t, "findings", golden.Lines(schemas.Sort(found))+fmt.Sprintf("an agent leads here: %v\n", some))
	})
}

// TestArrived: a cluster is compared with a state.
func TestArrived(t *testing.T) {
	golden.Run(t, "observed", func(t *testing.T, c *golden.Case) {
		p := parts(t, c)
		c.Want(t, "findings", golden.Lines(agent.Arrived(cluster.NewState(router, p["state.yaml"]), p["live.yaml"])))
	})
}

// TestRescues: what an agent's own order would do for an unsafe commit.
func TestRescues(t *testing.T) {
	golden.Run(t, "agents", func(t *testing.T, c *golden.Case) {
		all := commits(t, c, router)
		var b strings.Builder
		for i, now := range all[1:] {
			edge := verify.Edge{From: all[i].State, To: now.State}
			if len(edge.Check()) == 0 {
				continue
			}
			for _, agent := range verify.Agents {
				for _, r := range edge.Rescues(agent) {
					fmt.Fprintf(&b, "%s → %s, %s: %s\n  saves it: %v; an abort waits: %v\n", all[i].name, now.name, agent, r.How, r.Saves, r.Blocks)
				}
			}
		}
		c.Want(t, "orders", b.String())
	})
}
