package haproxy

import (
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/schemas"
)

type options struct {
	Controller  string              `yaml:"controller" default:"haproxy-ingress" enum:"haproxy-ingress|haproxytech" doc:"haproxy-ingress: jcmoraisjr/haproxy-ingress, which shares the pods of one Service by label; haproxytech: haproxytech/kubernetes-ingress, which shares among Services by route-acl"`
	Class       string              `yaml:"class" default:"haproxy" rule:"name" doc:"ingressClassName of the Ingresses"`
	Port        int                 `yaml:"port" rule:"port" doc:"port of HAProxy for connections, protocol tcp or tls; haproxy-ingress alone has them (tcp-service-port)"`
	Annotations []schemas.NamedText `yaml:"annotations" doc:"further annotations of the Ingresses; the controller's prefix in front may be left out"`
}

// The two controllers.
const (
	community  = "haproxy-ingress" // github.com/jcmoraisjr/haproxy-ingress
	technology = "haproxytech"     // github.com/haproxytech/kubernetes-ingress
)

// prefixes are those that each controller reads annotations under; it writes the first.
// ingress.kubernetes.io is the old one of both.
var prefixes = map[string][]string{
	community:  {"haproxy-ingress.github.io/", "ingress.kubernetes.io/"},
	technology: {"haproxy.org/", "haproxy.com/", "ingress.kubernetes.io/"},
}

func optionsOf(t schemas.Traffic) options {
	o, _ := t.Options.(options)
	return o
}

// controllerOf is the controller of an entry.
func controllerOf(r route.Route) string { return optionsOf(r.Traffic).Controller }
