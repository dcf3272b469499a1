package kube

import (
	"slices"
	"strings"
	"testing"

	"github.com/cutoverdev/cutover/schemas"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
	sigs "sigs.k8s.io/yaml"
)

// numbers are spellings of numbers, and of what is none.
var numbers = []string{
	"10", "1e1", "1E1", "1e+1", "1e01", "+1e1", "10.0", "10.", "1.0e1", ".1e2", "0.1e2", "012", "+012", "-012", "0o12", "0O12", "0xA", "0XA", "0x0", "00", "0_0",
	"0b11", "0b1_1", "0b102", "1_000", "1__0", "5_", "_5", "0x_A", "08", "018", "0777", "-0", "+5", "-5", "1:30", "4.5", "1e-1", "0.0", "1e15", "1e21", "1e400", "0x1p3",
	"9223372036854775807", "-9223372036854775808", "9223372036854775808", "2147483648", "1 0", "1,000", "٤", "!!int 5", `!!int "5"`, "!!float 5", "!!str 5", `"4"`, "'4'",
	"true", "True", "TRUE", "false", "False", "~", "null", "Null", `""`, "x", "=", "+", "-", ".", "1.2.3", "4 # c", "0x", "0b", "1e", "+.5e1", "0.5_0", "1_0.5", "1_0e1", "-.5", "+0xA", "-0b11",
}

// TestNumbersAsStored: a number is what an API server is sent: YAML as
// sigs.k8s.io/yaml v1.6.0 turns it into JSON.
func TestNumbersAsStored(t *testing.T) {
	for _, word := range numbers {
		checkNumber(t, word)
	}
}

func checkNumber(t *testing.T, word string) {
	t.Helper()
	text := "a: " + word + "\n"
	docs, found := schemas.Documents("a.yaml", []byte(text))
	var want struct {
		A *int32 `json:"a"`
	}
	if len(found) > 0 || len(docs) != 1 || slices.Contains(strings.Fields(word), "!") {
		return // not read; of the tag ! nothing is left to see in a node
	}
	err := sigs.Unmarshal([]byte(text), &want)
	have, ok := Number(docs[0].Node, "a")
	if err != nil || want.A == nil {
		require.True(t, !ok || int(int32(have)) != have, "%q is %d, and an API server takes none", word, have)
		return
	}
	require.True(t, ok, "%q is none, and an API server takes %d", word, *want.A)
	require.Equal(t, int(*want.A), have, word)
}

// FuzzNumber: the same for anything on one line.
func FuzzNumber(f *testing.F) {
	for _, word := range numbers {
		f.Add(word)
	}
	f.Fuzz(func(t *testing.T, word string) { checkNumber(t, word) })
}

// TestSameScalar: two spellings of one value are one value.
func TestSameScalar(t *testing.T) {
	for _, same := range [][]string{{"10", "0xA", "1e1", "10.0", "012"}, {"true", "True", "TRUE"}, {"~", "null", ""}, {"4.5", "4.50", "45e-1"}, {`"4"`, "'4'"}} {
		for _, word := range same {
			var a, b yaml.Node
			require.NoError(t, yaml.Unmarshal([]byte("a: "+same[0]), &a))
			require.NoError(t, yaml.Unmarshal([]byte("a: "+word), &b))
			require.True(t, Equal(a.Content[0], b.Content[0]), word)
			require.Equal(t, Hash(a.Content[0]), Hash(b.Content[0]), word)
			require.Equal(t, Text(a.Content[0], "a"), Text(b.Content[0], "a"), word)
		}
	}
	var number, text yaml.Node
	require.NoError(t, yaml.Unmarshal([]byte("a: 4"), &number))
	require.NoError(t, yaml.Unmarshal([]byte("a: '4'"), &text))
	require.False(t, Equal(number.Content[0], text.Content[0]))
}
