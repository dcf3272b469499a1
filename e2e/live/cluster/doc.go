// Package cluster starts an API server with its store, and a node, in namespaces of its
// own, and stops them.
//
// From the top: start.go, definitions.go, namespace.go, server.go, kubelet.go, pod.go,
// ready.go, object.go, client.go.
//
// The programs are upstream's, but for one: [Kubelet] plays the scheduler and the kubelet.
// It binds every pod to the one node, gives it an address and real HTTP servers, probes
// them, and ends them as the pod says. All addresses are in a network namespace, so that
// nothing can leave it; all processes are in a process namespace, so that the kernel ends
// them with the run, also when that is killed.
package cluster
