package dns

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/schemas"
)

// check refuses what records do not say.
func check(r route.Route) []schemas.Finding {
	if len(r.Hosts) == 0 {
		return []schemas.Finding{r.Find("hosts-missing", "hosts", "a record needs a name", "hosts: [shop.example.com]")}
	}
	options := optionsOf(r)
	if found := checkAnnotated(r, options); found != nil {
		return found
	}
	var found []schemas.Finding
	if options.Weights == "none" {
		for i, s := range r.Release.Spec.Strategy.Steps {
			if s.Weight > 0 && s.Weight < 100 {
				found = append(found, r.Release.Find("dns-weights", fmt.Sprintf("spec.strategy.steps[%d]", i),
					"a plain record leads to one track: it cannot share requests",
					"weights: route53 under options, where external-dns runs with provider aws; or no steps"))
				break
			}
		}
		if options.Alias {
			found = append(found, r.Find("dns-weights", "options.alias", "alias is for records of Route 53", "weights: route53, or leave it out"))
		}
	}
	found = append(found, checkHome(r, options)...)
	found = append(found, checkTTL(r, options)...)
	found = append(found, checkTargets(r, options)...)
	return append(found, checkTwice(r)...)
}

// checkAnnotated: annotations of two Services say less than records of their own.
func checkAnnotated(r route.Route, o options) []schemas.Finding {
	if !o.annotated() {
		return nil
	}
	var found []schemas.Finding
	add := func(field, message, hint string) { found = append(found, r.Find("dns-records", field, message, hint)) }
	if o.Weights == "none" {
		add("options.records", "a plain record would go from the Service of one track and come to that of the other: between them there is none",
			"weights: route53, where external-dns runs with provider aws; or records: object")
	}
	if o.Alias {
		add("options.alias", "external-dns makes an alias by itself of the name of a load balancer of AWS, and one with addresses can be none",
			"leave alias out, or records: object")
	}
	if o.Targets != nil {
		add("options.targets", "annotations stand on Services that are made for the tracks, and with targets none is",
			"leave targets out, or records: object")
	}
	if v := r.Release.Spec.Strategy.Preview; v != nil && len(v.Hosts) > 0 {
		found = append(found, r.Release.Find("dns-records", "spec.strategy.preview.hosts",
			"a Service has one set-identifier and one weight, for all its names: a preview host would be shared as the others are",
			"records: object under options, or no preview hosts"))
	}
	return found
}

// checkHome: the records are written in one of the tracks' clusters, and tell these apart.
func checkHome(r route.Route, o options) []schemas.Finding {
	clusters := r.Release.Clusters()
	switch {
	case clusters != nil && o.annotated():
		return []schemas.Finding{r.Find("track-cluster", "options.records",
			"annotations of two Services in two clusters are read by an external-dns each, and of one no order with the other is known",
			"records: object")}
	case clusters == nil && o.Cluster != "":
		return []schemas.Finding{r.Find("track-cluster", "options.cluster", "the tracks name no clusters, so that there is but one",
			"tracks: {blue: {cluster: west}, green: {cluster: east}}; or leave it out")}
	case clusters == nil:
		return nil
	case o.Cluster != "" && !slices.Contains(clusters, o.Cluster):
		return []schemas.Finding{r.Find("track-cluster", "options.cluster", fmt.Sprintf("no track is in cluster %s", o.Cluster),
			"one of "+strings.Join(clusters, ", "))}
	case o.Targets == nil:
		return nil
	}
	for i, target := range o.Targets.Green {
		if slices.ContainsFunc(o.Targets.Blue, func(t string) bool { return canonical(t) == canonical(target) }) {
			return []schemas.Finding{r.Find("track-cluster", fmt.Sprintf("options.targets.green[%d]", i),
				fmt.Sprintf("%s is where blue is reached too, and that is in another cluster", target),
				"the address of the load balancer of "+r.Release.Spec.Tracks.Green.Cluster)}
		}
	}
	return nil
}

// checkTTL: external-dns takes 0 for what is not said, and Route 53 gets 300 then.
func checkTTL(r route.Route, o options) []schemas.Finding {
	var found []schemas.Finding
	if ttl := time.Duration(o.TTL); ttl < time.Second || ttl > longest || ttl%time.Second != 0 {
		found = append(found, r.Find("dns-ttl", "options.ttl", fmt.Sprintf("%s is not 1s to 5m in whole seconds: resolvers keep an answer as "+
			"long, and an abort takes as long to reach clients", o.TTL), "ttl: 1m"))
	}
	if sync := time.Duration(o.Sync); sync < time.Second || sync > time.Hour {
		found = append(found, r.Find("dns-ttl", "options.sync", fmt.Sprintf("%s is not 1s to 1h", o.Sync),
			"the flag --interval of external-dns; 1m, unless it is set"))
	}
	return found
}

// checkTargets: what stands under one name is addresses, or one name.
func checkTargets(r route.Route, o options) []schemas.Finding {
	if o.Targets == nil {
		if r.Source.Ports == nil {
			return []schemas.Finding{r.Find("dns-target", "", "no Service selects the workload, so that no load balancer can be made for a track",
				"a Service, or targets under options")}
		}
		return nil
	}
	var found []schemas.Finding
	for _, track := range schemas.TrackNames {
		at := "options.targets." + track
		all := o.Targets.of(track)
		for i, target := range all {
			if why := badTarget(target); why != "" {
				found = append(found, r.Find("dns-target", fmt.Sprintf("%s[%d]", at, i), fmt.Sprintf("%q %s", target, why),
					"an IP address, or a host name without a dot at its end"))
			}
		}
		if names := slices.DeleteFunc(slices.Clone(all), isAddress); len(names) > 0 && len(all) > 1 {
			found = append(found, r.Find("dns-target", at, "a name with a CNAME has one target and no other records",
				"one host name, or IP addresses alone"))
		}
		if len(all) == 0 {
			found = append(found, r.Find("dns-target", at, "no target: the track's record would go", "an address of the track's load balancer"))
		}
	}
	if found == nil && isAddress(o.Targets.Blue[0]) != isAddress(o.Targets.Green[0]) && !o.Alias {
		found = append(found, r.Find("dns-target", "options.targets",
			"one track has addresses and the other a name: records of one name are of one type", "addresses for both, or a name for both"))
	}
	return found
}

// badTarget says why a target is none, "" if it is one. external-dns drops a record of
// which a target ends in a dot (v0.23.0, source/crd.go).
func badTarget(target string) string {
	if a, err := netip.ParseAddr(target); err == nil {
		if a.Zone() != "" || a.Is4In6() {
			return "is no address that a record can have"
		}
		return ""
	}
	labels := strings.Split(target, ".")
	bad := slices.ContainsFunc(labels, func(l string) bool {
		return l == "" || len(l) > 63 || strings.Trim(strings.ToLower(l), "abcdefghijklmnopqrstuvwxyz0123456789-_") != ""
	})
	if bad || len(labels) < 2 || len(target) > 253 || strings.Trim(target, "0123456789.") == "" {
		return "is neither an address nor a host name"
	}
	return ""
}

// checkTwice: external-dns makes one record of a name, and does not say of which object.
func checkTwice(r route.Route) []schemas.Finding {
	var found []schemas.Finding
	for _, o := range r.World.Objects() {
		for _, name := range namesOf(o) {
			if slices.Contains(r.Hosts, name) {
				f := o.Find("dns-twice", fmt.Sprintf("%s has a record of %s made by its annotation, and %s writes one too", o.ID, name, r.At),
					"take the host out of the annotation in the commit that brings the release's record", "metadata", "annotations")
				found = append(found, f)
			}
		}
	}
	return found
}
