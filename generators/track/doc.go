// Package track makes the two tracks of a release, blue and green: places where a
// version runs, whose names and selectors never change.
//
// A track is made from the manifests, or, while it serves, from its own snapshot:
//
//	                      from the manifests            from the snapshot
//	when                  it is idle, or starts next    it serves, or is kept
//	pod template          with the version's image,     frozen: byte for byte
//	                      env and configuration
//	ConfigMaps, Secrets   copies, called NAME-TRACK     frozen
//	ports of its Service  those of the apexes           frozen, and where each apex led
//	replicas, scaler,     of the stage                  of the stage: these follow the
//	budget, strategy                                    manifests at once
//
// So a change of the manifests reaches no pod that serves; [Track.Ahead] lists what
// the next track will bring. Deployment cart with Service cart becomes, for each track:
//
//	Deployment cart-blue    selector: the user's labels and cutover.dev/track: blue
//	Service cart-blue       ClusterIP, for routes to refer to; empty while it is idle
//	ConfigMap cart-env-blue and what else the pods read
//
// The apex, Service cart, stays the user's. It gets cutover.dev/track in its selector,
// and leads to one track at a time ([Maker.At]).
//
// The files, from the top:
//
//	checks.go            what no track can be made of, and budgets that block
//	adoption.go          the workload itself, before and while tracks take its place
//	ahead.go             how the manifests differ from a frozen track
//	apexes.go            the user's Services while they select a track
//	tracks.go            both tracks; one made from the manifests
//	thaw.go              one made from its snapshot
//	track.go             Track: its objects at a stage
//	ground.go            what pods stand on, in a namespace of their own
//	config.go            images, variables, copies of ConfigMaps and Secrets
//	volumes.go           persistent volumes of a track
//	size.go              how many pods a track has, and its budget
//	defaults.go          what the user is silent about: preStop, maxUnavailable
//	service.go           the track's Service and the policies for it
//	maker.go             Maker; names, labels and selectors of what is a track's own
//
// Non-goals: it does not decide how many pods run at a stage (package stage), nor who
// gets which requests (package routers).
package track
