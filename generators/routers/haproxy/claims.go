package haproxy

import (
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
)

// controllerAnnotation says on what a release writes which controller it is for: the class
// alone does not, and often no manifest has it.
const controllerAnnotation = "cutover.dev/ingress-controller"

// controllers are those that an IngressClass may name. Several of one kind add a name
// with a / between.
var controllers = map[string]string{
	"haproxy-ingress.github.io/controller": community,
	"haproxy.org/ingress-controller":       technology,
}

// claims: Ingresses of a class that one of the controllers serves, of the class haproxy,
// and those with their annotations of which nobody knows the class.
func claims(o kube.Object, w route.World) bool {
	class := classOf(o)
	if provider, ok := w.Classes[class]; ok {
		return provider == "haproxy"
	}
	if c, ok := w.Find("networking.k8s.io", "IngressClass", "", class); ok && class != "" {
		return controllerOfClass(c) != ""
	}
	return class == "haproxy" || annotatedFor(o) != ""
}

// exclusive: every one is its own.
func exclusive(kube.Object, route.World) bool { return true }

// controllerOfClass is the controller that an IngressClass names; "" if it is neither.
func controllerOfClass(o kube.Object) string {
	name := o.Text("spec", "controller")
	for controller, is := range controllers {
		if name == controller || strings.HasPrefix(name, controller+"/") {
			return is
		}
	}
	return ""
}

// annotatedFor is the controller whose annotations an object has; "" if it has none, or
// only those that both know.
func annotatedFor(o kube.Object) string {
	if is := o.Text("metadata", "annotations", controllerAnnotation); is != "" {
		return is
	}
	for key := range kube.Pairs(o.Node, "metadata", "annotations") {
		switch {
		case strings.HasPrefix(key, prefixes[community][0]):
			return community
		case strings.HasPrefix(key, prefixes[technology][0]), strings.HasPrefix(key, prefixes[technology][1]), key == aclKey:
			return technology
		}
	}
	return ""
}

// controllersOf are the controllers of the classes of some Ingresses: what the
// IngressClass says, or annotations of theirs and of the Services that they name;
// haproxy-ingress where nothing does.
func controllersOf(objects []kube.Object, w route.World) map[string]string {
	all := map[string]string{}
	for _, o := range objects {
		class := classOf(o)
		if c, ok := w.Find("networking.k8s.io", "IngressClass", "", class); ok && class != "" && controllerOfClass(c) != "" {
			all[class] = controllerOfClass(c)
			continue
		}
		if all[class] == "" {
			all[class] = annotatedFor(o)
		}
		if all[class] == "" {
			all[class] = annotatedServices(o, w)
		}
	}
	for class, controller := range all {
		if controller == "" {
			all[class] = community
		}
	}
	return all
}

func annotatedServices(o kube.Object, w route.World) string {
	for _, p := range placesOf(o) {
		if svc, ok := w.Find("", "Service", o.Namespace, p.Service); ok {
			if is := annotatedFor(svc); is != "" {
				return is
			}
		}
	}
	return ""
}
