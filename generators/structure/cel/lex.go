package cel

import (
	"strings"
)

// word is a word of an expression: a name, a number, text or a sign.
type word struct {
	kind byte // n a name, 0 a number, s text, + a sign
	text string
}

// signs are those of two characters; all others have one.
var signs = []string{"&&", "||", "==", "!=", "<=", ">="}

// words are the words of an expression, nil if it has others.
func words(text string) []word {
	var all []word
	for {
		text = strings.TrimLeft(text, " \t\n")
		if text == "" {
			return all
		}
		w, rest, ok := first(text)
		if !ok || len(all) > 4096 {
			return nil
		}
		all, text = append(all, w), rest
	}
}

func first(text string) (w word, rest string, ok bool) {
	if quote, raw, found := quoted(text); found {
		return literal(text, quote, raw)
	}
	switch c := text[0]; {
	case isLetter(c):
		n := 1
		for n < len(text) && (isLetter(text[n]) || isDigit(text[n])) {
			n++
		}
		return word{'n', text[:n]}, text[n:], true
	case isDigit(c):
		n := 1
		for n < len(text) && isDigit(text[n]) {
			n++
		}
		return word{'0', text[:n]}, text[n:], true
	}
	for _, s := range signs {
		if strings.HasPrefix(text, s) {
			return word{'+', s}, text[2:], true
		}
	}
	return word{'+', text[:1]}, text[1:], strings.ContainsRune("()[]{}.,:?!<>+-", rune(text[0]))
}

// quoted is how text begins, and whether backslashes in it are themselves.
func quoted(text string) (quote string, raw, found bool) {
	rest, raw := strings.CutPrefix(text, "r")
	for _, q := range []string{`"""`, `'''`, `"`, `'`} {
		if strings.HasPrefix(rest, q) {
			return q, raw, true
		}
	}
	return "", false, false
}

// literal is text in quotes.
func literal(text, quote string, raw bool) (w word, rest string, ok bool) {
	rest = strings.TrimPrefix(text, "r")[len(quote):]
	var b strings.Builder
	for rest != "" {
		if after, ends := strings.CutPrefix(rest, quote); ends {
			return word{'s', b.String()}, after, true
		}
		if rest[0] == '\\' && !raw {
			if len(rest) < 2 || !strings.ContainsRune(`\'"`, rune(rest[1])) {
				return word{}, "", false // an escape that no rule has needed so far
			}
			rest = rest[1:]
		}
		b.WriteByte(rest[0])
		rest = rest[1:]
	}
	return word{}, "", false
}

func isLetter(c byte) bool { return c == '_' || c|0x20 >= 'a' && c|0x20 <= 'z' }

func isDigit(c byte) bool { return c >= '0' && c <= '9' }
