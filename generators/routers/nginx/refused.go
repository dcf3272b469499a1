package nginx

import (
	"fmt"
	"regexp"
	"strings"
)

// This file says why the controller refuses an object as a whole, although the API server
// takes it (v5.5.4, pkg/apis/configuration/validation). What was served of it before ends.

// label is a name of an upstream or a Service (IsDNS1035Label).
var label = regexp.MustCompile(`^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$`)

// checkUpstreams: names that are names, each once, and ports.
func checkUpstreams(all []upstream) error {
	seen := map[string]bool{}
	for i, u := range all {
		_, service := serviceOf(u.Service)
		switch {
		case !label.MatchString(u.Name):
			return fmt.Errorf("upstreams[%d] has name %q, which is none of DNS", i, u.Name)
		case seen[u.Name]:
			return fmt.Errorf("upstreams[%d] has name %s, as one before it", i, u.Name)
		case !label.MatchString(service):
			return fmt.Errorf("upstreams[%d] has service %q, which is no name of a Service", i, u.Service)
		case u.Port < 1 || u.Port > 65535:
			return fmt.Errorf("upstreams[%d] has port %d", i, u.Port)
		}
		seen[u.Name] = true
	}
	return nil
}

// normal is a path without the space behind its sign.
func normal(path string) string {
	for _, sign := range []string{"~*", "~", "^~", "="} {
		if rest, ok := strings.CutPrefix(path, sign); ok {
			return sign + strings.TrimLeft(rest, " \t")
		}
	}
	return path
}

// checkRoutes: paths that are there once, and one thing that is done at each.
func checkRoutes(spec server, routes []location, below bool) error {
	upstreams := map[string]bool{}
	for _, u := range spec.Upstreams {
		upstreams[u.Name] = true
	}
	if spec.Host == "" {
		return fmt.Errorf("has no host")
	}
	seen := map[string]bool{}
	for i, at := range routes {
		where := fmt.Sprintf("routes[%d]", i)
		if below {
			where = "sub" + where
		}
		path := normal(at.Path)
		switch {
		case path == "" || !strings.ContainsRune("/~=^", rune(path[0])):
			return fmt.Errorf("%s has path %q, which begins with none of /, =, ~ and ^~", where, at.Path)
		case seen[path]:
			return fmt.Errorf("%s has path %s, as one before it", where, at.Path)
		}
		seen[path] = true
		if err := checkRoute(at, upstreams, below); err != nil {
			return fmt.Errorf("%s %w", where, err)
		}
	}
	return nil
}

// checkRoute: one of action, splits and a VirtualServerRoute, and matches that can be said.
func checkRoute(at location, upstreams map[string]bool, below bool) error {
	count := 0
	for _, there := range []bool{at.Action != nil, len(at.Splits) > 0, at.Route != "", at.Selector != nil} {
		if there {
			count++
		}
	}
	if count != 1 || below && (at.Route != "" || at.Selector != nil) {
		return fmt.Errorf("has not one of action, splits and a VirtualServerRoute")
	}
	if err := checkDone(at.Action, at.Splits, upstreams); err != nil {
		return err
	}
	for i, m := range at.Matches {
		if (m.Action == nil) == (len(m.Splits) == 0) {
			return fmt.Errorf("has matches[%d] with not one of action and splits", i)
		}
		err := checkConditions(m.Conditions)
		if err == nil {
			err = checkDone(m.Action, m.Splits, upstreams)
		}
		if err != nil {
			return fmt.Errorf("has matches[%d], which %w", i, err)
		}
	}
	return nil
}

// checkDone: an action, or two and more splits whose weights add up to 100.
func checkDone(a *action, splits []share, upstreams map[string]bool) error {
	if a != nil {
		return checkAction(a, upstreams)
	}
	if len(splits) == 0 {
		return nil
	}
	sum := 0
	for _, s := range splits {
		if err := checkAction(s.Action, upstreams); err != nil {
			return err
		}
		if s.Weight < 0 || s.Weight > 100 {
			return fmt.Errorf("has weight %d, which is not 0 to 100", s.Weight)
		}
		sum += s.Weight
	}
	switch {
	case len(splits) < 2:
		return fmt.Errorf("has one split, where there must be two")
	case sum != 100:
		return fmt.Errorf("has weights that add up to %d, where it must be 100", sum)
	}
	return nil
}

// checkAction: one thing, to an upstream that is there.
func checkAction(a *action, upstreams map[string]bool) error {
	if a == nil {
		return fmt.Errorf("has splits without an action")
	}
	count := 0
	for _, there := range []bool{a.Pass != "", a.Proxy != nil, !a.Redirect.IsZero(), !a.Return.IsZero()} {
		if there {
			count++
		}
	}
	if count != 1 {
		return fmt.Errorf("has an action with not one of pass, proxy, redirect and return")
	}
	if name := a.destination(); (a.Pass != "" || a.Proxy != nil) && !upstreams[name] {
		return fmt.Errorf("leads to upstream %q, which is not there", name)
	}
	return nil
}

// variables are those that conditions may name.
var variables = []string{
	"$args", "$http2", "$https", "$remote_addr", "$remote_port", "$query_string", "$request", "$request_body",
	"$request_uri", "$request_method", "$scheme",
}

// checkConditions: one name in each, as nginx has them.
func checkConditions(all []condition) error {
	if len(all) == 0 {
		return fmt.Errorf("has no conditions")
	}
	for _, c := range all {
		count := 0
		for _, name := range []string{c.Header, c.Cookie, c.Argument, c.Variable} {
			if name != "" {
				count++
			}
		}
		switch {
		case count != 1:
			return fmt.Errorf("has a condition on not one of header, cookie, argument and variable")
		case c.Header != "" && !headerName.MatchString(c.Header):
			return fmt.Errorf("has header %s, which is not of letters, digits and -", c.Header)
		case c.Cookie+c.Argument != "" && !wordName.MatchString(c.Cookie+c.Argument):
			return fmt.Errorf("has cookie or argument %s, which is not of letters, digits and _", c.Cookie+c.Argument)
		case c.Variable != "" && !isVariable(c.Variable):
			return fmt.Errorf("has variable %s, which the controller does not take", c.Variable)
		}
	}
	return nil
}

func isVariable(name string) bool {
	for _, v := range variables {
		if v == name {
			return true
		}
	}
	return false
}
