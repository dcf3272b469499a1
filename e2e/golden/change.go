package golden

import (
	"fmt"
	"strings"
)

// Change applies a change to a text, so that a case shows the one line that matters.
// A change is one or more blocks with an empty line between them. Each line of a block
// begins with a space (it stays), - (it goes) or + (it comes), and what stays or goes
// must be in the text once, in one piece:
//
//	   spec:
//	-    replicas: 3
//	+    replicas: 1
func Change(text, change string) (string, error) {
	for block := range strings.SplitSeq(strings.TrimRight(change, "\n"), "\n\n") {
		var old, now strings.Builder
		for line := range strings.SplitSeq(block, "\n") {
			mark, rest := line[:min(1, len(line))], line[min(1, len(line)):]
			switch mark {
			case " ":
				old.WriteString(rest + "\n")
				now.WriteString(rest + "\n")
			case "-":
				old.WriteString(rest + "\n")
			case "+":
				now.WriteString(rest + "\n")
			default:
				return "", fmt.Errorf("%q begins with neither a space nor - nor +", line)
			}
		}
		at := "\n" + text
		if n := strings.Count(at, "\n"+old.String()); n != 1 {
			return "", fmt.Errorf("stands %d times in the text:\n%s", n, old.String())
		}
		text = strings.Replace(at, "\n"+old.String(), "\n"+now.String(), 1)[1:]
	}
	return text, nil
}
