package workload

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/schemas"
	"go.yaml.in/yaml/v3"
)

// Port is one port of the track Services.
type Port struct {
	Name        string
	Number      int
	Protocol    string     // TCP, UDP or SCTP
	AppProtocol string     // "" if the user gave none
	Target      *yaml.Node // number or name of a container port
}

// ReadPort reads a port of a Service; a missing protocol is TCP, a missing target the
// port's own number.
func ReadPort(n *yaml.Node) Port {
	p := Port{Name: kube.Text(n, "name"), Protocol: kube.Text(n, "protocol"), AppProtocol: kube.Text(n, "appProtocol"), Target: kube.Get(n,
		"targetPort")}
	p.Number, _ = kube.Number(n, "port")
	if p.Protocol == "" {
		p.Protocol = "TCP"
	}
	if p.Target == nil {
		p.Target = kube.Node(p.Number)
	}
	return p
}

// same reports whether two ports are one to clients.
func (p Port) same(q Port) bool { return p.Number == q.Number && p.Protocol == q.Protocol }

func readPorts(svc kube.Object) []Port {
	var ports []Port
	for _, n := range kube.Items(svc.Node, "spec", "ports") {
		ports = append(ports, ReadPort(n))
	}
	return ports
}

func isPort(n int) bool { return 1 <= n && n <= 65535 }

// freeName is the port's name, with the number and then the protocol behind it
// where another port has the name already. Names are needed, and must differ,
// from two ports on.
func freeName(p Port, taken []Port) string {
	numbered := fmt.Sprintf("%s-%d", cmp.Or(p.Name, "port"), p.Number)
	for _, name := range []string{p.Name, numbered} {
		if name != "" && !slices.ContainsFunc(taken, func(q Port) bool { return q.Name == name }) {
			return name
		}
	}
	return numbered + "-" + strings.ToLower(p.Protocol)
}

// PrimaryFirst puts the apex that is named like the workload before the others.
func PrimaryFirst(apexes []kube.Object, name string) []kube.Object {
	sorted := slices.Clone(apexes)
	slices.SortStableFunc(sorted, func(a, b kube.Object) int {
		switch {
		case a.Name == name && b.Name != name:
			return -1
		case b.Name == name && a.Name != name:
			return 1
		}
		return 0
	})
	return sorted
}

// ports collects what the apexes offer, the one named like the workload first.
// Where two offer different things under one number, the first wins and the
// finding says so.
func ports(apexes []kube.Object, name string) ([]Port, []schemas.Finding) {
	var all []Port
	var found []schemas.Finding
	for _, apex := range PrimaryFirst(apexes, name) {
		for i, n := range kube.Items(apex.Node, "spec", "ports") {
			p := ReadPort(n)
			j := slices.IndexFunc(all, func(q Port) bool { return q.Number == p.Number && q.Protocol == p.Protocol })
			switch {
			case j < 0:
				p.Name = freeName(p, all)
				all = append(all, p)
			case !kube.Equal(all[j].Target, p.Target):
				f := apex.Find("port-clash",
					fmt.Sprintf("%s leads port %d to %s, and an earlier Service leads it to %s", apex.ID, p.Number, p.Target.Value, all[j].Target.Value),
					"routers use the first", "spec", "ports", fmt.Sprint(i))
				f.Severity = schemas.Warning
				found = append(found, f)
			}
		}
	}
	return all, found
}

func portList(ports []Port) string {
	var names []string
	for _, p := range ports {
		names = append(names, fmt.Sprintf("%d (%s)", p.Number, p.Name))
	}
	return CommaList(names)
}

// leadsTo is the number of a targetPort that the pod template of a workload
// has a name for; any other as it is.
func leadsTo(pods kube.Object, target string) string {
	for _, c := range kube.Items(pods.Node, "spec", "template", "spec", "containers") {
		for _, p := range kube.Items(c, "ports") {
			if kube.Text(p, "name") == target {
				return kube.Text(p, "containerPort")
			}
		}
	}
	return target
}

// Key is the number of a port, and its protocol where that is not TCP.
func (p Port) Key() string {
	if p.Protocol == "TCP" {
		return fmt.Sprint(p.Number)
	}
	return fmt.Sprintf("%d/%s", p.Number, p.Protocol)
}
