package traffic

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
)

// nginxAliases are the other names of each host (annotation server-alias). A
// name that is a host itself, or another host's already, is none (controller.go,
// createServers, v1.15.1).
func nginxAliases(mains []nginxLocation) (map[string][]string, []Unread) {
	taken := map[string]bool{}
	for _, l := range mains {
		taken[l.host] = true
	}
	aliases := map[string][]string{}
	var unread []Unread
	for _, l := range mains {
		for alias := range strings.SplitSeq(l.annotation("server-alias"), ",") {
			alias = strings.TrimSpace(alias)
			switch {
			case l.host == "" || alias == "" || taken[alias]:
			case strings.HasPrefix(alias, "~"):
				unread = append(unread, Unread{Source: l.Object, Why: fmt.Sprintf("server-alias %s is an expression: what these hosts get is not judged", alias)})
				taken[alias] = true
			default:
				aliases[l.host], taken[alias] = append(aliases[l.host], alias), true
			}
		}
	}
	return aliases, unread
}

// nginxHarmless are the directives that leave to others who answers a request;
// those that end in _ are all that begin so. What is in an if is looked at too.
var nginxHarmless = []string{
	"more_set_headers", "more_set_input_headers", "more_clear_headers", "more_clear_input_headers", "add_header", "expires", "etag", "charset",
	"proxy_set_header", "proxy_hide_header", "proxy_pass_header", "proxy_ssl_", "proxy_buffer", "proxy_buffers", "proxy_buffering", "proxy_buffer_size",
	"proxy_connect_timeout", "proxy_read_timeout", "proxy_send_timeout", "proxy_request_buffering", "proxy_cookie_", "proxy_http_version",
	"grpc_set_header", "grpc_read_timeout", "grpc_send_timeout", "grpc_connect_timeout",
	"client_max_body_size", "client_body_", "client_header_", "large_client_header_buffers", "send_timeout", "keepalive_",
	"gzip", "gzip_", "brotli", "brotli_", "sub_filter", "sub_filter_", "set", "if", "access_log", "error_log", "log_", "underscores_in_headers",
}

// nginxSnippets are the parts of nginx's own configuration that an Ingress
// carries and that may answer requests, or send them elsewhere.
func nginxSnippets(o kube.Object) []Unread {
	var unread []Unread
	for _, key := range []string{"configuration-snippet", "server-snippet", "auth-snippet", "stream-snippet"} {
		text := o.Text("metadata", "annotations", nginxPrefix+key)
		if word := nginxOdd(text); word != "" {
			unread = append(unread, Unread{Source: o, Why: fmt.Sprintf("%s has %s: what it does with requests is not judged", key, word)})
		}
	}
	return unread
}

// nginxText is what no directive stands in: quoted text, and comments.
var nginxText = regexp.MustCompile(`"[^"]*"|'[^']*'|#[^\n]*`)

// nginxOdd is the first directive of a snippet that is not known as harmless.
func nginxOdd(snippet string) string {
	bare := nginxText.ReplaceAllString(snippet, "")
	ends := func(c rune) bool { return c == ';' || c == '{' || c == '}' }
	for _, directive := range strings.FieldsFunc(bare, ends) {
		words := strings.Fields(directive)
		if len(words) == 0 {
			continue
		}
		harmless := slices.ContainsFunc(nginxHarmless, func(h string) bool {
			return words[0] == h || strings.HasSuffix(h, "_") && strings.HasPrefix(words[0], h)
		})
		if !harmless {
			return words[0]
		}
	}
	return ""
}
