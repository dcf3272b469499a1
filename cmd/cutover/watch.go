package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"time"

	"github.com/cutoverdev/cutover/cmd/internal/report"
)

// every is how long a picture stands that is drawn again and again.
const every = 5 * time.Second

// watch draws on a terminal, again and again, until somebody interrupts it.
func watch(w io.Writer, draw func(io.Writer) error) error {
	if !report.IsTerminal(w) {
		return errors.New("--watch draws on a terminal, and standard output is none; leave it out")
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	tick := time.NewTicker(every)
	defer tick.Stop()
	return redraw(ctx, tick.C, w, draw)
}

// redraw draws once, and again at every tick until ctx ends. What is wrong for now,
// such as a file that somebody is writing, is said and drawn over.
func redraw(ctx context.Context, tick <-chan time.Time, w io.Writer, draw func(io.Writer) error) error {
	for {
		fmt.Fprint(w, "\x1b[H\x1b[2J")
		if err := draw(w); err != nil && !errors.Is(err, report.ErrFindings) {
			fmt.Fprintf(w, "cutover: %v\n", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick:
		}
	}
}
