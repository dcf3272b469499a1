// Package cluster starts a Kubernetes cluster of real programs in namespaces of its own,
// and stops it.
//
// From the top: start.go, agents.go, traefik.go, outage.go, definitions.go, namespace.go, server.go,
// kubelet.go, pod.go, ready.go, object.go, client.go.
//
// etcd, the API server, the controller manager and Traefik are upstream's. The part of
// the scheduler and the kubelet is played by [Kubelet]: it binds every pod to the one
// node, gives it an address and real HTTP servers, probes them, and ends them as the pod
// says. All addresses exist in a network namespace alone, so that nothing can leave it; all
// processes are in a process namespace, so that the kernel ends them with the run, also
// when that is killed.
package cluster
