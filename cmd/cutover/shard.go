package main

import (
	"fmt"
	"hash/fnv"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// shard is one of several equal parts of the folders that -R finds: 3/16 is the third of
// sixteen. Which part a folder is in depends on its path alone, so that machines which know
// nothing of each other share a repository, and a new folder moves no other.
type shard struct{ part, of int }

// String is the shard as it is given; "" is all.
func (s *shard) String() string {
	if s.of == 0 {
		return ""
	}
	return fmt.Sprintf("%d/%d", s.part, s.of)
}

// Type is what help shows in the place of a value.
func (*shard) Type() string { return "K/N" }

// Set reads K/N.
func (s *shard) Set(text string) error {
	part, of, ok := strings.Cut(text, "/")
	k, bad := strconv.Atoi(part)
	n, worse := strconv.Atoi(of)
	if !ok || bad != nil || worse != nil || k < 1 || k > n {
		return fmt.Errorf("%q is not a part: 1/16 is the first of sixteen, 16/16 the last", text)
	}
	*s = shard{k, n}
	return nil
}

// among are those of the folders below one that are in the shard.
func (s *shard) among(root string, dirs []string) []string {
	if s.of == 0 {
		return dirs
	}
	return slices.DeleteFunc(slices.Clone(dirs), func(dir string) bool {
		below, err := filepath.Rel(root, dir)
		if err != nil {
			below = dir
		}
		h := fnv.New32a()
		_, _ = h.Write([]byte(filepath.ToSlash(below)))
		return int(h.Sum32()%uint32(s.of)) != s.part-1
	})
}
