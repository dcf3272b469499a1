// Package cluster starts an API server with its store in namespaces of its own, and stops
// it.
//
// From the top: start.go, definitions.go, namespace.go, server.go, object.go, client.go.
//
// The programs are upstream's. They are in a network namespace, so that nothing can leave
// it, and in a process namespace, so that the kernel ends them with the run, also when that
// is killed.
package cluster
