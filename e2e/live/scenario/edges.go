package scenario

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/e2e/live/cluster"
	"github.com/cutoverdev/cutover/e2e/live/tree"
	"github.com/cutoverdev/cutover/e2e/live/verdict"
)

// Edges are those of a release behind a router, forward and abort, as it is rendered.
func Edges(ctx context.Context, dir, cutover, router string) ([]verdict.Edge, error) {
	t, err := tree.New(ctx, dir, cutover)
	if err != nil {
		return nil, err
	}
	files := Scenario{Router: router, Steps: "[25]"}.files("shop")
	for _, name := range slices.Sorted(maps.Keys(files)) {
		text := strings.ReplaceAll(files[name], "    blue: {image: \"example.com/shop:1\"}\n",
			"    blue: {image: \"example.com/shop:1\"}\n    green: {image: \"example.com/shop:2\"}\n")
		if err := t.Write(name, text); err != nil {
			return nil, err
		}
	}
	if _, err := t.Cutover(ctx, "render", "."); err != nil {
		return nil, err
	}
	plan, err := t.Plan(ctx, "shop")
	if err != nil {
		return nil, err
	}
	states := map[string]string{}
	for _, s := range plan.Stages {
		objects, err := t.Build("rendered/shop/stages/"+s.Name, "shop")
		if err != nil {
			return nil, err
		}
		states[s.Name] = stream(objects)
	}
	var all []verdict.Edge
	for _, s := range plan.Stages {
		for _, to := range []string{s.Next, s.Abort} {
			if text, ok := states[to]; ok && to != s.Name {
				all = append(all, verdict.Edge{Name: s.Name + " → " + to, From: states[s.Name], To: text})
			}
		}
	}
	return all, nil
}

// stream is objects as one text.
func stream(objects []cluster.Object) string {
	var b strings.Builder
	for _, o := range objects {
		b.WriteString("---\n" + string(o.JSON) + "\n")
	}
	return b.String()
}
