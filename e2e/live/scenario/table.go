package scenario

import (
	"slices"
	"time"
)

// image is the candidate's, and those that come after it.
const (
	second = "start example.com/shop:2"
	third  = "supersede example.com/shop:3…"
)

// table is what is driven through the cluster behind each router. The first lines are
// those of a quick run.
var table = []Scenario{
	{Name: "blue/green", Moves: []string{second, "promote…"}},
	{Name: "canary", Steps: "[5, 25, 50]", Moves: []string{second, "promote…"}},
	{
		Name: "adoption, a release, and the way out", Begin: "plain", Steps: "[50]",
		Moves: []string{"promote…", second, "promote…", "leave", "abort…"},
	},
	{Name: "preview, then steps", Steps: "[10, 50]", Preview: true, Moves: []string{second, "promote…"}},
	{
		Name: "abort at every stage", Steps: "[10, 50]",
		Moves: []string{
			second, "abort…", second, "promote to shift-10", "abort…", second, "promote to shift-50", "abort…",
			second, "promote to shift-100", "abort…", second, "promote to settle", "abort…",
		},
	},
	{
		Name: "abort with a preview, and resume", Steps: "[10, {weight: 50}]", Preview: true,
		Moves: []string{second, "promote to shift-50", "abort", "promote…"},
	},
	{
		Name: "abort where pods were added", Steps: "[{weight: 10, replicas: 50%}, 50]",
		Moves: []string{second, "promote to shift-50", "abort…", second, "promote…"},
	},
	{Name: "superseded", Steps: "[10, 50]", Moves: []string{second, "promote to shift-50", third, "promote…"}},
	{Name: "rollback after retirement", Steps: "[50]", Moves: []string{second, "promote…", "rollback", "promote…"}},
	{Name: "a second application in the folder", Steps: "[25]", Second: true, Moves: []string{second, "promote…"}},
	{Name: "stages skipped", Steps: "[5, 25, 50]", Moves: []string{second, "skip", "promote…"}},
	{Name: "applier killed half-way", Steps: "[25]", Trouble: []string{"killed"}, Moves: []string{second, "promote…"}},
	{Name: "API server away", Steps: "[25]", Trouble: []string{"", "away", "", "", "", "", "", ""}, Moves: []string{second, "promote…"}},
	{Name: "autoscaled", Steps: "[25, 50]", Scaled: true, Moves: []string{second, "promote to shift-50", "abort…", second, "promote…"}},
}

// services are releases without a router: by the Services' own selectors.
var services = []Scenario{
	{Name: "blue/green by Services", Router: "service", Moves: []string{second, "promote to settle", "abort…", second, "promote…"}},
	{Name: "blue/green by Services, with overlap", Router: "overlap", Moves: []string{second, "promote…"}},
	{
		Name: "canary by counts of pods", Router: "service", Steps: "[25]",
		Moves: []string{second, "promote to shift-50", "abort…", second, "promote…"},
	},
}

// mesh are releases whose clients speak gRPC in Istio's mesh, without proxies.
var mesh = []Scenario{
	{Name: "blue/green", Router: "istio", Moves: []string{second, "promote…"}},
	{
		Name: "canary with a preview", Router: "istio", Steps: "[5, 25, 50]", Preview: true,
		Moves: []string{second, "promote to shift-50", "abort…", second, "promote…"},
	},
	{Name: "applier killed half-way", Router: "istio", Steps: "[25]", Trouble: []string{"killed"}, Moves: []string{second, "promote…"}},
}

// apart is a release whose tracks stand in namespaces of their own.
var apart = Scenario{
	Name: "a namespace for each track", Steps: "[25]", Spaces: true,
	Moves: []string{second, "promote to shift-25", "abort…", second, "promote…"},
}

// together are releases that move as one: one start, one promote, one abort.
var together = Scenario{
	Name: "three that move together", Steps: "[10, 50]", Set: true,
	Moves: []string{second, "promote to shift-50", "abort…", second, "promote…"},
}

// clusters are releases from one cluster to another, each with an applier of its own, of
// which one is stopped for some seconds at every commit, or once for two minutes.
var clusters = []Scenario{
	{
		Name: "two clusters, and back", Steps: "[10, 50]", Front: "gatewayAPI", Applier: "flux", East: "argocd",
		Moves: []string{second, "promote…", "rollback", "promote…"},
	},
	{
		Name: "two clusters, aborts with one of them behind", Steps: "[10, 50]", Front: "ingressNginx", Applier: "flux", East: "worst",
		Moves: []string{
			second, "promote to shift-10", "late east", "promote", "abort…",
			second, "promote to shift-50", "late west", "promote", "abort…", second, "promote…",
		},
	},
	{
		Name: "two clusters, one of them away for two minutes", Steps: "[10, 50]", Front: "ingressNginx", Applier: "worst", East: "argocd",
		Pause: 2 * time.Minute, Moves: []string{second, "promote…"},
	},
}

// advanced are releases that cutover advance drives, by the wall's clock: a real Prometheus
// asks Traefik.
var advanced = []Scenario{
	{Name: "advanced by evidence", Router: "traefik", Steps: minutes, Metrics: true, Moves: []string{second, "advance…"}},
	{
		Name: "a sick version taken back by evidence", Router: "traefik", Steps: minutes, Metrics: true,
		Moves: []string{"start example.com/shop:sick", "advance", "advance", "expect prepare"},
	},
}

const minutes = "[{weight: 25, hold: 1m}, {weight: 50, hold: 1m}]"

// agents are the releases that Argo CD and Flux apply.
var agents = []Scenario{
	{Name: "blue/green", Moves: []string{second, "promote…"}},
	{
		Name: "preview, then steps", Steps: "[10, 50]", Preview: true,
		Moves: []string{second, "promote to shift-50", "abort…", second, "promote…"},
	},
	{
		Name: "jobs, an abort between them", Steps: "[50]", Jobs: true,
		Moves: []string{second, "promote to shift-50", "abort…", "start example.com/shop:3", "promote…"},
	},
	{Name: "adoption", Begin: "plain", Steps: "[50]", Moves: []string{"promote…", second, "promote…"}},
}

// Routers are the providers of Releases, by what Traefik reads for them.
var Routers = []string{"gatewayAPI", "traefik", "ingressNginx"}

// All is every scenario: each line of the table behind each router, those without a
// router, and the releases of agents, which go round the routers.
func All() []Scenario {
	var all []Scenario
	for _, router := range Routers {
		for _, s := range table {
			s.Router, s.Applier = router, "worst"
			all = append(all, s)
		}
	}
	for _, s := range slices.Concat(services, mesh, advanced) {
		s.Applier = "worst"
		all = append(all, s)
	}
	for _, s := range clusters {
		s.Router = "dns"
		all = append(all, s)
	}
	all = append(all,
		apart.by("worst", "gatewayAPI"), apart.by("worst", "traefik"), apart.by("argocd", "traefik"), apart.by("flux", "gatewayAPI"),
		together.by("worst", "gatewayAPI"), together.by("flux", "traefik"), together.by("argocd", "ingressNginx"))
	for i, agent := range []string{"argocd", "flux"} {
		for j, s := range agents {
			for k, router := range Routers {
				if s.Applier = agent; k == (i+j)%len(Routers) || s.Preview {
					s.Router = router
					all = append(all, s)
				}
			}
		}
	}
	return all
}

// by is a scenario behind a router, with somebody who applies it.
func (s Scenario) by(applier, router string) Scenario {
	s.Applier, s.Router = applier, router
	return s
}

// Quick is one canary, one blue/green and one adoption, each behind another router.
func Quick() []Scenario {
	var all []Scenario
	for i, s := range slices.Clone(table[:3]) {
		s.Router, s.Applier = Routers[i], "worst"
		all = append(all, s)
	}
	return all
}
