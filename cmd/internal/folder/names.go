package folder

import (
	"bytes"
	"path"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/cmd/internal/build"
)

const temporary = ".cutover-tmp-"

// IsTemporary reports whether a file is a new one that is not in its place yet: a write that
// was killed leaves it, and the next one of the same file puts it there.
func IsTemporary(name string) bool { return strings.HasPrefix(path.Base(name), temporary) }

// IsOurs reports whether a text, which may be broken, names the group of Releases.
func IsOurs(text []byte) bool { return bytes.Contains(text, []byte("cutover.dev/v1")) }

// MayHold reports whether a file of the folder may hold Releases, by its name.
func MayHold(name string) bool {
	return isYAML(name) && !IsTemporary(name) && !slices.Contains(build.Names, name)
}

func isYAML(name string) bool { return path.Ext(name) == ".yaml" || path.Ext(name) == ".yml" }
