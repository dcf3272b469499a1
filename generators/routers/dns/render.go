package dns

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/generators/workload"
	"github.com/cutoverdev/cutover/schemas"
)

// render is one object with all records, so that they change at once; another one for
// preview hosts; and a load balancer for each track, unless the Release says where the
// tracks are reached. By annotations it is the load balancers alone.
func render(r route.Route) []kube.Object {
	if optionsOf(r).annotated() {
		return []kube.Object{shared(r, r.Tracks[0]), shared(r, r.Tracks[1])}
	}
	objects := []kube.Object{route.NewObject(group+"/v1alpha1", "DNSEndpoint", located(r, r.Meta(r.Name)), spec{records(r, r.Hosts)})}
	if hosts := r.PreviewHosts(); len(hosts) > 0 {
		candidate, _ := r.Candidate()
		var all []endpoint
		for _, h := range hosts {
			all = append(all, toTrack(r, h, candidate)...)
		}
		objects = append(objects, route.NewObject(group+"/v1alpha1", "DNSEndpoint", located(r, r.PreviewMeta()), spec{all}))
	}
	if optionsOf(r).Targets == nil {
		for _, t := range r.Tracks {
			objects = append(objects, balancer(r, t))
		}
	}
	return objects
}

// located says in which cluster somebody answers at each of the targets that the Release
// names: no manifest tells.
func located(r route.Route, m kube.Meta) kube.Meta {
	targets := optionsOf(r).Targets
	if targets == nil || r.Release.Clusters() == nil {
		return m
	}
	var all []string
	for _, track := range schemas.TrackNames {
		for _, target := range targets.of(track) {
			all = append(all, target+"="+r.Release.Spec.Tracks.Get(track).Cluster)
		}
	}
	m.Annotations = maps.Clone(m.Annotations)
	if m.Annotations == nil {
		m.Annotations = map[string]string{}
	}
	m.Annotations[workload.ClustersAnnotation] = strings.Join(all, ",")
	return m
}

// records are those of some hosts: with weights one of each track, without them one of
// the track that has everything.
func records(r route.Route, hosts []string) []endpoint {
	var all []endpoint
	for _, h := range hosts {
		for _, t := range r.Tracks {
			if optionsOf(r).Weights == "none" {
				if t.Weight == 100 {
					all = append(all, toTrack(r, h, t)...)
				}
				continue
			}
			for _, e := range toTrack(r, h, t) {
				e.SetIdentifier = r.Name + "-" + t.Track
				e.ProviderSpecific = append([]property{{weight, strconv.Itoa(t.Weight)}}, e.ProviderSpecific...)
				all = append(all, e)
			}
		}
	}
	return all
}

// toTrack are the records by which a host leads to a track: one of each type that its
// targets have.
func toTrack(r route.Route, host string, t route.Target) []endpoint {
	var all []endpoint
	for _, target := range targetsOf(r, t) {
		kind := recordType(target)
		i := slices.IndexFunc(all, func(e endpoint) bool { return e.RecordType == kind })
		if i < 0 {
			i = len(all)
			e := endpoint{DNSName: host, RecordType: kind, RecordTTL: seconds(r)}
			if optionsOf(r).Alias {
				e.ProviderSpecific = []property{{alias, "true"}}
			}
			all = append(all, e)
		}
		all[i].Targets = append(all[i].Targets, target)
	}
	return all
}

func seconds(r route.Route) int { return int(time.Duration(optionsOf(r).TTL) / time.Second) }

func targetsOf(r route.Route, t route.Target) []string {
	if targets := optionsOf(r).Targets; targets != nil {
		return targets.of(t.Track)
	}
	return []string{ownName(r, t)}
}

// ownName is the name under which a track's load balancer is found, whose address nobody
// knows before it is there.
func ownName(r route.Route, t route.Target) string {
	host := r.Hosts[0]
	if i := slices.IndexFunc(r.Hosts, func(h string) bool { return !strings.HasPrefix(h, "*.") }); i >= 0 {
		host = r.Hosts[i]
	}
	return t.Track + "." + strings.TrimPrefix(host, "*.")
}

// balancer is the Service of a track that clients outside reach, with a name of its own.
func balancer(r route.Route, t route.Target) kube.Object { return named(r, t, ownName(r, t)) }

// shared is the Service of a track with its share of the names of all.
//
// Two Services change one after the other, and every order is safe. Be 100-g and g the
// weights before and 100-h and h those after: with one of them applied the candidate gets
// g/(100-h+g) or h/(100-g+h) of the requests, which lies between g and h percent. Both are
// 0 only between 100 and 0: everybody is sent evenly then, and at such an edge both tracks
// have their pods.
func shared(r route.Route, t route.Target) kube.Object {
	o := named(r, t, strings.Join(r.Hosts, ","))
	for _, p := range []string{prefix, legacy} {
		o = o.With(r.Name+"-"+t.Track, "metadata", "annotations", p+setKey).With(strconv.Itoa(t.Weight), "metadata", "annotations", p+weightKey)
	}
	return o
}

// named is the load balancer of a track, with names that lead to it.
func named(r route.Route, t route.Target, names string) kube.Object {
	o := r.Maker.Service(balancerName(r, t), t.Track).With("LoadBalancer", "spec", "type")
	if apex, ok := exposed(r); ok {
		for _, field := range []string{
			"externalTrafficPolicy", "loadBalancerSourceRanges", "loadBalancerClass",
			"allocateLoadBalancerNodePorts",
		} {
			if v := apex.Get("spec", field); v != nil {
				o = o.With(v, "spec", field)
			}
		}
		for key, value := range kube.Pairs(apex.Node, "metadata", "annotations") {
			if route.IsRouterAnnotation(key) && !isOurs(key) {
				o = o.With(value, "metadata", "annotations", key)
			}
		}
	}
	options := optionsOf(r)
	if options.Class != "" {
		o = o.With(options.Class, "spec", "loadBalancerClass")
	}
	for _, a := range options.Annotations {
		o = o.With(a.Value, "metadata", "annotations", a.Name)
	}
	for _, p := range []string{prefix, legacy} {
		o = o.With(names, "metadata", "annotations", p+hostnameKey).With(strconv.Itoa(seconds(r)), "metadata", "annotations", p+ttlKey)
	}
	return o
}

// balancerName names it after the track and, where the entry has a name, after that: two
// entries have two of them.
func balancerName(r route.Route, t route.Target) string {
	if r.Traffic.Name != "" {
		return t.Service + "-" + r.Traffic.Name + "-public"
	}
	return t.Service + "-public"
}

// exposed is the apex that clients outside reach today, if there is one.
func exposed(r route.Route) (kube.Object, bool) {
	i := slices.IndexFunc(r.Source.Apexes, func(o kube.Object) bool { return o.Text("spec", "type") == "LoadBalancer" })
	if i < 0 {
		return kube.Object{}, false
	}
	return r.Source.Apexes[i], true
}
