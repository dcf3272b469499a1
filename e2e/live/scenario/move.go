package scenario

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/cutoverdev/cutover/e2e/live/cluster"
)

// errDone says that a move that goes on to the end has nothing left to do.
var errDone = errors.New("done")

// moves are what a line of the table may ask for. A move that ends in … is repeated until
// the release stands at stable.
//
//	start IMAGE      begins a release; base/ gets the image too
//	supersede IMAGE  the same while one is under way: …
//	promote          to the next stage
//	promote to STAGE promotes until it stands there
//	promote STAGE    straight to a stage
//	abort            gives live every request
//	rollback         begins a release back
//	skip             commits as many promotes as may be skipped at once by the table of
//	                 cutover verify --skip; the applier sees the last one only
//	advance          whatever cutover advance commits next
//	expect STAGE     commits nothing: the release stands there
//	late CLUSTER     the next commit reaches the other cluster alone; the applier of this one is stopped on
//	                 its way, and goes on after the commit that follows
//	leave            from stable back to handover, by hand, as docs/adopt.md has it
var moves = map[string]func(ctx context.Context, r *run, arg string) error{
	"start": func(ctx context.Context, r *run, image string) error {
		if err := r.rebase(ctx, image); err != nil {
			return err
		}
		return r.cutover(ctx, "start", r.images(image)...)
	},
	"supersede": func(ctx context.Context, r *run, image string) error {
		if err := r.rebase(ctx, image); err != nil {
			return err
		}
		return r.cutover(ctx, "start", "--supersede", "--image", image)
	},
	"promote": func(ctx context.Context, r *run, stage string) error {
		switch to, until := strings.CutPrefix(stage, "to "); {
		case until && r.plan.Stage == to:
			return errDone
		case stage == "" || until:
			return r.promote(ctx)
		}
		return r.promote(ctx, "--stage", stage)
	},
	"abort": func(ctx context.Context, r *run, _ string) error { return r.cutover(ctx, "abort") },
	"rollback": func(ctx context.Context, r *run, _ string) error {
		return r.cutover(ctx, "rollback")
	},
	"advance": advance,
	"expect": func(_ context.Context, r *run, stage string) error {
		if r.plan.Stage != stage {
			return fmt.Errorf("it stands at %s, and is to stand at %s", r.plan.Stage, stage)
		}
		return nil
	},
	"late": func(_ context.Context, r *run, cluster string) error {
		r.late = cluster
		return errDone
	},
	"skip":  skip,
	"leave": leave,
}

// rebase commits manifests with the image, as a developer would; with that of each
// application where they move together.
func (r *run) rebase(ctx context.Context, image string) error {
	any := false
	for _, app := range r.moved() {
		changed, err := r.tree.Substitute("base/"+app+".yaml", `image: \S+`, "image: "+imageOf(app, image))
		if err != nil {
			return err
		}
		any = any || changed
	}
	if !any {
		return nil
	}
	return r.tree.Commit(ctx, "base: "+image)
}

// moved are the applications that the moves of a scenario move.
func (r *run) moved() []string {
	if r.Set {
		return r.apps()
	}
	return []string{"shop"}
}

// imageOf is an image of shop, of another application.
func imageOf(app, image string) string { return strings.Replace(image, "shop", app, 1) }

// images says to cutover start what is new.
func (r *run) images(image string) []string {
	if !r.Set {
		return []string{"--image", image}
	}
	var all []string
	for _, app := range r.moved() {
		all = append(all, "--image", app+"="+imageOf(app, image))
	}
	return all
}

func (r *run) cutover(ctx context.Context, verb string, args ...string) error {
	args = append([]string{verb, ".", "--commit"}, args...)
	if r.Second {
		args = append(args, "--release", "shop")
	}
	_, err := r.tree.Cutover(ctx, args...)
	return err
}

// promote shows what the cluster holds, where there are Jobs: a stage is left when they
// have completed.
func (r *run) promote(ctx context.Context, args ...string) error {
	if r.Jobs {
		text, err := r.observed(ctx)
		if err != nil {
			return err
		}
		file := filepath.Join(r.Dir, r.namespace+"-observed.json")
		if err := os.WriteFile(file, text, 0o644); err != nil {
			return err
		}
		args = append(args, "--observed", file)
	}
	return r.cutover(ctx, "promote", append([]string{"--resume"}, args...)...)
}

// advance calls cutover advance until it has committed, as a scheduler would.
func advance(ctx context.Context, r *run, _ string) error {
	before, err := r.tree.Head(ctx)
	if err != nil {
		return err
	}
	for range 60 {
		said, err := r.tree.Cutover(ctx, "advance", ".", "--commit", "--arrives", "5s", "--prometheus", "http://"+cluster.Prometheus)
		now, failed := r.tree.Head(ctx)
		switch {
		case failed != nil:
			return failed
		case now != before: // an abort exits with 3
			return nil
		case err != nil:
			return err
		}
		r.told = said
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(5 * time.Second):
		}
	}
	return fmt.Errorf("advance commits nothing: %s", r.told)
}

// shown are the kinds that a person would show to promote --observed.
var shown = []struct{ kind, version, path string }{
	{"Pod", "v1", "/api/v1/namespaces/%s/pods"},
	{"Service", "v1", "/api/v1/namespaces/%s/services"},
	{"Deployment", "apps/v1", "/apis/apps/v1/namespaces/%s/deployments"},
	{"Job", "batch/v1", "/apis/batch/v1/namespaces/%s/jobs"},
	{"Ingress", "networking.k8s.io/v1", "/apis/networking.k8s.io/v1/namespaces/%s/ingresses"},
	{"HTTPRoute", "gateway.networking.k8s.io/v1", "/apis/gateway.networking.k8s.io/v1/namespaces/%s/httproutes"},
	{"IngressRoute", "traefik.io/v1alpha1", "/apis/traefik.io/v1alpha1/namespaces/%s/ingressroutes"},
	{"TraefikService", "traefik.io/v1alpha1", "/apis/traefik.io/v1alpha1/namespaces/%s/traefikservices"},
}

// observed is what kubectl get -o json would print of them.
func (r *run) observed(ctx context.Context) ([]byte, error) {
	var all []map[string]any
	for _, one := range shown {
		var list struct{ Items []map[string]any }
		if err := r.Client.Get(ctx, fmt.Sprintf(one.path, r.namespace), &list); err != nil {
			return nil, err
		}
		for _, o := range list.Items {
			o["kind"], o["apiVersion"] = one.kind, one.version
			all = append(all, o)
		}
	}
	return json.Marshal(map[string]any{"apiVersion": "v1", "kind": "List", "items": all})
}

// skip promotes as long as the table calls it safe to go there straight from where the
// applier is.
func skip(ctx context.Context, r *run, _ string) error {
	all, err := r.tree.Skips(ctx)
	if err != nil {
		return err
	}
	safe := map[string]bool{}
	for _, s := range all {
		safe[s.From+" "+s.To] = s.Safe
	}
	from := r.plan.Stage
	for skipped := -1; ; skipped++ {
		next := r.plan.At().Next
		if next == "" || skipped >= 0 && !safe[from+" "+next] {
			if skipped < 1 {
				return fmt.Errorf("nothing can be skipped from %s: %v", from, all)
			}
			return nil
		}
		if err := r.cutover(ctx, "promote", "--resume"); err != nil {
			return err
		}
		if err := r.read(ctx); err != nil {
			return err
		}
	}
}

// leave writes the first step of the way out.
func leave(ctx context.Context, r *run, _ string) error {
	if err := r.tree.Edit("release.yaml", "stage: stable", "stage: handover"); err != nil {
		return err
	}
	if _, err := r.tree.Cutover(ctx, "render", "."); err != nil {
		return err
	}
	if _, err := r.tree.Cutover(ctx, "verify", ".", "--since", "HEAD"); err != nil {
		return err
	}
	return r.tree.Commit(ctx, "back to handover")
}
