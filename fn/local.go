package fn

import (
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/schemas"
)

// applied says that a Release would be sent to the cluster: kpt (since its pull
// request 4673) keeps a function's own config out of the items, so that the function
// cannot mark it local-config, and kpt live apply applies what is not marked.
func (l list) applied() []schemas.Finding {
	if l.config == nil || l.mode() != kptPackage || kube.Text(l.config, "kind") != schemas.KindRelease {
		return nil
	}
	for _, it := range l.items {
		if l.isConfig(it) {
			return nil
		}
	}
	if mark := kube.Text(l.config, "metadata", "annotations", localConfig); mark != "" && mark != "false" {
		return nil
	}
	return []schemas.Finding{{
		File: kube.Text(l.config, "metadata", "annotations", pathAnnotated), Path: "metadata.annotations", ID: "not-local",
		Severity: schemas.Warning,
		Message: "the Release is not marked local-config, and this kpt does not let a function mark its own config: kpt live apply would " +
			"send it to the cluster, which knows no such kind",
		Hint: "metadata: {annotations: {" + localConfig + `: "true"}}`,
	}}
}
