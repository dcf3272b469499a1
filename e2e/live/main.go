// Live builds a small cluster of real programs, drives releases through it under load,
// and counts what is dropped.
//
//	live build [NAME…]  builds the programs of package component into the cache
//	live run            drives the scenarios of package scenario
//
// The cache is CUTOVER_LIVE, or cutover-live in the user's cache folder.
package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/cutoverdev/cutover/e2e/live/component"
)

func main() {
	if err := command(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "live: "+err.Error())
		os.Exit(1)
	}
}

var commands = map[string]func(cache component.Cache, args []string) error{
	"build": build,
	"run":   run,
}

func command(args []string) error {
	if len(args) == 0 || commands[args[0]] == nil {
		return errors.New("usage: live build [NAME…], live run [FLAGS]")
	}
	dir := os.Getenv("CUTOVER_LIVE")
	if dir == "" {
		root, err := os.UserCacheDir()
		if err != nil {
			return err
		}
		dir = filepath.Join(root, "cutover-live")
	}
	return commands[args[0]](component.Cache{Dir: dir}, args[1:])
}

// build makes the components of names, or all. One that does not build keeps none of
// the others from being built.
func build(cache component.Cache, names []string) error {
	failed := cache.Define()
	for _, one := range component.Table {
		if len(names) > 0 && !slices.Contains(names, one.Name) {
			continue
		}
		fmt.Printf("%s %s\n", one.Name, one.Version)
		if err := cache.Build(one, os.Stderr); err != nil {
			fmt.Fprintln(os.Stderr, err)
			failed = errors.Join(failed, err)
		}
	}
	return failed
}
