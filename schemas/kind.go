package schemas

// APIVersion and the kinds a person writes.
const (
	APIVersion     = "cutover.dev/v1alpha1"
	KindRelease    = "Release"
	KindReleaseSet = "ReleaseSet"
)
