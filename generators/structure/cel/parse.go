package cel

// Expression is a rule.
type Expression struct {
	op    string // a sign, or what the node is: name, number, text, list, map, field, index, call
	text  string // of a name, number, text, field or function
	parts []*Expression
}

// Parse reads a rule, nil if it is none that is understood.
func Parse(text string) *Expression {
	p := &parser{words: words(text)}
	e := p.ternary()
	if p.failed || len(p.words) > 0 {
		return nil
	}
	return e
}

// parser goes through words.
type parser struct {
	words  []word
	failed bool
	depth  int
}

// maxDepth bounds expressions in expressions.
const maxDepth = 64

func (p *parser) next() word {
	if len(p.words) == 0 {
		p.failed = true
		return word{}
	}
	w := p.words[0]
	p.words = p.words[1:]
	return w
}

// takes takes a sign, or the word in, if it is next.
func (p *parser) takes(sign string) bool {
	if len(p.words) == 0 || p.words[0].text != sign || p.words[0].kind != '+' && sign != "in" {
		return false
	}
	p.words = p.words[1:]
	return true
}

func (p *parser) wants(sign string) {
	if !p.takes(sign) {
		p.failed = true
	}
}

func (p *parser) ternary() *Expression {
	if p.depth++; p.depth > maxDepth {
		p.failed = true
	}
	defer func() { p.depth-- }()
	if p.failed {
		return nil
	}
	e := p.binary(0)
	if !p.takes("?") {
		return e
	}
	yes := p.ternary()
	p.wants(":")
	return &Expression{op: "?", parts: []*Expression{e, yes, p.ternary()}}
}

// levels are the signs between two expressions, by how loosely they bind.
var levels = [][]string{{"||"}, {"&&"}, {"==", "!=", "<=", ">=", "<", ">", "in"}, {"+", "-"}}

func (p *parser) binary(level int) *Expression {
	if level == len(levels) {
		return p.unary()
	}
	e := p.binary(level + 1)
	for {
		sign := ""
		for _, s := range levels[level] {
			if p.takes(s) {
				sign = s
				break
			}
		}
		if sign == "" || p.failed {
			return e
		}
		e = &Expression{op: sign, parts: []*Expression{e, p.binary(level + 1)}}
	}
}

func (p *parser) unary() *Expression {
	if p.takes("!") {
		if p.depth++; p.depth > maxDepth {
			p.failed = true
			return nil
		}
		defer func() { p.depth-- }()
		return &Expression{op: "!", parts: []*Expression{p.unary()}}
	}
	e := p.primary()
	for !p.failed {
		switch {
		case p.takes("."):
			name := p.next()
			if name.kind != 'n' {
				p.failed = true
			}
			if p.takes("(") {
				e = &Expression{op: "call", text: name.text, parts: append([]*Expression{e}, p.list(")")...)}
				continue
			}
			e = &Expression{op: "field", text: unescaped(name.text), parts: []*Expression{e}}
		case p.takes("["):
			e = &Expression{op: "index", parts: []*Expression{e, p.ternary()}}
			p.wants("]")
		default:
			return e
		}
	}
	return e
}

// unescaped is the field that a name stands for: words of the language are written
// between underscores.
func unescaped(name string) string {
	if len(name) > 4 && name[:2] == "__" && name[len(name)-2:] == "__" {
		return name[2 : len(name)-2]
	}
	return name
}

func (p *parser) primary() *Expression {
	switch w := p.next(); {
	case w.kind == 's':
		return &Expression{op: "text", text: w.text}
	case w.kind == '0':
		return &Expression{op: "number", text: w.text}
	case w.kind == 'n' && p.takes("("):
		return &Expression{op: "function", text: w.text, parts: p.list(")")}
	case w.kind == 'n':
		return &Expression{op: "name", text: w.text}
	case w.text == "(":
		e := p.ternary()
		p.wants(")")
		return e
	case w.text == "[":
		return &Expression{op: "list", parts: p.list("]")}
	case w.text == "{" && p.takes("}"):
		return &Expression{op: "list"} // an empty map is as empty as a list
	}
	p.failed = true
	return nil
}

// list are expressions with commas between, up to what ends them.
func (p *parser) list(end string) []*Expression {
	var all []*Expression
	for !p.takes(end) {
		if p.failed || len(all) > 0 && !p.takes(",") {
			p.failed = true
			return nil
		}
		all = append(all, p.ternary())
	}
	return all
}
