// Package dryrun asks the API server whether it takes all that cutover writes, without
// making any of it: every object of the wanted sections in testdata and of the rendered
// examples, by server-side apply with strict fields.
package dryrun

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"golang.org/x/tools/txtar"

	"github.com/cutoverdev/cutover/e2e/live/applier"
	"github.com/cutoverdev/cutover/e2e/live/cluster"
)

// Result is what the server says.
type Result struct {
	sync.Mutex
	Taken   int
	Meant   int            // refused, and to be refused
	Unknown map[string]int // objects of kinds that the server does not have
	Refused []string
}

// Run asks about all goldens below the root of the repository.
func Run(ctx context.Context, c *cluster.Client, root string) (*Result, error) {
	r := &Result{Unknown: map[string]int{}}
	all, err := goldens(root)
	if err != nil {
		return r, err
	}
	work := make(chan golden)
	var wait sync.WaitGroup
	var failed error
	for range 8 {
		wait.Go(func() {
			for g := range work {
				if err := r.ask(ctx, c, g); err != nil {
					r.Lock()
					failed = errors.Join(failed, err)
					r.Unlock()
				}
			}
		})
	}
	for _, g := range all {
		work <- g
	}
	close(work)
	wait.Wait()
	slices.Sort(r.Refused)
	return r, failed
}

// meant are the files with an object that the server is to refuse.
var meant = map[string]string{
	"testdata/workload/everything.txtar": "has a field that nobody knows, to show that it is kept",
}

// golden is a text with objects, and where it stands.
type golden struct{ file, name, text string }

// goldens are all of them, each text once.
func goldens(root string) ([]golden, error) {
	var all []golden
	seen := map[string]bool{}
	add := func(file, name, text string) {
		if !seen[text] && filepath.Ext(name) == ".yaml" && filepath.Base(name) != "kustomization.yaml" {
			seen[text] = true
			all = append(all, golden{file, strings.TrimSuffix(file+": "+name, ": "+file), text})
		}
	}
	for _, dir := range []string{"testdata", "examples"} {
		err := filepath.WalkDir(filepath.Join(root, dir), func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			rendered := strings.Contains(filepath.ToSlash(name), "/rendered/")
			if filepath.Ext(name) != ".txtar" && !rendered {
				return nil
			}
			data, err := os.ReadFile(name)
			if err != nil {
				return err
			}
			file, err := filepath.Rel(root, name)
			if err != nil {
				return err
			}
			if rendered {
				add(file, file, string(data))
				return nil
			}
			for _, f := range txtar.Parse(data).Files {
				if strings.HasPrefix(f.Name, "want/") {
					add(file, f.Name, string(f.Data))
				}
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	slices.SortFunc(all, func(a, b golden) int { return strings.Compare(a.name, b.name) })
	return all, nil
}

// ask asks about the objects of one text.
func (r *Result) ask(ctx context.Context, c *cluster.Client, g golden) error {
	objects, err := cluster.Parse([]byte(g.text), "default")
	if err != nil {
		return fmt.Errorf("%s: %w", g.name, err)
	}
	for _, o := range objects {
		if o.Kind == "" || o.APIVersion == "" {
			continue
		}
		if o, err = homeless(o); err != nil {
			return err
		}
		err := applier.Persist(ctx, func() error { return c.Try(ctx, o) })
		if err := r.note(g, o, err); err != nil {
			return err
		}
	}
	return nil
}

// note notes what the server says of an object.
func (r *Result) note(g golden, o cluster.Object, err error) error {
	r.Lock()
	defer r.Unlock()
	var refused *cluster.Refusal
	switch {
	case err == nil:
		r.Taken++
	case errors.As(err, &refused) && refused.Code == http.StatusNotFound:
		r.Unknown[o.APIVersion+" "+o.Kind]++
	case errors.As(err, &refused) && meant[g.file] != "":
		r.Meant++
	case errors.As(err, &refused):
		r.Refused = append(r.Refused, fmt.Sprintf("%s: %s: %s", g.name, o, refused.Message))
	default:
		return err
	}
	return nil
}

// homeless moves an object to the one namespace that is there.
func homeless(o cluster.Object) (cluster.Object, error) {
	var whole map[string]any
	if err := json.Unmarshal(o.JSON, &whole); err != nil {
		return o, err
	}
	if metadata, ok := whole["metadata"].(map[string]any); ok {
		delete(metadata, "namespace")
	}
	var err error
	o.Namespace = "default"
	o.JSON, err = json.Marshal(whole)
	return o, err
}

// Strangers is how many objects were of kinds that the server does not have.
func (r *Result) Strangers() int {
	n := 0
	for _, k := range r.Unknown {
		n += k
	}
	return n
}
