package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/cutoverdev/cutover/e2e/live/cluster"
	"github.com/cutoverdev/cutover/e2e/live/component"
	"github.com/cutoverdev/cutover/e2e/live/dryrun"
)

// options are what a run is told.
type options struct {
	root     string
	dir      string
	optional bool
	limit    time.Duration
}

func parse(args []string) (options, error) {
	var o options
	flags := flag.NewFlagSet("live goldens", flag.ContinueOnError)
	flags.StringVar(&o.root, "root", ".", "of the repository, for testdata and examples")
	flags.StringVar(&o.dir, "dir", "", "folder of logs; it is kept (default: a temporary one, kept if something failed)")
	flags.BoolVar(&o.optional, "optional", false, "do nothing where the programs are not built")
	flags.DurationVar(&o.limit, "limit", 10*time.Minute, "the whole run is over by then")
	return o, flags.Parse(args)
}

// goldens runs outside of the namespaces first, and in them again.
func goldens(cache component.Cache, args []string) error {
	o, err := parse(args)
	if err != nil {
		return err
	}
	all := cache.Missing(component.Base...)
	if !cache.Defined() {
		all = append(all, "definitions")
	}
	switch missing := strings.Join(all, ", "); {
	case missing != "" && o.optional:
		fmt.Printf("no API server, nothing asked: %s has no %s; make live-build makes them\n", cache.Dir, missing)
		return nil
	case missing != "":
		return fmt.Errorf("%s has no %s: make live-build", cache.Dir, missing)
	}
	if !cluster.Inside() {
		return outside(o)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	ctx, cancel := context.WithTimeoutCause(ctx, o.limit, fmt.Errorf("the run takes more than %s", o.limit))
	defer cancel()
	return within(ctx, cache, o)
}

// outside makes the folder of the run, and takes it away again if all is well.
func outside(o options) error {
	keep := o.dir != ""
	if !keep {
		var err error
		if o.dir, err = os.MkdirTemp("", "cutover-live-"); err != nil {
			return err
		}
		os.Args = append(os.Args, "-dir", o.dir)
	}
	if err := os.MkdirAll(o.dir, 0o755); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), o.limit+time.Minute)
	defer cancel()
	err := cluster.Enter(ctx, os.Args[1:]...)
	if err != nil || keep {
		fmt.Println("logs are in", o.dir)
		return err
	}
	return os.RemoveAll(o.dir)
}

// within starts the API server and asks it.
func within(ctx context.Context, cache component.Cache, o options) error {
	began := time.Now()
	c, ctx, err := cluster.Start(ctx, cache, o.dir)
	if err != nil {
		return err
	}
	defer c.Stop()
	if err := c.Define(); err != nil {
		return err
	}
	fmt.Printf("the API server is up after %s\n", time.Since(began).Round(time.Second/10))
	r, err := dryrun.Run(ctx, c.Client, o.root)
	if err != nil {
		return errors.Join(err, context.Cause(ctx))
	}
	fmt.Printf("the API server takes %d objects of goldens, refuses %d that are meant to be refused, and does not know the kinds of %d\n",
		r.Taken, r.Meant, r.Strangers())
	if len(r.Refused) > 0 {
		return fmt.Errorf("the API server refuses %d objects:\n%s", len(r.Refused), strings.Join(r.Refused, "\n"))
	}
	return nil
}
