package kube

import (
	"bytes"

	"go.yaml.in/yaml/v3"
)

// Append writes an object as one YAML document without separators. Text that
// nobody changed is kept byte for byte; all other emission of the project goes
// through here too.
func Append(dst []byte, o Object) []byte {
	if o.raw == nil {
		return emit(dst, o.Node)
	}
	dst = append(dst, o.raw...)
	if !bytes.HasSuffix(dst, []byte("\n")) {
		dst = append(dst, '\n')
	}
	return dst
}

// Stream writes objects as a YAML stream.
func Stream(dst []byte, objects []Object) []byte {
	for i, o := range objects {
		if i > 0 {
			dst = append(dst, "---\n"...)
		}
		dst = Append(dst, o)
	}
	return dst
}

func emit(dst []byte, n *yaml.Node) []byte {
	if text, ok := written(dst, n); ok {
		return text
	}
	return byLibrary(dst, n)
}

func byLibrary(dst []byte, n *yaml.Node) []byte {
	buf := bytes.NewBuffer(dst)
	e := yaml.NewEncoder(buf)
	e.SetIndent(2)
	e.CompactSeqIndent()
	if err := e.Encode(n); err != nil {
		panic(err) // a node that was read or made here can be written
	}
	return buf.Bytes()
}
