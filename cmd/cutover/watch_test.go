package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestRedraw: a picture is drawn at once and at every tick, over the one before, and
// what is wrong for a moment ends nothing.
func TestRedraw(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	tick := make(chan time.Time, 2)
	tick <- time.Time{}
	tick <- time.Time{}
	var b strings.Builder
	n := 0
	require.NoError(t, redraw(ctx, tick, &b, func(w io.Writer) error {
		if n++; n == 2 {
			return errors.New("half a file")
		}
		if n == 3 {
			cancel()
		}
		fmt.Fprintln(w, "picture", n)
		return nil
	}))
	const over = "\x1b[H\x1b[2J"
	require.Equal(t, over+"picture 1\n"+over+"cutover: half a file\n"+over+"picture 3\n", b.String())
}
