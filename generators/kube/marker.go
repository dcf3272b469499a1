package kube

import (
	"bytes"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
)

// marker is a comment by which a program finds the values that it sets: image
// automation of Flux's (image-automation-controller v1.2, pkg/update), setters of
// kpt's and kustomize's, the package that an object is merged with, Renovate's
// custom managers.
var marker = regexp.MustCompile(`^#+\s*(\{\s*"\$|kpt-set:|kpt-merge:|renovate:)`)

// marks are words that stand in every marker.
var marks = [][]byte{[]byte(`"$`), []byte("kpt-"), []byte("renovate:")}

// Unmarked is the object without comments by which a program would change it: what
// is copied from the user's manifests is not to change when those do. Other
// comments stay.
func (o Object) Unmarked() Object {
	if o.raw != nil && !marked(o.raw) {
		return o
	}
	if n := unmarked(o.Node); n != o.Node {
		o.Node, o.raw = n, nil
	}
	return o
}

func marked(text []byte) bool {
	for _, mark := range marks {
		if bytes.Contains(text, mark) {
			return true
		}
	}
	return false
}

// unmarked is a node without markers: the same one if it has none.
func unmarked(n *yaml.Node) *yaml.Node {
	if n == nil {
		return nil
	}
	c := *n
	c.HeadComment, c.LineComment, c.FootComment = plain(n.HeadComment), plain(n.LineComment), plain(n.FootComment)
	changed := c.HeadComment != n.HeadComment || c.LineComment != n.LineComment || c.FootComment != n.FootComment
	for i, child := range n.Content {
		d := unmarked(child)
		if d == child {
			continue
		}
		if !changed || &c.Content[0] == &n.Content[0] {
			c.Content = append([]*yaml.Node(nil), n.Content...)
		}
		c.Content[i], changed = d, true
	}
	if !changed {
		return n
	}
	return &c
}

// plain is a comment without the lines that are markers.
func plain(comment string) string {
	if comment == "" || !strings.Contains(comment, "#") {
		return comment
	}
	var rest []string
	for line := range strings.SplitSeq(comment, "\n") {
		if !marker.MatchString(strings.TrimSpace(line)) {
			rest = append(rest, line)
		}
	}
	return strings.Join(rest, "\n")
}
