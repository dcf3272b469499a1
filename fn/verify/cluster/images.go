package cluster

import (
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/workload"
)

// SameVersion reports whether one of two workloads is a track and the other one
// is not, but runs the same: what a track takes the place of.
func SameVersion(a, b kube.Object) bool {
	return isTrack(a) != isTrack(b) && slices.Equal(Images(a), Images(b))
}

// Images are those of a workload's containers, in order.
func Images(o kube.Object) []string {
	var all []string
	for _, c := range kube.Items(o.Node, "spec", "template", "spec", "containers") {
		all = append(all, kube.Text(c, "image"))
	}
	slices.Sort(all)
	return all
}

// BareImage is an image without tag and digest.
func BareImage(image string) string {
	image, _, _ = strings.Cut(image, "@")
	if i := strings.LastIndexByte(image, ':'); i > strings.LastIndexByte(image, '/') {
		return image[:i]
	}
	return image
}

// isTrack reports whether an object is a track's: cutover made it.
func isTrack(o kube.Object) bool {
	return o.Text("metadata", "annotations", workload.RevisionAnnotation) != ""
}

// Foreign reports whether a workload is nobody's track, before and after.
func Foreign(was, is kube.Object) bool { return !isTrack(was) && !isTrack(is) }
