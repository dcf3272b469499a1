package verdict

import (
	"testing"

	"github.com/cutoverdev/cutover/e2e/live/cluster"
	"github.com/cutoverdev/cutover/e2e/live/load"
)

// TestWorlds: worlds are the same for each seed, are manifests, and can be read.
func TestWorlds(t *testing.T) {
	for _, router := range []string{"gatewayAPI", "traefik", "ingressNginx"} {
		all, again := Worlds(router, 30, 1), Worlds(router, 30, 1)
		changed, read, foreseen := 0, 0, 0
		for i, e := range all {
			if e != again[i] {
				t.Errorf("%s differs from one time to the next", e.Name)
			}
			for _, text := range []string{e.From, e.To} {
				if _, err := cluster.Parse([]byte(text), ""); err != nil {
					t.Errorf("%s: %v", e.Name, err)
				}
			}
			if e.From != e.To {
				changed++
			}
			for _, m := range e.models() {
				read++
				if _, ok := m.foresee(load.Target{Host: "shop.example.com"}, "/cart"); ok {
					foreseen++
				}
			}
		}
		if changed < 25 || read < 20 || foreseen < 10 {
			t.Errorf("%s: of 30 worlds %d change; %d states are read, and %d say who answers", router, changed, read, foreseen)
		}
	}
}

// TestForesee: who answers is the closest rule's Service, by the image of its pods.
func TestForesee(t *testing.T) {
	w := world{
		services: []service{{"ash", "ash", 2, 8010}, {"birch", "birch", 0, 8010}},
		routes: []object{
			{"one", "shop.example.com", []rule{{path: "/", shares: []share{{"ash", 100}}}, {path: "/cart", shares: []share{{"ash", 50}, {"birch", 50}}}}},
			{"two", "shop.example.com", []rule{{path: "/help", shares: []share{{"dogwood", 100}}}}},
		},
	}
	m, ok := modelOf(w.text("gatewayAPI"))
	if !ok {
		t.Fatal("the world is not read")
	}
	for _, c := range []struct {
		host, path string
		count      load.Count
		unknown    bool
		holds      bool
	}{
		{"shop.example.com", "/", load.Count{Sent: 9, Images: map[string]int{"example.com/ash:1": 9}}, false, true},
		{"shop.example.com", "/", load.Count{Sent: 9, Failed: 1, Images: map[string]int{"example.com/ash:1": 8}}, false, false},
		{"shop.example.com", "/", load.Count{Sent: 9, Images: map[string]int{"example.com/birch:1": 9}}, false, false},
		{"shop.example.com", "/cart", load.Count{Sent: 9, Failed: 4, Images: map[string]int{"example.com/ash:1": 5}}, false, true},
		{"cart.example.com", "/", load.Count{Sent: 9, Failed: 9}, false, true},
		{"cart.example.com", "/", load.Count{Sent: 9, Images: map[string]int{"example.com/ash:1": 9}}, false, false},
		{"shop.example.com", "/help", load.Count{}, true, false},
	} {
		f, ok := m.foresee(load.Target{Host: c.host}, c.path)
		if ok == c.unknown || ok && f.holds(c.count) != c.holds {
			t.Errorf("%s%s: %v %t, %v", c.host, c.path, f, ok, c.count)
		}
	}
}
