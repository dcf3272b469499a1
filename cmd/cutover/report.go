package main

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/cutoverdev/cutover/cmd/internal/check"
	"github.com/cutoverdev/cutover/cmd/internal/git"
	"github.com/cutoverdev/cutover/cmd/internal/page"
	"github.com/cutoverdev/cutover/cmd/internal/release"
	"github.com/cutoverdev/cutover/cmd/internal/report"
	"github.com/cutoverdev/cutover/fn/verify/interleave"
	"github.com/spf13/cobra"
)

// picture holds the flags of the verb.
type picture struct {
	input
	now       func() time.Time
	delivery  string
	arrives   time.Duration
	recursive bool
	html      string
}

func newReport(now func() time.Time) *cobra.Command {
	p := picture{now: now}
	c := &cobra.Command{
		Use:   "report [DIR]",
		Short: "Draw where releases stand as a page, or for a pull request",
		Long: `Report draws the releases in DIR: their stages as a time line with the requests and
pods of both tracks, where each stands and what keeps it there, what the next commit
changes, and what verify says of that commit.

It prints Markdown, for a comment on a pull request. With --html it writes one
page instead that needs no other file; with -R the page has a table of all releases
that sorts by any column, for CI to publish.`,
		Example: "  cutover report shop\n  cutover report -R --html releases.html",
		Args:    cobra.MaximumNArgs(1),
		RunE:    func(c *cobra.Command, args []string) error { return p.run(c, dirOf(args)) },
	}
	p.flags(c)
	c.Flags().BoolVarP(&p.recursive, "recursive", "R", false, "every folder with Releases at and below DIR")
	c.Flags().StringVar(&p.html, "html", "", "write a page to this file; - for standard output")
	c.Flags().StringVar(&p.delivery, "delivery", "",
		"the revision that the agent follows (default: the upstream branch, or HEAD if there is none)")
	c.Flags().DurationVar(&p.arrives, "arrives", release.Arrival, "an agent has applied by then what it follows")
	return c
}

func (p *picture) run(c *cobra.Command, dir string) error {
	if p.arrives < 0 {
		return fmt.Errorf("--arrives %s: a time is never below 0", p.arrives)
	}
	if c.Flags().Changed("html") && p.html == "" {
		return errors.New("--html is empty")
	}
	p.Fleet = &git.Fleet{}
	defer p.Fleet.Close()
	var lock sync.Mutex
	all := map[string][]page.Card{}
	failed := p.folders(c, dir, p.recursive, func(dir string, r *result) error {
		cards, err := p.cards(c, dir, r.stderr)
		lock.Lock()
		defer lock.Unlock()
		all[dir] = cards
		return err
	})
	drawn := page.Page{At: p.now()}
	for _, dir := range slices.Sorted(maps.Keys(all)) {
		drawn.Cards = append(drawn.Cards, all[dir]...)
	}
	if len(drawn.Cards) == 0 {
		return failed
	}
	return errors.Join(p.draw(c, drawn), failed)
}

// cards reads the releases of one folder.
func (p *picture) cards(c *cobra.Command, dir string, stderr io.Writer) ([]page.Card, error) {
	standing, found, err := release.Status(dir, release.Options{
		Input: p.Input, Delivery: p.delivery, Arrives: p.arrives, Now: p.now, Stdin: c.InOrStdin(),
	})
	if err != nil {
		return nil, err
	}
	if err := report.Errors(stderr, found); err != nil {
		return nil, err
	}
	l, err := p.Load(dir, c.InOrStdin())
	if err != nil {
		return nil, err
	}
	defer l.Close()
	if err := report.Errors(stderr, l.Found); err != nil {
		return nil, err
	}
	bound, err := interleave.ParseBound("1") // verify's own default
	if err != nil {
		return nil, err
	}
	return page.Of(l, standing, check.Options{Classes: p.Classes, MinAvailable: bound}), nil
}

// draw writes the page where it is asked for. A file is there whole, or as it was.
func (p *picture) draw(c *cobra.Command, drawn page.Page) error {
	switch p.html {
	case "":
		return drawn.Markdown(c.OutOrStdout())
	case "-":
		return drawn.HTML(c.OutOrStdout())
	}
	f, err := os.CreateTemp(filepath.Dir(p.html), ".cutover-tmp-*")
	if err != nil {
		return err
	}
	err = errors.Join(drawn.HTML(f), f.Chmod(0o644), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), p.html)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return err
}
