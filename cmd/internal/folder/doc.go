// Package folder is a folder of Releases on disk: it reads what a person wrote
// there and writes rendered/ beside it.
//
// Everything goes through [os.Root], so that no path and no symbolic link leads
// out of the folder.
//
// From the top; files call downward:
//
//	state.go       any manifests, in the work tree or at a revision
//	put.go         writes some files, whatever a killed process has left
//	write.go       compares rendered/ with what it should be, and replaces it
//	load.go        Releases and manifests, as Generate takes them
//	json.go        which JSON files are manifests
//	clusters.go    rendered/live of two clusters
//	find.go        folders with Releases below one
//	rendered.go    what stands under rendered/, read once
//	folder.go      the folder: open, read a file, name it for a person
//	delivery.go    what the repository tells Argo CD and Flux
//	repository.go  the repository around a folder
//	names.go       files that are told apart by their names
package folder
