package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/cmd/internal/build"
	"github.com/cutoverdev/cutover/cmd/internal/folder"
	"github.com/cutoverdev/cutover/cmd/internal/git"
	"github.com/cutoverdev/cutover/generators"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/traffic"
	"github.com/cutoverdev/cutover/schemas"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// input are the flags that say what a verb works on.
type input struct {
	path    string
	classes map[string]string
	out     string            // folder that holds rendered/, if it is another one
	fleet   *git.Fleet        // of the repositories that many folders are in
	writes  bool              // what is loaded will be written to rendered/
	texts   map[string][]byte // files with Releases, to be read in place of those on disk

	mayBeNone bool // -R finds no Release: a hook runs in any repository
}

func (in *input) flags(c *cobra.Command) {
	c.Flags().StringVar(&in.path, "input", "", "manifests: a file, a folder, a kustomization, or - for standard input (default: base/ in the folder, or the folder itself)")
	c.Flags().StringToStringVar(&in.classes, "class", nil, "provider of an ingress class or gateway class, as class=provider")
	f := c.Flags().Lookup("class")
	f.Value = classValue{f.Value, in}
}

// classValue is the value of --class. A provider that is none is refused: what is
// of its class would be taken for somebody else's, and not be looked at.
type classValue struct {
	pflag.Value
	in *input
}

// Set takes class=provider.
func (v classValue) Set(text string) error {
	if err := v.Value.Set(text); err != nil {
		return err
	}
	for _, class := range slices.Sorted(maps.Keys(v.in.classes)) {
		name := v.in.classes[class]
		if _, ok := traffic.Lookup(traffic.Table, name); !ok {
			return fmt.Errorf("%q is not a provider: %s", name, schemas.ProviderHint(name, traffic.Decoding(traffic.Table)))
		}
	}
	return nil
}

// dirOf is the folder a verb was given, as a rule the present one.
func dirOf(args []string) string { return cmp.Or(strings.Join(args, ""), ".") }

// loaded is a folder with everything generated from it.
type loaded struct {
	*folder.Folder
	tree  *folder.Folder // holds rendered/: as a rule, the same
	in    generators.Input
	out   generators.Output
	found []schemas.Finding
}

// Close releases the folders.
func (l loaded) Close() {
	l.Folder.Close()
	if l.tree != l.Folder {
		l.tree.Close()
	}
}

// load reads a folder and generates its stages. The caller closes it.
func (in input) load(dir string, stdin io.Reader) (loaded, error) {
	l, err := in.read(dir, stdin)
	if err == nil && !schemas.Failed(l.found) {
		out, more := generators.Generate(l.in)
		l.out, l.found = out, append(l.found, more...)
	}
	l.found = schemas.Sort(l.found)
	return l, err
}

// read reads what the stages are generated from. The caller closes the folder
// if there is no error.
func (in input) read(dir string, stdin io.Reader) (loaded, error) {
	f, err := folder.Open(dir)
	if err != nil {
		return loaded{}, err
	}
	l := loaded{Folder: f, tree: f}
	if in.out != "" {
		tree, err := folder.Open(in.out)
		if err != nil {
			l.Close()
			return loaded{}, err
		}
		l.tree = tree
	}
	given, found, err := f.Load(folder.Source{Path: in.path, Stdin: stdin, Classes: in.classes, Tree: l.tree, Committed: in.texts})
	if err != nil {
		l.Close()
		return loaded{}, err
	}
	for i, f := range found {
		if in.writes && f.ID == build.SecretGenerated || f.ID == kube.NameGenerated {
			found[i].Severity = schemas.Error
		}
	}
	l.in, l.found = given, found
	if len(given.Releases) == 0 && !schemas.Failed(found) {
		l.found = append(found, schemas.Finding{File: dir, ID: "release-missing", Message: "there is no Release here", Hint: "cutover init writes one from the manifests; it is a YAML file with apiVersion: " + schemas.APIVersion + " and kind: " + schemas.KindRelease})
	}
	return l, nil
}

// each runs fn on one folder, or with -R on every folder of Releases below it.
func (in input) each(c *cobra.Command, dir string, recursive bool, fn func(l loaded, stdout, stderr io.Writer) error) error {
	return in.folders(c, dir, recursive, func(dir string, stdout, stderr io.Writer) error {
		l, err := in.load(dir, c.InOrStdin())
		if err != nil {
			return err
		}
		defer l.Close()
		if err := report(stderr, l.found); err != nil {
			return err
		}
		return fn(l, stdout, stderr)
	})
}

// folders calls one with dir, or with -R with every folder of Releases below it.
func (in input) folders(c *cobra.Command, dir string, recursive bool, one func(dir string, stdout, stderr io.Writer) error) error {
	if !recursive {
		return one(dir, c.OutOrStdout(), c.ErrOrStderr())
	}
	dirs, err := folder.Find(dir)
	if err != nil {
		return err
	}
	if len(dirs) == 0 && !in.mayBeNone {
		return fmt.Errorf("no Release in or below %s", dir)
	}
	return parallel(c, dirs, one)
}

// pick finds the one release that has a stage of a name, which may be written
// release/stage.
func pick(out generators.Output, name string) (generators.Release, generators.Stage, error) {
	release, short, qualified := strings.Cut(name, "/")
	if !qualified {
		release, short = "", name
	}
	var names []string
	var hits []generators.Release
	for _, r := range out.Releases {
		if release != "" && r.Metadata.Name != release {
			continue
		}
		for _, s := range r.Stages {
			names = append(names, s.Name)
		}
		if _, ok := r.Stage(short); ok {
			hits = append(hits, r)
		}
	}
	switch len(hits) {
	case 1:
		s, _ := hits[0].Stage(short)
		return hits[0], s, nil
	case 0:
		slices.Sort(names)
		return generators.Release{}, generators.Stage{}, fmt.Errorf("no stage %q; there are %s", name, strings.Join(slices.Compact(names), ", "))
	}
	return generators.Release{}, generators.Stage{}, fmt.Errorf("several releases have a stage %q; write %s/%s", name, hits[0].Metadata.Name, short)
}
