// Package custom serves routers that nobody here knows, by what their users say of
// them: an object of any custom resource, described by paths.
//
//	provider: custom
//	route: {apiVersion: apisix.apache.org/v2, kind: ApisixRoute, name: shop}
//	options: {backends: "spec.http[].backends[]", service: serviceName, port: servicePort}
//
// The user's object is the template. Of 9 percent for the candidate:
//
//	backends: [{serviceName: cart-svc, servicePort: 9017}]      as the user wrote it
//
//	backends:                                                   as a stage has it
//	- {serviceName: cart-blue, servicePort: 9017, weight: 91}
//	- {serviceName: cart-green, servicePort: 9017, weight: 9}
//
// The verifier has no Release where it reads manifests alone. So the rendered object
// bears the paths itself, in the annotation cutover.dev/route-fields, and who writes
// that on an object by hand has it judged too. Without it the kind is not judged. An
// annotation goes with its object: there is no mix in which the one is new and the
// other old.
//
// Goals: weights and preview hosts. Non-goals, since no path says them: matches and
// which rule is tried first, mirrors, affinity, what two objects of one host do to each
// other. Every list of backends is an entry of its own, and what is proven is that who
// comes to it is answered.
//
// From the top; files refer downward:
//
//	provider.go     the Provider
//	check.go        what paths and numbers do not say
//	render.go       the object of a stage, and one like it for preview hosts
//	split.go        a backend for the apex becomes one for each track
//	read.go         objects as rules, by what they say of themselves
//	layout.go       paths of options and of the annotation, followed
//	form.go         how a Service is written: {service}.{namespace}.svc:{port}
//	facts.go        metrics, traps, what is not expressed
//	options.go      what a Release and an object can say
//	path.go         spec.http[].backends[]
package custom
