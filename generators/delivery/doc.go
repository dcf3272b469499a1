// Package delivery writes the objects by which an agent applies rendered/live: for Argo
// CD (v3.6, argoproj.io/v1alpha1) an Application, or an ApplicationSet for several
// folders; for Flux (v2.9) a GitRepository and a Kustomization for each folder.
//
// What they say follows from how releases work:
//
//	prune              retire takes pods away, an abort takes routes away
//	self-heal          nobody moves weights by hand
//	retry on refresh   an abort is not behind the retries of what it aborts
//	no wait            an abort does not wait for the health of what it aborts
//	no substitutions   $(NAME) and ${NAME} in arguments are the containers' own
//
// Nothing else is needed: no waves, no ignored differences, since what is rendered is
// what the API server stores.
//
// Argo CD knows by itself when an HTTPRoute is healthy (resource_customizations); Flux is
// told by expressions. A VirtualService says nothing of itself unless Istio is told to
// (PILOT_ENABLE_STATUS), and counts as healthy in both.
//
// From the top; files call downward:
//
//	argocd.go   Application, ApplicationSet
//	flux.go     GitRepository, Kustomization
//	notify.go   who is told of stages, aborts and failures
//	target.go   what is delivered, from where
//	channel.go  where people are told
package delivery
