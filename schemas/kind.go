package schemas

// APIVersion and the kinds a person writes.
const (
	APIVersion     = "cutover.dev/v1alpha1"
	KindRelease    = "Release"
	KindReleaseSet = "ReleaseSet"
)

// Together is the field of a ReleaseSet that makes its Releases move as one.
const Together = "together"
