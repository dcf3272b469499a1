package main

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestShard: each folder is in one of the parts, whatever it is called from, and none of
// them has much more than its share.
func TestShard(t *testing.T) {
	var dirs, below []string
	for i := range 1000 {
		dirs = append(dirs, fmt.Sprintf("repo/team-%d/app-%d", i%20, i))
		below = append(below, fmt.Sprintf("team-%d/app-%d", i%20, i))
	}
	all := map[string]int{}
	for k := range 16 {
		var s shard
		require.NoError(t, s.Set(fmt.Sprintf("%d/16", k+1)))
		mine := s.among("repo", dirs)
		require.InDelta(t, 1000/16, len(mine), 35)
		require.Len(t, s.among(".", below), len(mine))
		for _, dir := range mine {
			all[dir]++
		}
	}
	require.Len(t, all, 1000)
	for dir, n := range all {
		require.Equal(t, 1, n, dir)
	}
	require.Equal(t, dirs, (&shard{}).among("repo", dirs))
	for _, bad := range []string{"", "3", "0/4", "5/4", "a/4", "1/b", "1/2/3", "-1/4"} {
		require.ErrorContains(t, new(shard).Set(bad), "is not a part", bad)
	}
}
