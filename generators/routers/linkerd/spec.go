package linkerd

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"go.yaml.in/yaml/v3"
)

// Annotations of routes and Services (docs of 2.19, reference/retries, reference/timeouts).
const (
	retryHTTP      = "retry.linkerd.io/http"
	retryGRPC      = "retry.linkerd.io/grpc"
	retryLimit     = "retry.linkerd.io/limit"
	retryTimeout   = "retry.linkerd.io/timeout"
	requestTimeout = "timeout.linkerd.io/request"
	opaquePorts    = "config.linkerd.io/opaque-ports"
)

// knownFilters are those for which Linkerd does not pass over the whole route
// (policy-controller/k8s/index/src/outbound/index/http.rs).
var knownFilters = []string{"RequestHeaderModifier", "ResponseHeaderModifier", "RequestRedirect"}

// strangeFilter is a filter of a rule, or of a backend of it, that Linkerd does not know.
func strangeFilter(rule *yaml.Node) (kind string, ok bool) {
	filters := slices.Clone(kube.Items(rule, "filters"))
	for _, ref := range kube.Items(rule, "backendRefs") {
		filters = append(filters, kube.Items(ref, "filters")...)
	}
	for _, f := range filters {
		if kind := kube.Text(f, "type"); !slices.Contains(knownFilters, kind) {
			return kind, true
		}
	}
	return "", false
}

// duration is one in Linkerd's words, which have one unit and no fractions.
func duration(d time.Duration) string {
	if d%time.Second == 0 {
		return strconv.FormatInt(int64(d/time.Second), 10) + "s"
	}
	return strconv.FormatInt(int64(d/time.Millisecond), 10) + "ms"
}

// defaultOpaque are ports that are opaque where a Service says nothing (charts/
// linkerd-control-plane values.yaml, proxy.opaquePorts).
const defaultOpaque = "25,587,3306,4444,5432,6379,9300,11211"

// opaque says why proxies take a port of a Service for bytes, and look for TCPRoutes
// alone; "" if they do not.
func opaque(svc kube.Object, port int) string {
	for _, p := range kube.Items(svc.Node, "spec", "ports") {
		if number, _ := kube.Number(p, "port"); number != port {
			continue
		}
		switch said := strings.ToLower(kube.Text(p, "appProtocol")); said {
		case "":
		case "http", "kubernetes.io/h2c":
			return ""
		default:
			return "appProtocol " + said + " of the port makes it one of bytes"
		}
	}
	list, where := svc.Text("metadata", "annotations", opaquePorts), "its annotation "+opaquePorts+" has the port"
	if svc.Get("metadata", "annotations", opaquePorts) == nil {
		list, where = defaultOpaque, "the port is opaque by default"
	}
	if inPorts(list, port) {
		return where
	}
	return ""
}

// inPorts reports whether a list of ports and ranges, 80,9000-9010, has one.
func inPorts(list string, port int) bool {
	return slices.ContainsFunc(route.CommaList(list), func(part string) bool {
		from, to, isRange := strings.Cut(part, "-")
		low, err := strconv.Atoi(from)
		if err != nil {
			return false
		}
		high := low
		if isRange {
			high, err = strconv.Atoi(to)
		}
		return err == nil && low <= port && port <= high
	})
}

// profile is the ServiceProfile of a Service: its name is the Service's host, whatever
// the domain of the cluster is.
func profile(w route.World, namespace, service string) (kube.Object, bool) {
	prefix := route.MeshHost(namespace, service) + "."
	for _, o := range w.All("linkerd.io", "ServiceProfile") {
		if strings.HasPrefix(o.Name, prefix) {
			return o, true
		}
	}
	return kube.Object{}, false
}

// statusRange reports whether a text says by which answers requests are tried again: a
// status, two with a dash between them, or a word for some.
func statusRange(text string) bool {
	if text == "5xx" || text == "gateway-error" {
		return true
	}
	from, to, isRange := strings.Cut(text, "-")
	low, ok := status(from)
	if !isRange {
		return ok
	}
	high, also := status(to)
	return ok && also && low <= high
}

func status(text string) (int, bool) {
	n, err := strconv.Atoi(text)
	return n, err == nil && n >= 100 && n < 600
}

// parentRef is a parent of a route.
type parentRef struct {
	node            *yaml.Node
	namespace, name string
	port            int
	service         bool
}

// parents are those of a route, with the namespaces that they have. Linkerd takes group
// core for that of Services too (is_parent_service).
func parents(o kube.Object) []parentRef {
	var all []parentRef
	for _, n := range kube.Items(o.Node, "spec", "parentRefs") {
		p := parentRef{node: n, name: kube.Text(n, "name"), namespace: kube.Text(n, "namespace")}
		if p.namespace == "" {
			p.namespace = o.Namespace
		}
		p.port, _ = kube.Number(n, "port")
		group := kube.Get(n, "group")
		p.service = strings.EqualFold(kube.Text(n, "kind"), "Service") &&
			(group == nil && o.Group == ownGroup || group != nil && (group.Value == "" || strings.EqualFold(group.Value, "core")))
		all = append(all, p)
	}
	return all
}
