package load

import (
	"testing"
	"time"
)

// TestNames: a client goes on calling what it knows until its answer is too old.
func TestNames(t *testing.T) {
	blue, green := &service{}, &service{}
	n := &names{called: &service{alias: "shop-blue.s1-blue.svc.cluster.local"}, others: map[string]*service{}}
	n.find = func(of string) *service {
		return map[string]*service{"s1-blue/shop-blue": blue, "s1-green/shop-green": green}[of]
	}
	count := func() (b, g int) {
		for range 400 {
			switch n.ask() {
			case blue:
				b++
			case green:
				g++
			}
		}
		return b, g
	}
	if b, _ := count(); b != 400 {
		t.Fatalf("%d of 400 call blue", b)
	}
	n.called.alias = "shop-green.s1-green.svc.cluster.local"
	if b, _ := count(); b != 400 {
		t.Errorf("%d of 400 call blue, which all of them know yet", b)
	}
	for i := range clients / 2 {
		n.kept[i].until = time.Now().Add(-time.Millisecond)
	}
	if b, g := count(); b == 0 || g == 0 || b+g != 400 {
		t.Errorf("half of the clients know: %d call blue, %d green", b, g)
	}
	n.called.alias = "shop.example.com"
	n.kept = [clients]answer{}
	if got := n.ask(); len(got.addresses(Target{Port: 80})) != 0 {
		t.Error("a name out of the cluster is answered")
	}
}
