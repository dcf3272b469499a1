package main

import (
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestPercentFor(t *testing.T) {
	for live, want := range map[uint64]int{0: 400, 1 << 20: 400, 16 << 20: 400, 32 << 20: 200, 64 << 20: 100, 1 << 40: 100} {
		require.Equal(t, want, percentFor(live), live)
	}
}

func TestAfterEach(t *testing.T) {
	called := make(chan struct{}, 8)
	afterEach(func() { called <- struct{}{} })
	for range 2 {
		runtime.GC()
		select {
		case <-called:
		case <-time.After(time.Minute):
			require.Fail(t, "not called")
		}
	}
}
