//go:build papers

package main

import (
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
)

// papers is the command that writes what a package of cutover holds beside the
// program: man pages and the completions of four shells. It is in no release, only
// in a program built with the tag papers: the library for man pages would
// make every start of cutover load a Markdown parser.
func papers(root *cobra.Command) []*cobra.Command {
	return []*cobra.Command{{
		Use:    "papers DIR",
		Hidden: true,
		Args:   cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			return writePapers(root, args[0])
		},
	}}
}

// writePapers writes dir/man and dir/completions. The pages bear the date of the
// environment's SOURCE_DATE_EPOCH, so that two builds of one commit are equal.
func writePapers(root *cobra.Command, dir string) error {
	man, shells := filepath.Join(dir, "man"), filepath.Join(dir, "completions")
	for _, d := range []string{man, shells} {
		if err := os.MkdirAll(d, 0o755); err != nil {
			return err
		}
	}
	root.DisableAutoGenTag = true
	header := doc.GenManHeader{Section: "1", Source: "cutover", Manual: "cutover"}
	if err := doc.GenManTree(root, &header, man); err != nil {
		return err
	}
	for file, write := range map[string]func(string) error{
		"cutover.bash": func(f string) error { return root.GenBashCompletionFileV2(f, true) },
		"_cutover":     root.GenZshCompletionFile,
		"cutover.fish": func(f string) error { return root.GenFishCompletionFile(f, true) },
		"cutover.ps1":  root.GenPowerShellCompletionFileWithDesc,
	} {
		if err := write(filepath.Join(shells, file)); err != nil {
			return err
		}
	}
	return nil
}
