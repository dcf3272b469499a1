package load

import "testing"

func TestFair(t *testing.T) {
	for _, one := range []struct {
		hits, n int
		percent float64
		want    bool
	}{
		{0, 1000, 0, true},
		{1, 1000, 0, false},
		{1000, 1000, 100, true},
		{999, 1000, 100, false},
		{50, 1000, 5, true},
		{82, 1000, 5, true},   // 4.5 sigmas are 31
		{84, 1000, 5, false},  // and one more is too many
		{16, 1000, 5, false},  // too few
		{500, 1000, 5, false}, // ten times
		{250, 1000, 25, true},
	} {
		if got := Fair(one.hits, one.n, one.percent); got != one.want {
			t.Errorf("%d of %d as %v %%: %v", one.hits, one.n, one.percent, got)
		}
	}
}
