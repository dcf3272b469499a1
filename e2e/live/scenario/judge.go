package scenario

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/cutoverdev/cutover/e2e/live/applier"
	"github.com/cutoverdev/cutover/e2e/live/cluster"
	"github.com/cutoverdev/cutover/e2e/live/load"
	"github.com/cutoverdev/cutover/e2e/live/tree"
)

// phase is a stage that has arrived, and the time it was looked at.
type phase struct {
	edge     string
	story    applier.Story
	parts    []part            // one, or those that move together
	before   map[string]string // pods
	from, to time.Time
}

// part is a release at a stage.
type part struct {
	release tree.Release
	stage   tree.Stage
}

// preview reports whether a preview's host is answered.
func (p phase) preview() bool {
	return slices.ContainsFunc(p.parts, func(one part) bool { return one.stage.Preview })
}

// The targets. Those to the preview's host are not promised an answer while there is no
// preview; all others always are.
const (
	toMain    = "host"
	toHeader  = "header"
	toPreview = "preview host"
	toApex    = "Service"
)

// of is the target of another application than shop.
func of(target, app string) string {
	if app == "shop" {
		return target
	}
	return target + " of " + app
}

func (r *run) targets() []load.Target {
	if r.routerless() {
		return []load.Target{{Name: toApex, Service: r.namespace + "/shop", Port: 80, Rate: r.Rate}}
	}
	if r.Router == "istio" {
		host := "shop." + r.namespace + ".svc.cluster.local:80"
		all := []load.Target{{Name: toMain, Mesh: r.namespace, Host: host, Rate: r.Rate}}
		if r.Preview {
			header := map[string]string{"x-preview": "1"}
			all = append(all, load.Target{Name: toHeader, Mesh: r.namespace, Host: host, Header: header, Rate: max(1, r.Rate/6)})
		}
		return all
	}
	host := r.namespace + ".example.com"
	if r.East != "" {
		clients := r.Zone.Clients(DNSClients, host, map[string]string{westName: at(cluster.Host), eastName: at(cluster.BesideHost)})
		return []load.Target{{Name: toMain, Clients: clients, Host: host, Rate: r.Rate}}
	}
	router := at(cluster.Host)
	all := []load.Target{
		{Name: toMain, URL: router, Host: host, Rate: r.Rate},
		{Name: toApex, Service: r.namespace + "/shop", Port: 80, Rate: max(1, r.Rate/4)},
	}
	if r.Preview {
		all = append(all,
			load.Target{Name: toHeader, URL: router, Host: host, Header: map[string]string{"x-preview": "1"}, Rate: max(1, r.Rate/6)},
			load.Target{Name: toPreview, URL: router, Host: "next." + host, Rate: max(1, r.Rate/6)})
	}
	for _, app := range r.apps()[1:] {
		if app != "mail" {
			all = append(all, load.Target{Name: of(toMain, app), URL: router, Host: app + "." + host, Rate: max(1, r.Rate/4)})
		}
		if r.Set {
			all = append(all, load.Target{Name: of(toApex, app), Service: r.namespace + "/" + app, Port: 80, Rate: max(1, r.Rate/4)})
		}
	}
	return all
}

// at is where the router of a cluster listens.
func at(host string) string { return "http://" + host + ":8000/" }

// judge holds the answers of a phase to the plan.
func (r *run) judge(p phase) {
	for _, one := range p.parts {
		r.part(p, one)
	}
}

// part holds those to one release.
func (r *run) part(p phase, one part) {
	at, app, candidate := one.stage, one.release.Release, one.release.Candidate
	if at.Main == plain && at.Pods[one.release.Live] > 0 {
		return // the Services select both, by their pods
	}
	share := at.Weights[candidate]
	if r.routerless() || app == "mail" {
		r.share(p, at, of(toApex, app), candidate, share)
		return
	}
	r.share(p, at, of(toMain, app), candidate, share)
	if r.Router != "istio" && r.East == "" { // there the Service's own requests are those that are shared out
		r.share(p, at, of(toApex, app), at.Main, 100)
	}
	if !r.Preview {
		return
	}
	switch {
	case at.Preview || at.Matches > 0:
		r.share(p, at, toHeader, candidate, 100)
		if r.Router != "istio" {
			r.share(p, at, toPreview, candidate, 100)
		}
	default:
		r.share(p, at, toHeader, candidate, share)
	}
}

// share holds a target's answers to a share of a track, and looks for failures where the
// preview is promised.
func (r *run) share(p phase, at tree.Stage, target, track string, percent float64) {
	answers := r.load.Answers(target, p.from, p.to)
	hits, n := 0, 0
	asked := map[int]bool{}
	for _, a := range answers {
		switch {
		case asked[a.Lead.Asked]: // of those who keep an answer of DNS the first is counted: the answer is what is drawn
			continue
		case a.Lead.Asked > 0:
			asked[a.Lead.Asked] = true
		}
		switch {
		case a.Image == sick && a.Status == http.StatusInternalServerError: // shared like all others
			n++
			if trackOf(a.Pod) == track {
				hits++
			}
		case a.Failed() && target == toPreview:
			r.fault("%s, %s: %s", p.edge, target, a)
		case a.Failed(): // counted with all others at the end
		default:
			n++
			if trackOf(a.Pod) == track {
				hits++
			}
		}
	}
	if n == 0 {
		r.fault("%s, %s: nobody answered", p.edge, target)
		return
	}
	if !load.Fair(hits, n, percent) {
		r.fault("%s, %s: %d of %d requests (%.1f %%) were answered by %s, and are to be %g %%", p.edge, target, hits, n,
			100*float64(hits)/float64(n), track, percent)
	}
	if percent > 0 && percent < 100 && (r.routerless() || strings.HasPrefix(target, toMain)) {
		r.out.Splits = append(r.out.Splits, Split{at.Name, percent, hits, n})
	}
}

// plain is the track of pods that are on none: those of the manifests as they are.
const plain = "plain"

// trackOf is the track of a pod by its name.
func trackOf(pod string) string {
	for _, app := range []string{"shop", "cart", "mail"} {
		for _, track := range []string{"blue", "green"} {
			if strings.HasPrefix(pod, app+"-"+track+"-") {
				return track
			}
		}
	}
	return plain
}

// count counts all requests, names those that were dropped and the edge on which they were,
// and looks for pods that were replaced while they served.
func (r *run) count() {
	all := r.load.Answers("", time.Time{}, time.Now().Add(time.Hour))
	for _, a := range all {
		if a.Target == toPreview && !r.promised(a) {
			continue
		}
		if a.Unsent() {
			r.out.Unsent++
			continue
		}
		r.out.Sent++
		if !a.Failed() {
			continue
		}
		if a.Image == sick && a.Status == http.StatusInternalServerError {
			r.out.Sick++
			continue
		}
		r.out.Failed++
		if r.out.Failed <= 5 {
			r.fault("dropped: %s\n\ton %s%s", a, r.where(a), r.logs())
		}
	}
	for i := 1; i < len(r.phases); i++ {
		r.restarts(r.phases[i-1], r.phases[i])
	}
	r.astray(all)
	r.worked()
}

// astray looks for requests that were answered by pods of another cluster than that to
// which a record led.
func (r *run) astray(all []load.Answer) {
	for _, a := range all {
		track := map[string]string{westName: "blue", eastName: "green"}[a.Lead.Name]
		if track != "" && !a.Failed() && trackOf(a.Pod) != track {
			r.fault("%s was answered by %s", a, a.Pod)
			return
		}
	}
}

// sick is the version that fails requests by itself.
const sick = "example.com/shop:sick"

// worked counts the Jobs that have run, and looks for those that ran more than once.
func (r *run) worked() {
	if !r.Jobs {
		return
	}
	ran := r.Kubelet.Jobs(r.namespace)
	for _, name := range slices.Sorted(maps.Keys(ran)) {
		if n := ran[name]; n != 1 {
			r.fault("job %s ran %d times", name, n)
		}
	}
	if r.out.Jobs = len(ran); r.out.Jobs != jobRuns {
		r.fault("%d jobs ran, and %d were to: %v", r.out.Jobs, jobRuns, slices.Sorted(maps.Keys(ran)))
	}
}

// jobRuns are the jobs of a release that is taken back after two of them, and of one that
// goes on to its end.
const jobRuns = 5

// promised reports whether the preview stood on both sides of a request.
func (r *run) promised(a load.Answer) bool {
	before, after := false, false
	for _, p := range r.phases {
		if !a.Sent.Before(p.from) {
			before = p.preview()
		}
		if a.Sent.Before(p.to) {
			after = p.preview()
			break
		}
	}
	return before && after
}

// logs are where to look on, where there are two clusters.
func (r *run) logs() string {
	if r.East == "" {
		return ""
	}
	east := r.Beside
	return fmt.Sprintf("\n\tlogs: %s, %s; %s, %s, %s", r.LogOf("traefik"), r.LogOf("external-dns"),
		east.LogOf("traefik"), east.LogOf("kubelet"), east.LogOf("argocd-application-controller"))
}

// where says on which edge a request was sent, and what had been applied in which order.
func (r *run) where(a load.Answer) string {
	for _, p := range r.phases {
		if a.Sent.Before(p.to) {
			return fmt.Sprintf("%s\n\t%s", p.edge, p.story)
		}
	}
	return "an edge that was not finished"
}

// restarts are pods of a track that had requests in both phases, and are not there in the
// second.
func (r *run) restarts(was, is phase) {
	for i, one := range was.parts {
		for _, track := range []string{"blue", "green"} {
			if one.stage.Weights[track] == 0 || is.parts[i].stage.Weights[track] == 0 {
				continue
			}
			for name := range was.before {
				_, there := is.before[name]
				if !there && trackOf(name) == track && strings.HasPrefix(name, one.release.Release+"-") {
					r.fault("%s: pod %s served and is gone", is.edge, name)
				}
			}
		}
	}
}

// tell is a phase in a line of the log.
func (p phase) tell(l *load.Load) string {
	var parts []string
	for _, target := range l.Targets() {
		c := load.Of(l.Answers(target, p.from, p.to))
		if c.Sent > 0 {
			parts = append(parts, fmt.Sprintf("%s %d sent %d failed %v", target, c.Sent, c.Failed, c.Images))
		}
	}
	return strings.Join(parts, "; ")
}
