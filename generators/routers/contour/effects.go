package contour

import (
	"slices"
	"time"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"go.yaml.in/yaml/v3"
)

// This file holds what an HTTPProxy does to requests beside sending them on.

// readFields are read elsewhere.
var readFields = []string{"conditions", "services", "permitInsecure", "requestRedirectPolicy", "directResponsePolicy", "fqdn", "tls"}

// refusingFields keep out requests that they do not like.
var refusingFields = []string{"rateLimitPolicy", "ipDenyPolicy"}

// admittingFields let in those that they know alone.
var admittingFields = []string{"authorization", "authPolicy", "jwtProviders", "jwtVerificationPolicy", "ipAllowPolicy"}

func hostEffects(p proxy) []route.Effect {
	return effects(p.Get("spec", "virtualhost"), []string{"spec", "virtualhost"})
}

func routeEffects(p proxy, index int) []route.Effect {
	all := effects(kube.Items(p.Node, "spec", "routes")[index], []string{"spec", "routes"})
	for _, s := range p.spec.Routes[index].Services {
		if len(s.Other) == 0 {
			continue
		}
		one := route.Effect{
			Name:    "options of services",
			Path:    []string{"spec", "routes", "services"},
			Value:   kube.Hash(kube.Node(s.Other)),
			Repeats: true,
		}
		if !slices.ContainsFunc(all, func(e route.Effect) bool { return e.Name == one.Name && e.Value == one.Value }) {
			all = append(all, one)
		}
	}
	return all
}

// answer is an answer of Contour's own. That it ends is harmless: pods answer.
func answer(field string, n *yaml.Node) route.Effect {
	return route.Effect{Name: field, Path: []string{"spec", "routes", field}, Value: kube.Hash(n), Bars: route.BarsSome}
}

func effects(n *yaml.Node, path []string) []route.Effect {
	var all []route.Effect
	if n == nil {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i].Value, n.Content[i+1]
		if slices.Contains(readFields, key) {
			continue
		}
		one := route.Effect{Name: key, Path: append(slices.Clip(path), key), Value: kube.Hash(value)}
		switch {
		case key == "timeoutPolicy":
			one.Bars, one.Value, one.Limit = route.BarsSome, kube.Text(value, "response"), seconds(kube.Text(value, "response"))
			all = append(all, otherTimeouts(value, one.Path)...)
		case slices.Contains(refusingFields, key):
			one.Bars = route.BarsSome
		case slices.Contains(admittingFields, key):
			one.Bars = route.BarsOthers
			if value.Kind == yaml.SequenceNode {
				for _, item := range value.Content {
					if cidr := kube.Text(item, "cidr"); cidr != "" {
						one.Admitted = append(one.Admitted, cidr)
					}
				}
			}
		}
		all = append(all, one)
	}
	return all
}

// otherTimeouts are those of a timeoutPolicy beside the one of the whole response, each by
// its own length (v1.33, TimeoutPolicy).
func otherTimeouts(policy *yaml.Node, path []string) []route.Effect {
	var all []route.Effect
	for i := 0; i+1 < len(policy.Content); i += 2 {
		if key, text := policy.Content[i].Value, policy.Content[i+1].Value; key != "response" {
			all = append(all, route.Effect{
				Name: "timeoutPolicy." + key, Path: append(slices.Clip(path), key), Value: text, Bars: route.BarsSome, Limit: seconds(text),
			})
		}
	}
	return all
}

// seconds is how long a timeout lets requests take; 0 if it does not say.
func seconds(text string) float64 {
	d, err := time.ParseDuration(text)
	if err != nil {
		return 0
	}
	return d.Seconds()
}
