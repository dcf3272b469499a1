// Package workload finds a release's workload among the manifests, with everything
// that hangs on it, and says whether it can be released on two tracks. Package track
// makes the tracks.
//
// A workload is found by its name, and what belongs to it by what it says of it:
//
//	Deployment/cart                    the workload: spec.workload.name
//	├─ Service/cart, Service/cart-api  apexes: their selectors match its pod labels
//	├─ HorizontalPodAutoscaler/cart    scaler: scaleTargetRef names it
//	├─ PodDisruptionBudget/cart        budget: its selector matches its pod labels
//	├─ ConfigMap/cart-env, a claim     configuration and volumes: its pod template names them
//	├─ HealthCheckPolicy/cart          policy: its target is an apex
//	└─ rendered/cart/tracks/*          snapshots: what its tracks were made from before
//
// What also hangs on another workload, or what a controller moves already, cannot be
// split in two and is a finding. What names no part of the workload is left alone.
//
// The files, from the top:
//
//	find.go               Find: the manifests → a Source and what is wrong with it
//	catalog.go            the manifests, sorted out once for many releases
//	app.go                the manifests of spec.app, written as a person would
//	workload_checks.go    size, names, selectors
//	namespace_checks.go   what ends where a track has a namespace of its own
//	namespace_needs.go    what that namespace must have
//	namespace_access.go   who lets the pods in, and gives them rights
//	clone_checks.go       persistent volumes that begin as copies
//	volume_checks.go      persistent volumes: scratch, perTrack, shared
//	service_checks.go     Services whose selector cannot move without a gap
//	port_checks.go        ports that clients use and that go, or lead elsewhere
//	policies.go           policies for the apexes: which tracks can have copies of
//	scaler.go             autoscalers: their floors and bounds
//	known.go              values that are filled in later and cannot be judged
//	drivers.go            controllers that move the workload's traffic already
//	offered_ports.go      which port an entry means, and which apexes offer it
//	snapshots.go          what a track was made from, and whether it still is
//	source.go             Source: what was found
//	port.go               one port of a Service
//	references.go         where a pod names its configuration
//
// Manifests are YAML nodes: what this package does not name comes out as it went in,
// comments included.
package workload
