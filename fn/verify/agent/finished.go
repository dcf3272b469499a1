package agent

import (
	"cmp"
	"fmt"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/workload"
	"github.com/cutoverdev/cutover/schemas"
)

// isJob reports whether an object is a job of a release. Others' jobs hold nobody up.
func isJob(o kube.Object) bool {
	return o.Is("batch", "Job") && o.Text("metadata", "labels", workload.JobLabel) != ""
}

// Ids of what is said of a job that has not done its work.
const (
	JobFailed  = "job-failed"
	JobRunning = "job-running"
)

// finished looks at a job as the cluster has it, if it has it: it has done its work once it says Complete
// (batch/v1, JobConditionType). What the API server has added to its spec, a selector
// and labels of its pods, is nobody's business.
func finished(o, now kube.Object) []schemas.Finding {
	name := o.Text("metadata", "labels", workload.JobLabel)
	switch failure, failed := condition(now, "Failed"); {
	case now.Node == nil:
		return []schemas.Finding{o.Find(JobRunning, "is not in the cluster: it has not begun", "wait until the agent has applied it")}
	case failed:
		return []schemas.Finding{o.Find(JobFailed, "has failed"+failure,
			fmt.Sprintf("kubectl logs job/%s; then abort, or mend the cause, raise spec.jobs.%s.run and commit what render makes of it",
				o.Name, name))}
	}
	if _, done := condition(now, "Complete"); done {
		return nil
	}
	pods, _ := kube.Number(now.Node, "status", "active")
	return []schemas.Finding{o.Find(JobRunning, fmt.Sprintf("has not completed: %d pods are at work", pods), "wait until it has")}
}

// condition reports whether a condition of a Job is True, and why.
func condition(o kube.Object, kind string) (why string, ok bool) {
	for _, c := range kube.Items(o.Node, "status", "conditions") {
		if kube.Text(c, "type") == kind && kube.Text(c, "status") == "True" {
			if text := cmp.Or(kube.Text(c, "message"), kube.Text(c, "reason")); text != "" {
				why = ": " + text
			}
			return why, true
		}
	}
	return "", false
}
