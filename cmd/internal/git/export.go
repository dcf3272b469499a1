package git

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// Bounds of what is exported.
const (
	maxBlob  = 4 << 20   // bytes of one file; larger ones are no manifests
	maxTotal = 512 << 20 // bytes of all
)

// blob is a file of a revision.
type blob struct {
	id, name string
	size     int64
}

// Export writes the regular files of a revision of the repository that holds
// dir to the folder to. Links and submodules are left out, and so is what is
// too large for a manifest.
func Export(dir, revision, to string) error {
	blobs, err := list(dir, revision)
	if err != nil || len(blobs) == 0 {
		return err
	}
	root, err := os.OpenRoot(to)
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }()
	cmd := exec.Command("git", "-C", dir, "cat-file", "--batch")
	in, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("git cat-file: %w", err)
	}
	go func() {
		w := bufio.NewWriter(in)
		for _, b := range blobs {
			fmt.Fprintln(w, b.id)
		}
		_ = w.Flush()
		_ = in.Close()
	}()
	err = write(root, blobs, bufio.NewReader(out))
	_, _ = io.Copy(io.Discard, out)
	return errors.Join(err, cmd.Wait())
}

// list are the regular files of a revision.
func list(dir, revision string) ([]blob, error) {
	var stderr bytes.Buffer
	cmd := exec.Command("git", "-C", dir, "ls-tree", "-r", "-z", "-l", "--full-tree", "--end-of-options", revision)
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil && revision == "HEAD" && unborn(dir) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("git ls-tree %s: %s", revision, firstLine(stderr.String(), err))
	}
	var all []blob
	total := int64(0)
	for line := range strings.SplitSeq(strings.TrimSuffix(string(out), "\x00"), "\x00") {
		meta, name, _ := strings.Cut(line, "\t")
		f := strings.Fields(meta)
		if len(f) != 4 || !strings.HasPrefix(f[0], "100") {
			continue
		}
		size, err := strconv.ParseInt(f[3], 10, 64)
		if err != nil || size > maxBlob {
			continue
		}
		if total += size; total > maxTotal {
			return nil, fmt.Errorf("%s holds more than %d MiB of small files", revision, maxTotal>>20)
		}
		all = append(all, blob{f[2], name, size})
	}
	return all, nil
}

// unborn reports whether a repository has no commit yet: its HEAD holds nothing.
func unborn(dir string) bool {
	out, err := exec.Command("git", "-C", dir, "rev-list", "-n", "1", "--all").Output()
	return err == nil && len(out) == 0
}

func firstLine(text string, err error) string {
	first, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	if first == "" {
		return err.Error()
	}
	return strings.TrimPrefix(first, "fatal: ")
}

// write puts what git cat-file prints into files.
func write(root *os.Root, blobs []blob, r *bufio.Reader) error {
	for _, b := range blobs {
		if _, err := r.ReadString('\n'); err != nil { // id, type and size
			return fmt.Errorf("git cat-file: %w", err)
		}
		data := make([]byte, b.size+1) // and a line feed
		if _, err := io.ReadFull(r, data); err != nil {
			return fmt.Errorf("git cat-file: %w", err)
		}
		name := filepath.FromSlash(b.name)
		if err := root.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			return err
		}
		if err := root.WriteFile(name, data[:b.size], 0o666); err != nil {
			return err
		}
	}
	return nil
}
