package route

import (
	"fmt"
	"iter"
	"time"

	"github.com/cutoverdev/cutover/schemas"
)

// This file says what an entry asks for in words that several routers share.

// EntryPaths are the entry's paths; without any, everything.
func (r Route) EntryPaths() []schemas.Path {
	if len(r.Paths) == 0 {
		return []schemas.Path{{Prefix: "/"}}
	}
	return r.Paths
}

// AllMatches are the matches of every step and of the preview, in order, by the path of
// each: spec.strategy.steps[0].match[1].
func AllMatches(r *schemas.Release) iter.Seq2[string, schemas.Match] {
	return func(yield func(string, schemas.Match) bool) {
		for i, s := range r.Spec.Strategy.Steps {
			for j, m := range s.Match {
				if !yield(fmt.Sprintf("spec.strategy.steps[%d].match[%d]", i, j), m) {
					return
				}
			}
		}
		if v := r.Spec.Strategy.Preview; v != nil {
			for j, m := range v.Match {
				if !yield(fmt.Sprintf("spec.strategy.preview.match[%d]", j), m) {
					return
				}
			}
		}
	}
}

// MostExtra is how many rules a rule that names the apex becomes besides itself,
// at the stage with the most matches.
func MostExtra(r Route) int {
	extra := 0
	for _, s := range r.Release.Spec.Strategy.Steps {
		extra = max(extra, len(s.Match))
	}
	if v := r.Release.Spec.Strategy.Preview; v != nil {
		extra += len(v.Match)
	}
	if r.Affinity != nil {
		extra++
	}
	return extra
}

// CheckSize refuses an object of at least size bytes that no API server stores:
// etcd takes 1.5 MiB (--max-request-bytes, etcd v3.6).
func (r Route) CheckSize(kind string, size int) []schemas.Finding {
	const most = 3 << 19
	if size <= most {
		return nil
	}
	message := fmt.Sprintf("would need %s of more than %d KiB, and an API server stores at most %d", kind, size>>10, most>>10)
	return []schemas.Finding{r.Find("route-size", "", message, "fewer hosts, paths or matches in one entry")}
}

// Mirrors reports whether any step or the preview of a release copies requests.
func Mirrors(r *schemas.Release) bool {
	for _, s := range r.Spec.Strategy.Steps {
		if s.Mirror > 0 {
			return true
		}
	}
	return r.Spec.Strategy.Preview != nil && r.Spec.Strategy.Preview.Mirror > 0
}

// StickyValue is what the affinity cookie holds: track and version, so that a
// cookie from an earlier release keeps nobody anywhere.
func StickyValue(r Route) string {
	t, _ := r.Candidate()
	return t.Track + "-" + t.Revision
}

// StickyCookie is the Set-Cookie header of the candidate's answers; Max-Age is the
// affinity's TTL in whole seconds. The route must have [Route.Sticky].
func StickyCookie(r Route) string {
	a := r.Sticky()
	seconds := int(time.Duration(a.TTL) / time.Second)
	return fmt.Sprintf("%s=%s; Max-Age=%d; Path=/; HttpOnly; SameSite=Lax", a.Cookie, StickyValue(r), seconds)
}

// HeaderAdds are the fields of the entry that add to a header, for routers that only set
// them: headers.request.add.
func (r Route) HeaderAdds() []string {
	var fields []string
	if r.Headers == nil {
		return nil
	}
	if e := r.Headers.Request; e != nil && len(e.Add) > 0 {
		fields = append(fields, "headers.request.add")
	}
	if e := r.Headers.Response; e != nil && len(e.Add) > 0 {
		fields = append(fields, "headers.response.add")
	}
	return fields
}
