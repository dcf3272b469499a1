package schemas

import "cmp"

// The phases of a change of data that two versions share.
const (
	Expand   = "expand"   // both versions work before and after it
	Contract = "contract" // the version before works no more
)

// Job is work that is done once in a release, at one of its stages.
type Job struct {
	Name     string      `rule:"key"`
	At       string      `yaml:"at" rule:"label" doc:"the stage that starts it: prepare, preview, a step's name or contract, the stage behind retire; default: contract for phase contract, else prepare"`
	Phase    string      `yaml:"phase" enum:"expand|contract" doc:"what it does to data that both versions share: expand: both go on working; contract: the version before works no more"`
	Template string      `yaml:"template" rule:"name" doc:"a Job among the manifests that it is made of; what is given here takes the place of what is there"`
	Image    string      `yaml:"image" rule:"image" doc:"image of its container; default: the candidate's, with the candidate's environment, configuration and account"`
	Command  []string    `yaml:"command" rule:"repeat" doc:"entry point of the container; required without a template and an image; here, in args and in env {{service}} is the candidate's Service, {{track}} its track, {{namespace}} its namespace"`
	Args     []string    `yaml:"args" rule:"repeat" doc:"arguments of the entry point"`
	Env      []NamedText `yaml:"env" doc:"environment of the container, by name"`
	Attempts int         `yaml:"attempts" rule:"positive" doc:"pods that are tried before the job has failed; default: 4"`
	Timeout  Duration    `yaml:"timeout" rule:"nonzero" doc:"the job has failed if it takes longer"`
	Run      int         `yaml:"run" default:"1" rule:"positive" doc:"raise it to run the job once more, as after a failure"`
}

// Stage is the name of the stage that starts the job.
func (j Job) Stage() string {
	if j.Phase == Contract {
		return cmp.Or(j.At, Contract)
	}
	return cmp.Or(j.At, "prepare")
}

// Retired reports whether a stage of that name has no pods of the version before: no
// abort leads back from it.
func Retired(stage string) bool { return stage == "retire" || stage == Contract }
