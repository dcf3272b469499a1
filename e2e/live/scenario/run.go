package scenario

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/cutoverdev/cutover/e2e/live/applier"
	"github.com/cutoverdev/cutover/e2e/live/cluster"
	"github.com/cutoverdev/cutover/e2e/live/load"
	"github.com/cutoverdev/cutover/e2e/live/record"
	"github.com/cutoverdev/cutover/e2e/live/tree"
)

// Rig is what scenarios run on.
type Rig struct {
	*cluster.Cluster
	Cutover string        // the program
	Rate    int           // requests per second to the application, the smaller targets besides
	Dwell   time.Duration // at each stage, once it has arrived
	Seed    uint64
	Source  *applier.Source  // of commits for Flux
	Beside  *cluster.Cluster // where there are two: east, beside west
	Zone    *record.Zone     // likewise: what its DNS says
	Log     func(format string, args ...any)
}

// propagation is what routers are given to hear of a change once it has arrived.
const propagation = 4 * cluster.Throttle

// run is a scenario that runs.
type run struct {
	Scenario
	*Rig
	namespace string
	number    uint64
	tree      *tree.Tree
	plan      tree.Release // of shop, or of the set
	parts     []part
	sides     []*side
	late      string // side that is stopped while the next commit is made
	behind    *left  // one that has not applied the last commit
	commits   int    // that two appliers were given
	apply     func(ctx context.Context, trouble string) (applier.Story, error)
	look      func(ctx context.Context, from string, story applier.Story) error // at a state once it is applied: rest
	load      *load.Load
	phases    []phase
	told      string // what cutover advance said last, where it did nothing
	out       Outcome
}

// Run runs a scenario in a namespace of its own, to its end or its first error.
func (rig *Rig) Run(ctx context.Context, s Scenario, n int) Outcome {
	r := &run{Scenario: s, Rig: rig, namespace: fmt.Sprintf("s%d", n), number: uint64(n)}
	r.out = Outcome{Scenario: s.Name, Router: s.Router, Applier: s.appliers()}
	r.look = r.rest
	began := time.Now()
	ctx, cancel := context.WithTimeoutCause(ctx, 20*time.Minute, errors.New("the scenario takes more than 20 minutes"))
	defer cancel()
	if err := r.all(ctx); err != nil {
		r.fault("%v%s", err, r.logs())
	}
	for _, d := range r.out.Drift {
		r.fault("drift: %s", d)
	}
	r.out.Lasted = time.Since(began)
	return r.out
}

func (r *run) fault(format string, args ...any) {
	r.out.Faults = append(r.out.Faults, fmt.Sprintf(format, args...))
}

// all sets up, starts the load, makes the moves, and counts.
func (r *run) all(ctx context.Context) error {
	if err := r.begin(ctx); err != nil {
		return err
	}
	defer r.release()
	r.load = load.Start(ctx, r.Client, r.targets())
	defer r.count()
	defer r.load.Stop()
	if err := r.look(ctx, "begin", nil); err != nil {
		return err
	}
	for i, move := range r.Moves {
		if err := r.makeMove(ctx, move, i); err != nil {
			return fmt.Errorf("%s at %s: %w", move, r.plan.Stage, err)
		}
	}
	return nil
}

// write writes the repository, and makes its first commit.
func (r *run) write(ctx context.Context, dir string) error {
	var err error
	if r.tree, err = tree.New(ctx, dir, r.Cutover); err != nil {
		return err
	}
	r.tree.Wall = r.Metrics
	files := r.files(r.namespace)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if err := r.tree.Write(name, files[name]); err != nil {
			return err
		}
	}
	if _, err := r.tree.Cutover(ctx, "render", "."); err != nil {
		return err
	}
	return r.tree.Commit(ctx, "begin")
}

// begin writes the repository, and applies its first commit.
func (r *run) begin(ctx context.Context) error {
	if err := r.write(ctx, filepath.Join(r.Dir, r.namespace)); err != nil {
		return err
	}
	r.settle()
	for _, s := range r.sides {
		if err := s.make(ctx, r.homes(r.namespace)); err != nil {
			return err
		}
	}
	if _, err := r.apply(ctx, ""); err != nil {
		return err
	}
	return r.arrived(ctx)
}

// arrived waits until what is applied is there, in each cluster and namespace, and the
// routers and the DNS server know.
func (r *run) arrived(ctx context.Context) error {
	for _, s := range r.sides {
		for _, name := range r.homes(r.namespace) {
			if err := applier.Arrived(ctx, s.cluster.Client, name); err != nil {
				return fmt.Errorf("%s, namespace %s: %w", s.name, name, err)
			}
		}
	}
	if err := r.recorded(ctx); err != nil {
		return err
	}
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-time.After(propagation):
	}
	return r.CaughtUp(ctx)
}

// read asks cutover where the release stands, and each of those that move together.
func (r *run) read(ctx context.Context) error {
	all, err := r.tree.Plans(ctx)
	if err != nil {
		return err
	}
	r.parts = nil
	for _, one := range all {
		if one.Release == "shop" || r.Set && one.Release != "" {
			r.parts = append(r.parts, part{one, one.At()})
		}
		if one.Release == "shop" && !r.Set || one.Release == "" && one.Set != "" {
			r.plan = one
		}
	}
	if r.plan.Stage == "" {
		return errors.New("cutover plan has no release of that name")
	}
	return nil
}

// makeMove makes a move, and repeats it if the table says so.
func (r *run) makeMove(ctx context.Context, move string, n int) error {
	move, repeat := strings.CutSuffix(move, "…")
	verb, arg, _ := strings.Cut(move, " ")
	repeat = repeat || strings.HasPrefix(arg, "to ")
	do := moves[verb]
	if do == nil {
		return fmt.Errorf("no move is called %q", verb)
	}
	for times := 0; ; times++ {
		if times > 40 {
			return errors.New("made 40 times, and no end")
		}
		if err := r.read(ctx); err != nil {
			return err
		}
		from := r.plan.Stage
		if err := do(ctx, r, arg); err != nil {
			if errors.Is(err, errDone) {
				return nil
			}
			return err
		}
		trouble := ""
		if len(r.Trouble) > 0 {
			trouble = r.Trouble[(n+times)%len(r.Trouble)]
		}
		story, err := r.apply(ctx, trouble)
		if err != nil {
			return err
		}
		if err := r.look(ctx, from, story); err != nil {
			return err
		}
		begun := verb == "supersede" && from == "stable"
		if !repeat || begun || verb != "supersede" && (r.plan.Stage == "stable" || r.plan.Stage == "plain") {
			return nil
		}
	}
}

// rest waits until a state has arrived and the routers know, looks at it for a while under
// load, and holds what is answered to the plan.
func (r *run) rest(ctx context.Context, from string, story applier.Story) error {
	if err := r.read(ctx); err != nil {
		return err
	}
	if r.behind != nil { // who is not there yet cannot be held to the plan
		r.Log("%s: %s → %s, and %s is behind", r.Name, from, r.plan.Stage, r.behind.name)
		time.Sleep(r.Dwell)
		return nil
	}
	if err := r.arrived(ctx); err != nil {
		return err
	}
	p := phase{edge: from + " → " + r.plan.Stage, story: story, parts: r.parts, before: map[string]string{}, from: time.Now()}
	for _, s := range r.sides {
		for _, name := range r.homes(r.namespace) {
			maps.Copy(p.before, s.cluster.Kubelet.Pods(name))
		}
	}
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-time.After(r.Dwell):
	}
	p.to = time.Now()
	r.judge(p)
	r.phases = append(r.phases, p)
	r.out.Moves++
	r.Log("%s: %s, %s", r.Name, p.edge, p.tell(r.load))
	return nil
}
