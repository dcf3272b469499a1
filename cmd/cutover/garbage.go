package main

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// Bounds of what the garbage collector leaves: as a rule it runs when the heap has
// doubled, and most of what this program makes is small and soon over. It spends up to
// spare bytes more before it collects, and no more, however large a folder is.
const (
	mostPercent  = 400
	leastPercent = 100
	spare        = 64 << 20
)

// spareGarbage tells the collector so. GOGC, if somebody has set it, stands.
func spareGarbage() {
	if os.Getenv("GOGC") != "" {
		return
	}
	debug.SetGCPercent(mostPercent)
	afterEach(func() {
		live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
		metrics.Read(live)
		if live[0].Value.Kind() == metrics.KindUint64 {
			debug.SetGCPercent(percentFor(live[0].Value.Uint64()))
		}
	})
}

// percentFor is how much of a live heap may be made before the next collection.
func percentFor(live uint64) int {
	return int(min(mostPercent, max(leastPercent, 100*spare/max(live, 1))))
}

// afterEach calls one after each collection: what is unreachable is found by it.
func afterEach(one func()) {
	runtime.SetFinalizer(&struct{ _ [16]byte }{}, func(any) {
		one()
		afterEach(one)
	})
}
