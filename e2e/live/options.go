package main

import (
	"flag"
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/cutoverdev/cutover/e2e/live/component"
	"github.com/cutoverdev/cutover/e2e/live/scenario"
)

// options are what a run is told.
type options struct {
	cutover  string
	root     string
	dir      string
	page     string
	only     *regexp.Regexp
	parallel int
	quick    bool
	goldens  bool
	optional bool
	beside   bool
	kind     bool
	mover    *regexp.Regexp
	edges    int
	worlds   int
	edge     *regexp.Regexp
	image    string
	corpus   string
	rate     int
	dwell    time.Duration
	limit    time.Duration
	seed     uint64
	orders   int
}

func parse(args []string) (options, error) {
	var o options
	flags := flag.NewFlagSet("live run", flag.ContinueOnError)
	flags.StringVar(&o.cutover, "cutover", "bin/cutover", "the program")
	flags.StringVar(&o.root, "root", ".", "of the repository, for testdata and examples")
	flags.StringVar(&o.dir, "dir", "", "folder of logs and repositories; it is kept (default: a temporary one, kept if something failed)")
	flags.StringVar(&o.page, "page", "", "file that the report is written to")
	only := flags.String("only", "", "expression: run the scenarios whose applier, router and name match, as in worst/gatewayAPI/canary")
	flags.IntVar(&o.parallel, "parallel", 3, "scenarios, and edges, at the same time")
	flags.BoolVar(&o.quick, "quick", false, "one canary, one blue/green, one adoption")
	flags.BoolVar(&o.goldens, "goldens", false, "ask the API server about all that cutover writes in testdata and examples")
	flags.BoolVar(&o.optional, "optional", false, "do nothing where the programs are not built")
	flags.BoolVar(&o.beside, "beside", false, "move the same application by cutover, Argo Rollouts and Flagger")
	flags.BoolVar(&o.kind, "kind", false, "do what docs/kind.md says, and nothing else: a quarter of an hour")
	mover := flags.String("mover", "", "expression: with -beside, only these")
	flags.IntVar(&o.edges, "edges", 0, "apply so many edges, to see whether their verdicts are true; -1 is all")
	flags.IntVar(&o.worlds, "worlds", 0, "apply so many edges of random worlds behind each router besides")
	edge := flags.String("edge", "", "expression: apply the edges whose name matches")
	flags.IntVar(&o.orders, "orders", 1, "orders of chance for each edge, besides those of counterexamples")
	flags.StringVar(&o.image, "image", "", "container image of the function: hold it to the program (needs docker)")
	flags.StringVar(&o.corpus, "corpus", "../shared/corpus", "folder of real applications for -image; none there: the examples alone")
	flags.IntVar(&o.rate, "rate", 60, "requests per second to the host of a scenario")
	flags.DurationVar(&o.dwell, "dwell", 4*time.Second, "time at each stage under load, once it has arrived")
	flags.DurationVar(&o.limit, "limit", 3*time.Hour, "the whole run is over by then")
	flags.Uint64Var(&o.seed, "seed", 1, "of the orders of chance")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	var err error
	if o.only, err = regexp.Compile(*only); err != nil {
		return o, fmt.Errorf("-only: %w", err)
	}
	if o.edge, err = regexp.Compile(*edge); err != nil {
		return o, fmt.Errorf("-edge: %w", err)
	}
	if o.mover, err = regexp.Compile(*mover); err != nil {
		return o, fmt.Errorf("-mover: %w", err)
	}
	o.cutover, err = filepath.Abs(o.cutover)
	return o, err
}

// scenarios are those that were asked for.
func (o options) scenarios() []scenario.Scenario {
	if o.kind {
		return nil
	}
	all := scenario.All()
	if o.quick {
		all = scenario.Quick()
	}
	return slices.DeleteFunc(all, func(s scenario.Scenario) bool {
		return !o.only.MatchString(s.Applier + "/" + s.Router + "/" + s.Name)
	})
}

// appliers are the agents that the scenarios need.
func (o options) appliers() map[string]bool {
	all := map[string]bool{"argocd": o.kind}
	for _, s := range o.scenarios() {
		all[s.Applier] = true
	}
	return all
}

// easterly are those that the second cluster needs; none: there is no second one.
func (o options) easterly() map[string]bool {
	all := map[string]bool{}
	for _, s := range o.scenarios() {
		if s.East != "" {
			all[s.East] = true
		}
	}
	return all
}

// measured reports whether a scenario needs Prometheus.
func (o options) measured() bool {
	return slices.ContainsFunc(o.scenarios(), func(s scenario.Scenario) bool { return s.Metrics })
}

// meshed reports whether a scenario needs istiod.
func (o options) meshed() bool {
	return slices.ContainsFunc(o.scenarios(), func(s scenario.Scenario) bool { return s.Router == "istio" })
}

// components are the programs that the run needs.
func (o options) components() []string {
	all := slices.Clone(component.Base)
	agents := o.appliers()
	maps.Copy(agents, o.easterly())
	if agents["argocd"] {
		all = append(all, "argocd", "redis-server")
	}
	if agents["argocd"] || o.image != "" {
		all = append(all, "kustomize")
	}
	if agents["flux"] {
		all = append(all, "kustomize-controller")
	}
	if len(o.easterly()) > 0 {
		all = append(all, "external-dns")
	}
	if o.meshed() {
		all = append(all, "pilot-discovery")
	}
	if o.measured() {
		all = append(all, "prometheus")
	}
	if o.kind {
		all = append(all, "kubectl")
	}
	if o.beside {
		all = append(all, "rollouts-controller", "flagger")
	}
	return all
}

// missing says what is not in the cache.
func (o options) missing(cache component.Cache) string {
	all := cache.Missing(o.components()...)
	if !cache.Defined() {
		all = append(all, "definitions")
	}
	return strings.Join(all, ", ")
}
