// Package kube holds Kubernetes objects as YAML nodes: those passed through
// and those generated are one thing.
//
// Nodes are shared between objects and never changed; what changes an object
// copies only the path it changes. An object that nobody changed keeps its
// text and is written byte for byte.
//
// A node in, a node out. Labelled, With and Without copy the nodes on the path and share
// the rest:
//
//	metadata:           metadata:*            * new: the mappings on the path, the label
//	  name: cart          name: cart
//	  labels:      →      labels:*            everything else is the very node that was
//	    app: cart           app: cart         read: comments, quotes, order of keys,
//	                        track: blue*      fields that nobody here knows
//	spec: …             spec: …
//
// The files, from the top:
//
//	twice.go       lists with two elements of one key
//	merge.go       what a client-side apply makes of two lists of ports
//	marker.go      comments by which programs set images
//	labels.go      which labels a selector selects
//	emit.go        objects → the bytes of a stream
//	write.go       most objects → bytes, without the library
//	object.go      Object: read, look up, change by path
//	node.go        the same for nodes; equality and differences
//	value.go       Go values → nodes
//	scalar.go      what a scalar means to an API server
//	buildable.go   why kustomize would not build an object
//	meta.go        metadata of objects that are made
//	amount.go      what a quantity comes to
package kube
