package main

import (
	"fmt"
	"math"
	"path/filepath"
)

// growth is what one command costs as there is more and more of one thing.
type growth struct {
	of       string
	sizes    []int
	command  string
	seconds  []float64 // of CPU, without what starting costs
	exponent float64   // 1: twice as much takes twice as long
}

// dimension is a thing of which there is more and more.
type dimension struct {
	of    string
	sizes []int
	make  func(n int) (releases int, s shape)
}

var dimensions = []dimension{
	{"releases of one folder", []int{100, 200, 400}, func(n int) (int, shape) { return n, usual }},
	{"stages of a release", []int{10, 20, 40}, func(n int) (int, shape) { return 20, shape{steps: n, configs: 1, paths: 1} }},
	{"objects of a release", []int{20, 40, 80}, func(n int) (int, shape) { return 20, shape{steps: 3, configs: n, paths: 1} }},
	{"rules of a route", []int{4, 8, 16}, func(n int) (int, shape) { return 40, shape{steps: 3, configs: 1, paths: n} }},
}

// grown are the commands at three sizes of everything there may be much of.
func grown(temp, bin string, runs int) ([]growth, error) {
	start := &table{programs: []*program{{args: []string{"cutover", "version"}}}}
	if err := start.measure(runs); err != nil {
		return nil, err
	}
	floor := median(start.programs[0].cpu())
	var all []growth
	for _, d := range dimensions {
		rows := map[string]*growth{}
		var names []string
		for _, n := range d.sizes {
			dir := filepath.Join(temp, fmt.Sprintf("%s-%d", d.of, n))
			many, s := d.make(n)
			if err := fleet(dir, filepath.Join(bin, "cutover"), many, together, s); err != nil {
				return nil, err
			}
			t := &table{}
			for _, args := range [][]string{{"status"}, {"promote", "--dry-run", "--release", "app-0007"}, {"verify"}, {"render", "--check"}} {
				t.programs = append(t.programs, &program{name: args[0], args: append([]string{"cutover"}, args...), dir: dir})
			}
			if err := t.measure(min(runs, 3)); err != nil {
				return nil, err
			}
			for _, p := range t.programs {
				if rows[p.name] == nil {
					rows[p.name] = &growth{of: d.of, sizes: d.sizes, command: p.name}
					names = append(names, p.name)
				}
				rows[p.name].seconds = append(rows[p.name].seconds, median(p.cpu())-floor)
			}
		}
		for _, name := range names {
			g := rows[name]
			last := len(g.sizes) - 1
			g.exponent = math.Log(g.seconds[last]/g.seconds[0]) / math.Log(float64(g.sizes[last])/float64(g.sizes[0]))
			all = append(all, *g)
		}
	}
	return all, nil
}
