package schemas

import (
	"fmt"
	"slices"
)

// Jobs are those that the release runs. A version that comes back as it was
// (snapshot: keep) finds data that a newer one has changed already: nothing of what
// it has to do to them is done once more.
func (r *Release) Jobs() []Job {
	c := r.Candidate()
	if c == "" {
		return nil
	}
	jobs := slices.Clone(r.Spec.Jobs)
	if r.Spec.Tracks.Get(c).Snapshot == "keep" {
		jobs = slices.DeleteFunc(jobs, func(j Job) bool { return j.Phase != "" })
	}
	return jobs
}

// checkJobs refuses jobs that cannot be what they say.
func (r *Release) checkJobs() []Finding {
	var found []Finding
	fail := func(id, at, message, hint string) { found = append(found, r.Find(id, at, message, hint)) }
	for _, j := range r.Spec.Jobs {
		at := "spec.jobs." + j.Name
		switch {
		case !IsLabel(j.Name):
			fail("name", at, fmt.Sprintf("the job's name %q is not a DNS label", j.Name), "lower case letters, digits and -, such as migrate")
		case j.Template == "" && j.Image == "" && len(j.Command) == 0:
			fail("required", at+".command", "command is missing",
				"what it runs in the candidate's image; or an image of its own; or template, a Job among the manifests")
		case j.Phase == Contract && j.Stage() != Contract:
			fail("job-phase", at+".at",
				fmt.Sprintf("the version before works no more after job %s, and at %s an abort may bring it back", j.Name, j.At),
				"leave at: out: it runs behind retire, when the old version's pods have gone")
		case j.Phase == Expand && !slices.Contains([]string{"prepare", "preview"}, j.Stage()):
			fail("job-phase", at+".at", fmt.Sprintf("job %s makes room for the candidate, and before %s the candidate has requests", j.Name, j.At),
				"leave at: out: it runs at prepare")
		}
	}
	return found
}
