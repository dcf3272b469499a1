package overlay_test

import (
	"bytes"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/cutoverdev/cutover/e2e/golden"
	"github.com/cutoverdev/cutover/generators"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/overlay"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

// TestTrees compares whole trees with the cases in testdata/tree.
func TestTrees(t *testing.T) {
	golden.Run(t, "tree", func(t *testing.T, c *golden.Case) {
		_, out := c.Generate(t)
		for _, f := range overlay.Files(out) {
			c.Want(t, f.Path, string(f.Data))
		}
	})
}

// TestReadAsKustomize: for every folder of every tree, the small reader, the
// real kustomize and the generator say the same.
func TestReadAsKustomize(t *testing.T) {
	for _, c := range golden.Sample(golden.Releases(t), 4) {
		t.Run(c.Name, func(t *testing.T) {
			_, out := c.Generate(t)
			files := overlay.Files(out)
			disk := filesys.MakeFsInMemory()
			for _, f := range files {
				require.NoError(t, disk.WriteFile("/"+f.Path, f.Data))
				require.True(t, bytes.HasPrefix(f.Data, []byte(overlay.Header)), f.Path)
			}
			for _, r := range out.Releases {
				stages := r.Stages
				if testing.Short() {
					stages = stages[len(stages)-1:] // make check builds all of them
				}
				for _, s := range stages {
					for _, c := range clustersOf(out) {
						dir := path.Join(overlay.Root, r.Metadata.Name, "stages", s.Name, c)
						want := canonical(generators.In(c, r.Objects(s)))
						require.Equal(t, want, canonical(read(t, files, dir)), dir)
						require.Equal(t, want, canonical(build(t, disk, dir)), dir)
					}
				}
			}
			for _, c := range clustersOf(out) {
				want := canonical(generators.In(c, live(out)))
				require.Equal(t, want, canonical(read(t, files, overlay.LiveOf(c))))
				require.Equal(t, want, canonical(build(t, disk, overlay.LiveOf(c))))
			}
		})
	}
}

// clustersOf are those of the releases; one without a name where there is but one.
func clustersOf(out generators.Output) []string {
	if all := out.Releases[0].Clusters(); all != nil {
		return all
	}
	return []string{""}
}

// live is everything where the releases stand.
func live(out generators.Output) []kube.Object {
	all := slices.Clone(out.Shared)
	for _, r := range out.Releases {
		s, _ := r.Stage(r.Spec.Stage)
		all = append(all, r.Objects(s)...)
	}
	return all
}

// source reads files from memory.
func source(files []overlay.File) overlay.Source {
	return func(name string) ([]byte, bool) {
		i := slices.IndexFunc(files, func(f overlay.File) bool { return f.Path == name })
		if i < 0 {
			return nil, false
		}
		return files[i].Data, true
	}
}

func read(t *testing.T, files []overlay.File, dir string) []kube.Object {
	t.Helper()
	require.True(t, overlay.Plain(source(files), dir), dir)
	objects, found := overlay.Read(source(files), dir)
	require.Empty(t, found)
	return objects
}

func build(t *testing.T, disk filesys.FileSystem, dir string) []kube.Object {
	t.Helper()
	resources, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(disk, "/"+dir)
	require.NoError(t, err)
	data, err := resources.AsYaml()
	require.NoError(t, err)
	objects, found := kube.Parse(dir, data)
	require.Empty(t, found)
	return objects
}

// canonical is objects without what has no meaning: order, comments, style.
func canonical(objects []kube.Object) []string {
	var all []string
	for _, o := range objects {
		all = append(all, o.ID.String()+"\n"+canonicalText(o))
	}
	slices.Sort(all)
	return all
}

// TestReadTwice: two objects of one identity are refused, as kustomize does.
func TestReadTwice(t *testing.T) {
	object := []byte("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\n")
	files := []overlay.File{
		{Path: "live/kustomization.yaml", Data: []byte("resources: [a.yaml, b.yaml]\n")},
		{Path: "live/a.yaml", Data: object},
		{Path: "live/b.yaml", Data: object},
	}
	objects, found := overlay.Read(source(files), "live")
	require.Len(t, objects, 1)
	require.Equal(t, "live/kustomization.yaml:1:21: ConfigMap/web is there twice [kustomization]\n\thint: kustomize refuses two objects of one identity\n", golden.Lines(found))
}

// TestBelow: the files of a folder come in order, and those of its neighbours not
// at all.
func TestBelow(t *testing.T) {
	tree := overlay.Tree{"web2/a.yaml": nil}
	var want []string
	for c := 'a'; c <= 'z'; c++ {
		want = append(want, "web/"+string(c)+".yaml")
		tree[want[len(want)-1]] = nil
	}
	var got []string
	for _, f := range tree.Below("web") {
		got = append(got, f.Path)
	}
	require.Equal(t, want, got)
}

// TestSharedBytes: objects that no release owns come out byte for byte.
func TestSharedBytes(t *testing.T) {
	for _, c := range golden.Cases(t, "tree") {
		_, out := c.Generate(t)
		files := overlay.Files(out)
		for _, o := range out.Shared {
			i := slices.IndexFunc(files, func(f overlay.File) bool {
				return path.Dir(f.Path) == overlay.Root+"/shared" && strings.Contains(path.Base(f.Path), strings.ToLower(o.Kind)+"-"+o.Name)
			})
			require.GreaterOrEqual(t, i, 0, o.ID)
			body := bytes.TrimPrefix(files[i].Data, []byte(overlay.Header))
			require.True(t, slices.ContainsFunc(c.Files(), func(f file) bool { return bytes.Contains(f.Data, body) }), "%s:\n%s", o.ID, body)
		}
	}
}

// TestReaderShares: what two folders have in common is one node, under the name of the
// file in each; what is wrong with a file is said of each.
func TestReaderShares(t *testing.T) {
	tree := overlay.Tree{}
	for _, dir := range []string{"a", "b"} {
		tree[dir+"/kustomization.yaml"] = []byte("resources: [web.yaml]\n")
		tree[dir+"/web.yaml"] = []byte("apiVersion: v1\nkind: Service\nmetadata: {name: web}\n")
		tree[dir+"-broken/kustomization.yaml"] = []byte("resources: [bad.yaml]\n")
		tree[dir+"-broken/bad.yaml"] = []byte("apiVersion: v1\nkind: 7\n")
	}
	r := overlay.NewReader(tree.Source)
	a, _ := r.Read("a")
	b, _ := r.Read("b")
	require.Same(t, a[0].Node, b[0].Node)
	require.Equal(t, "a/web.yaml b/web.yaml", a[0].File+" "+b[0].File)
	for _, dir := range []string{"a-broken", "b-broken"} {
		_, found := r.Read(dir)
		require.Len(t, found, 1)
		require.Equal(t, dir+"/bad.yaml", found[0].File)
	}
}
