package component

import (
	"embed"
	"os"
	"path/filepath"
)

// Standin is a folder that stands in for a dependency that does not build, or is not
// published. It is a copy of the module Of, made while building, with files of ours laid
// over it and others taken away; or files of ours alone.
type Standin struct {
	Module string            // for which it stands in
	Dir    string            // its folder in the scratch module
	Of     string            // module@version that is copied; none: nothing is
	Remove []string          // folders of it that are taken away
	Lay    map[string]string // file → which of ours, in standin/
}

//go:embed standin
var ours embed.FS

// lay makes the folder.
func (s Standin) lay(dir string) error {
	if s.Of != "" {
		from, err := Download(s.Of)
		if err != nil {
			return err
		}
		if err := os.CopyFS(dir, os.DirFS(from)); err != nil {
			return err
		}
	}
	for _, name := range s.Remove {
		if err := os.RemoveAll(filepath.Join(dir, name)); err != nil {
			return err
		}
	}
	for name, source := range s.Lay {
		text, err := ours.ReadFile("standin/" + source)
		if err != nil {
			return err
		}
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(name, text, 0o644); err != nil {
			return err
		}
	}
	return nil
}
