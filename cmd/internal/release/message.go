package release

import (
	"fmt"
	"strings"

	"github.com/cutoverdev/cutover/generators"
	"github.com/cutoverdev/cutover/generators/stage"
	"github.com/cutoverdev/cutover/schemas"
)

// scope names a release in a commit's subject: shop/checkout.
func scope(r *schemas.Release) string {
	if r.Metadata.Namespace == "" {
		return r.Metadata.Name
	}
	return r.Metadata.Namespace + "/" + r.Metadata.Name
}

// Tag is what people call an image: its tag, or the beginning of its digest.
func Tag(image string) string {
	if name, digest, ok := strings.Cut(image, "@sha256:"); ok {
		if tag := tagOf(name); tag != "" {
			return tag
		}
		return digest[:min(len(digest), 12)]
	}
	if tag := tagOf(image); tag != "" {
		return tag
	}
	return image
}

func tagOf(image string) string {
	base := image[strings.LastIndexByte(image, '/')+1:]
	_, tag, _ := strings.Cut(base, ":")
	return tag
}

// on is a track with its version: 1.5.0 (green).
func on(r generators.Release, track string) string {
	if track == "" {
		return ""
	}
	return fmt.Sprintf("%s (%s)", Tag(r.Tracks[trackIndex(track)].Image()), track)
}

// deedOfSet says in a few words what the move of a set does, of those that it moves.
func (m move) deedOfSet() string {
	var candidates, live []string
	adopts := false
	for _, part := range m.parts {
		if part.changes == nil && part.from.Name == part.to.Name && part.was.Spec.Live == part.want.Spec.Live {
			continue // it has no part in it; one whose candidate is named has
		}
		adopts = adopts || part.was.Adopting()
		name := part.want.Metadata.Name + " "
		live = append(live, name+on(part.release, part.release.Spec.Live))
		if c := on(part.release, part.release.Candidate()); c != "" {
			candidates = append(candidates, name+c)
		}
	}
	who := schemas.And(candidates)
	switch {
	case adopts && m.verb == "abort":
		return fmt.Sprintf("take %s back to %s", schemas.And(live), m.to.Name)
	case adopts:
		return fmt.Sprintf("adopt %s: %s", schemas.And(live), m.to.Name)
	case len(candidates) == 0 && m.to.Name != "stable":
		return fmt.Sprintf("%s for %s", m.to.Name, schemas.And(live))
	case m.verb == "start":
		return "start " + who
	case m.verb == "rollback":
		return "roll back to " + who
	case m.verb == "abort" && m.to.Name == "stable":
		return "stop " + who
	case m.verb == "abort":
		return fmt.Sprintf("abort %s at %s", who, m.from.Name)
	case m.to.Name == "stable":
		return "close with " + schemas.And(live) + " live"
	}
	return fmt.Sprintf("%s for %s", m.to.Name, who)
}

// deed says in a few words what the move does.
func (m move) deed() string {
	candidate, live := on(m.release, m.release.Candidate()), on(m.release, m.release.Spec.Live)
	switch name := m.to.Name; {
	case m.was.Adopting() && m.verb == "abort":
		return fmt.Sprintf("take %s back to %s", live, name)
	case m.was.Adopting():
		return fmt.Sprintf("adopt %s: %s", live, name)
	case m.verb == "start":
		return "start " + candidate
	case m.verb == "rollback":
		return "roll back to " + candidate
	case m.verb == "abort" && m.to.Name == "stable":
		return "stop " + candidate
	case m.verb == "abort":
		return fmt.Sprintf("abort %s at %s", candidate, m.from.Name)
	case m.was.Spec.Live != m.want.Spec.Live:
		return fmt.Sprintf("close: %s is live", live)
	case name == "preview":
		return "preview " + candidate
	case name == "settle":
		return "settle on " + candidate
	case name == "unpreview":
		return "end the preview of " + candidate
	case name == "retire":
		return "retire " + live
	case name == schemas.Contract:
		return "contract what only " + live + " needed"
	case strings.HasPrefix(name, "scale-"):
		return fmt.Sprintf("give %s the pods for %s %%", candidate, strings.TrimPrefix(name, "scale-"))
	case m.to.Split.Weight != m.from.Split.Weight && m.to.Candidate != "":
		return fmt.Sprintf("shift %d %% to %s", m.to.Split.Weight, candidate)
	}
	return fmt.Sprintf("%s for %s", m.to.Name, candidate)
}

// subject is the first line of the commit.
func (m move) subject() string {
	s := fmt.Sprintf("release(%s): ", scope(m.want)) + m.deed()
	if m.set != "" {
		s = fmt.Sprintf("release(%s): ", m.set) + m.deedOfSet()
	}
	if m.note != "" {
		s += ", " + m.note
	}
	return s
}

// message is the commit's: what it does, the split as a table, the evidence, what was
// overridden, and trailers, which nobody reads back.
func (m move) message() string {
	b := strings.Builder{}
	fmt.Fprintf(&b, "%s\n\n%s → %s", m.subject(), m.from.Name, m.to.Name)
	if m.set != "" {
		fmt.Fprintf(&b, " of ReleaseSet %s, in one commit", m.set)
	}
	for _, part := range m.each() {
		part.split(&b, m.set != "")
	}
	if len(m.grounds) > 0 {
		b.WriteString("\nEvidence:\n- " + strings.Join(m.grounds, "\n- ") + "\n")
	}
	if len(m.forced) > 0 {
		b.WriteString("\nForced, in spite of:\n")
		for _, f := range m.forced {
			f.Hint, f.Proposed = "", ""
			fmt.Fprintf(&b, "- %s\n", f)
		}
	}
	b.WriteString("\n")
	for _, part := range m.each() {
		fmt.Fprintf(&b, "Cutover-Release: %s\n", scope(part.want))
	}
	if m.set != "" {
		fmt.Fprintf(&b, "Cutover-Set: %s\n", m.set)
	}
	fmt.Fprintf(&b, "Cutover-Stage: %s\n", m.to.Name)
	if len(m.forced) > 0 {
		b.WriteString("Cutover-Forced: " + ids(m.forced) + "\n")
	}
	return b.String()
}

// split says what the move changes for a release, and who gets its requests then.
func (m move) split(b *strings.Builder, named bool) {
	changes := stage.Changes(m.from.Stage, m.to.Stage)
	switch {
	case named && m.from.Name == m.to.Name && len(changes) == 0:
		fmt.Fprintf(b, "\n\n%s stays at %s", m.want.Metadata.Name, m.to.Name)
	case named:
		fmt.Fprintf(b, "\n\n%s, %s → %s", m.want.Metadata.Name, m.from.Name, m.to.Name)
	}
	if len(changes) > 0 {
		b.WriteString(": " + strings.Join(changes, "; "))
	}
	b.WriteString("\n\n  track  requests  pods  image\n")
	for _, t := range m.release.Tracks {
		image := t.Image()
		if image == "" {
			image = "idle"
		}
		requests := fmt.Sprintf("%7d %%", m.to.Weight(t.Name))
		if m.to.Shared() && m.to.Running(t.Name) {
			requests = "  by pods"
		}
		fmt.Fprintf(b, "  %-5s %s  %4d  %s\n", t.Name, requests, m.to.Pods(t.Name), image)
	}
	if m.to.Shared() {
		fmt.Fprintf(b, "  %-5s   by pods  %4d  the workload of the manifests\n", schemas.Plain, m.to.Plain)
	}
}

// ids lists the ids of findings, each once.
func ids(found []schemas.Finding) string {
	var all []string
	seen := map[string]bool{}
	for _, f := range found {
		if !seen[f.ID] {
			seen[f.ID] = true
			all = append(all, f.ID)
		}
	}
	return strings.Join(all, ", ")
}

func trackIndex(name string) int {
	if name == schemas.TrackNames[0] {
		return 0
	}
	return 1
}
