package custom

import (
	"cmp"
	"strings"
)

// ref is a Service as an object names it.
type ref struct{ service, namespace, port string }

// form is how a Service is written: parts of text with words between them that stand
// for its name, namespace and port.
//
//	http://{service}.{namespace}.svc:{port}   http://cart.store.svc:80
type form []string

// parseForm takes a form apart; nil if it has no {service}, or a word that is none.
func parseForm(text string) form {
	if len(text) > maxText {
		return nil
	}
	f := form{}
	named := false
	for rest := cmp.Or(text, "{service}"); rest != ""; {
		plain, after, found := strings.Cut(rest, "{")
		if plain != "" {
			f = append(f, plain)
		}
		if !found {
			break
		}
		word, behind, ok := strings.Cut(after, "}")
		if !ok || word != "service" && word != "namespace" && word != "port" || len(f) > 0 && strings.HasPrefix(f[len(f)-1], "{") {
			return nil
		}
		named = named || word == "service"
		f, rest = append(f, "{"+word+"}"), behind
	}
	if !named {
		return nil
	}
	return f
}

// has reports whether a form has a word.
func (f form) has(word string) bool {
	for _, part := range f {
		if part == word {
			return true
		}
	}
	return false
}

// read is the Service that a text names; no if the text is of another form.
func (f form) read(text string) (r ref, ok bool) {
	for i, part := range f {
		if part[0] != '{' {
			if text, ok = strings.CutPrefix(text, part); !ok {
				return ref{}, false
			}
			continue
		}
		value := text
		if i+1 < len(f) {
			if value, _, ok = strings.Cut(text, f[i+1]); !ok {
				return ref{}, false
			}
		}
		if value == "" || strings.Trim(value, nameChars) != "" {
			return ref{}, false
		}
		text = text[len(value):]
		*r.word(part) = value
	}
	return r, text == ""
}

// nameChars are what names of Services, namespaces and ports are made of.
const nameChars = "abcdefghijklmnopqrstuvwxyz0123456789-"

// write is the text that names a Service.
func (f form) write(r ref) string {
	var b strings.Builder
	for _, part := range f {
		if part[0] == '{' {
			part = *r.word(part)
		}
		b.WriteString(part)
	}
	return b.String()
}

func (r *ref) word(part string) *string {
	switch part {
	case "{namespace}":
		return &r.namespace
	case "{port}":
		return &r.port
	}
	return &r.service
}
