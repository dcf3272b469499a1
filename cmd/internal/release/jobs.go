package release

import (
	"fmt"
	"slices"

	"github.com/cutoverdev/cutover/fn/verify/agent"
	"github.com/cutoverdev/cutover/generators"
	"github.com/cutoverdev/cutover/generators/job"
	"github.com/cutoverdev/cutover/generators/overlay"
	"github.com/cutoverdev/cutover/generators/stage"
	"github.com/cutoverdev/cutover/schemas"
)

// unproven are the jobs that the present stage has started and that nobody has seen
// complete. What comes next counts on them; what goes back does not.
func (v *life) unproven(co checkout, m move) []schemas.Finding {
	if v.Observed != "" || !m.onward() {
		return nil
	}
	var found []schemas.Finding
	for _, name := range started(m.was, m.from) {
		i := slices.IndexFunc(m.was.Jobs, func(j job.Job) bool { return j.Name == name })
		found = append(found, co.release.Find("job-unknown", "spec.jobs."+name,
			fmt.Sprintf("whether job %s of stage %s has completed is not known", name, m.from.Name),
			fmt.Sprintf("show it: kubectl get -o yaml … job/%s, and promote --observed FILE; or --force", m.was.Jobs[i].Object.Name)))
	}
	return found
}

// started are the jobs that a stage starts, not those of stages before it.
func started(r generators.Release, at generators.Stage) []string {
	i := slices.IndexFunc(r.Stages, func(s generators.Stage) bool { return s.Name == at.Name })
	if i <= 0 {
		return at.Jobs
	}
	return stage.Starts(r.Stages[i-1].Stage, at.Stage)
}

// onward reports whether a move goes on to what counts on the jobs of the present
// stage: to a later stage, or to the end.
func (m move) onward() bool {
	place := func(name string) int {
		return slices.IndexFunc(m.was.Stages, func(s generators.Stage) bool { return s.Name == name })
	}
	switch {
	case m.ahead:
		return true
	case m.verb != "promote" || m.from.Twin || m.to.Twin:
		return false
	case m.want.Spec.Live != m.was.Spec.Live:
		return true
	}
	return place(m.to.Name) > place(m.from.Name)
}

// withoutJobs are findings about the cluster but for those of jobs.
func withoutJobs(found []schemas.Finding) []schemas.Finding {
	return slices.DeleteFunc(found, func(f schemas.Finding) bool { return f.ID == agent.JobFailed || f.ID == agent.JobRunning })
}

// contracted: the version that comes back needs data as they were. A job of phase
// contract, since it served, has taken away what only it needed.
func (co checkout) contracted(m move) ([]schemas.Finding, error) {
	if m.returns == "" {
		return nil, nil
	}
	commits, err := co.repo.History(co.head, fileOf(co.release), overlay.Root+"/"+co.name())
	if err != nil {
		return nil, err
	}
	for _, c := range commits {
		if c.Hash == m.returns {
			return nil, nil
		}
		live, err := co.liveAt(c.Hash)
		if err != nil {
			return nil, err
		}
		if pointersIn(live).stages[co.name()] == schemas.Contract {
			return []schemas.Finding{co.release.Find("contract-done", "spec.jobs",
				fmt.Sprintf("stage contract, at commit %.10s, has taken away what %s needs", c.Hash, on(m.release, m.release.Candidate())),
				"start a new version that works with the data as they are; or --force, once they are as that version needs them")}, nil
		}
	}
	return nil, nil
}
