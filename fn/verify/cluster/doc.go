// Package cluster reads manifests and says what runs: the rules of routers, the
// Services behind them, the pods behind those, and what differs between two states.
//
// From the top; files call downward:
//
//	read.go                       manifests → State, and what in them nobody can judge
//	apart.go                      several clusters, each by itself, who is led to which, and what routes see of others
//	parts.go                      which groups of objects can have to do with each other
//	serving.go                    who sends requests to which pods
//	listeners.go                  gateways: their listeners, and whom those let in
//	change.go                     what differs between two states
//	state.go                      State: objects, rules, pods, and what is worked out of them at most once
//	rules.go                      rules by where requests come in, and for which host
//	defaults.go                   manifests that say the same, one of them by leaving it out
//	numbers.go images.go          how many pods, and which version of them
//	classes.go                    Ingresses and their classes
//	groups.go                     names of groups and annotations
//
// A Service shop that selects app: shop, a Deployment shop of 3 replicas whose pods
// have that label, and an Ingress for shop.example that leads to the Service are one
// rule with one backend, and three pods that it selects:
//
//	State.Rules     shop.example → Service shop        (and one for those who call shop by its name)
//	State.Selected  Service shop → Deployment shop, 3 pods
//
// Whether that is well so is for those above to say: a State has no opinion.
package cluster
