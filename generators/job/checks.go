package job

import (
	"fmt"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/workload"
	"github.com/cutoverdev/cutover/schemas"
)

// check looks at the templates of a Release's jobs, with or without a candidate.
func check(s *workload.Source) []schemas.Finding {
	var found []schemas.Finding
	told := map[string]bool{}
	for _, j := range s.Release.Spec.Jobs {
		if j.Template == "" {
			continue
		}
		o, ok := template(s, j.Template)
		switch {
		case !ok:
			found = append(found, s.Release.Find("job-template", "spec.jobs."+j.Name+".template",
				fmt.Sprintf("no Job is called %q", j.Template), jobsHint(s)))
		case !told[o.Name]:
			told[o.Name] = true
			found = append(found, leftOut(o)...)
		}
	}
	return found
}

func jobsHint(s *workload.Source) string {
	var names []string
	for _, o := range s.Manifests {
		if o.Is("batch", "Job") {
			names = append(names, o.Name)
		}
	}
	if len(names) == 0 {
		return "there is no Job among the manifests of the namespace; image: and command: need none"
	}
	return "the manifests have " + strings.Join(names, ", ")
}

// leftOut says what a template has that the Jobs of a release do not.
func leftOut(o kube.Object) []schemas.Finding {
	paths := Again(o)
	if len(paths) == 0 {
		return nil
	}
	var words []string
	for _, path := range paths {
		words = append(words, path[len(path)-1])
	}
	f := o.Find("job-once", fmt.Sprintf("%s is run once in a release, without its %s: with it an agent would run it again, or not at all",
		o.ID, strings.Join(words, ", ")), "", paths[0]...)
	f.Severity = schemas.Info
	return []schemas.Finding{f}
}

// checkName: pods bear the name of their Job in a label, which has room for 63
// characters (Kubernetes v1.37, batch.kubernetes.io/job-name).
func (m maker) checkName(j schemas.Job, o kube.Object) []schemas.Finding {
	if len(o.Name) <= 63 {
		return nil
	}
	return []schemas.Finding{m.Release.Find("name-length", "spec.jobs."+j.Name,
		fmt.Sprintf("the name of Job %q has %d characters, and 63 are allowed", o.Name, len(o.Name)), "a shorter name for the job")}
}
