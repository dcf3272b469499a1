package verdict

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/tools/txtar"

	"github.com/cutoverdev/cutover/e2e/golden"
	"github.com/cutoverdev/cutover/e2e/live/cluster"
)

// Edge is two states as text.
type Edge struct {
	Name     string
	From, To string
	random   bool // of worlds in which each workload has an image of its own
}

// carried are the kinds that something in the rig acts upon. An edge with any other is left
// out: nothing would come of it.
var carried = regexp.MustCompile(`^(Deployment|StatefulSet|Service|HorizontalPodAutoscaler|PodDisruptionBudget|ConfigMap|Secret|` +
	`HTTPRoute|Gateway|ReferenceGrant|IngressRoute|TraefikService|Middleware|Ingress|ServiceAccount)$`)

// ByTraefik says in every Ingress of an edge that Traefik reads it, which is so in the rig.
func (e Edge) ByTraefik() (Edge, error) {
	var err error
	if e.From, err = byTraefik(e.From); err != nil {
		return e, err
	}
	e.To, err = byTraefik(e.To)
	return e, err
}

func byTraefik(text string) (string, error) {
	if !strings.Contains(text, "Ingress") {
		return text, nil
	}
	objects, err := cluster.Parse([]byte(text), "")
	if err != nil {
		return "", err
	}
	var all strings.Builder
	for _, o := range objects {
		var tree map[string]any
		if err := json.Unmarshal(o.JSON, &tree); err != nil {
			return "", err
		}
		if m := dig(tree, "metadata"); o.Kind == "Ingress" && m != nil {
			notes := dig(m, "annotations")
			if notes == nil {
				notes = map[string]any{}
			}
			notes["cutover.dev/ingress-implementation"] = "traefik"
			m["annotations"] = notes
		}
		data, err := json.Marshal(tree)
		if err != nil {
			return "", err
		}
		all.WriteString("---\n" + string(data) + "\n")
	}
	return all.String(), nil
}

// foreign are the folders of cases whose routers are not in the rig: Traefik takes their
// objects, and does something else with them, or does not look at them (Ingresses of its own
// class). And cases in which pods are to speak HTTPS, which those of the rig do not, or in
// which an annotation tells the applier to delete nothing, which that of the rig does not read.
var foreign = regexp.MustCompile(`^(alb|contour|custom|dns|gke|haproxy|istio|linkerd|nginx)/|^traefik/ingress-|haproxy|-mesh-|` +
	`^protocol-changed-service-safe|-unpruned`)

// Carried reports whether the rig can carry an edge: it knows all kinds, it knows where
// objects without a namespace are put, and there is a request to be sent.
func (e Edge) Carried() bool {
	routed := false
	spaces := map[string]string{} // by kind and name
	for _, text := range []string{e.From, e.To} {
		objects, err := cluster.Parse([]byte(text), "")
		if err != nil || foreign.MatchString(e.Name) {
			return false
		}
		for _, o := range objects {
			if !carried.MatchString(o.Kind) || strings.Contains(o.APIVersion, "istio.io") || strings.Contains(o.APIVersion, "knative") {
				return false
			}
			if space, there := spaces[o.String()]; there && (space == "") != (o.Namespace == "") {
				return false
			}
			spaces[o.String()] = o.Namespace
			routed = routed || o.Kind == "Service"
		}
	}
	return routed
}

// Cases are the edges of testdata/verify, by name.
func Cases(root string) ([]Edge, error) {
	var all []Edge
	dir := filepath.Join(root, "testdata/verify")
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(name) != ".txtar" {
			return err
		}
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		short, err := filepath.Rel(dir, strings.TrimSuffix(name, ".txtar"))
		if err != nil {
			return err
		}
		edges, err := edgesOf(short, txtar.Parse(data))
		all = append(all, edges...)
		return err
	})
	slices.SortFunc(all, func(a, b Edge) int { return strings.Compare(a.Name, b.Name) })
	return all, err
}

// edgesOf are the edges from each state of a case to the next. A case has from.yaml and
// to.yaml, or a change of from.yaml, or a folder for each commit with the files that change.
func edgesOf(name string, a *txtar.Archive) ([]Edge, error) {
	var states []string
	files := map[string]string{}
	last := ""
	for _, f := range a.Files {
		commit, file, several := strings.Cut(strings.TrimSuffix(f.Name, ".yaml"), "/")
		switch {
		case f.Name == "change":
			to, err := golden.Change(states[0], string(f.Data))
			if err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			states = append(states, to)
		case strings.HasPrefix(f.Name, "want/") || filepath.Ext(f.Name) != ".yaml":
		case several:
			files[file] = string(f.Data)
			if commit != last {
				states = append(states, "")
			}
			last = commit
			states[len(states)-1] = join(files)
		default:
			states = append(states, string(f.Data))
		}
	}
	var all []Edge
	for i := 1; i < len(states); i++ {
		full := name
		if len(states) > 2 {
			full = fmt.Sprintf("%s %d → %d", name, i, i+1)
		}
		all = append(all, Edge{Name: full, From: states[i-1], To: states[i]})
	}
	return all, nil
}

func join(files map[string]string) string {
	var names []string
	for name := range files {
		names = append(names, name)
	}
	slices.Sort(names)
	var text strings.Builder
	for _, name := range names {
		text.WriteString("---\n" + files[name])
	}
	return text.String()
}
