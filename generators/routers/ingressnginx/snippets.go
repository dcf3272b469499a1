package ingressnginx

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
)

// harmlessDirectives are the directives that leave to others who answers a request;
// those that end in _ are all that begin so. What is in an if is looked at too.
var harmlessDirectives = []string{
	"more_set_headers", "more_set_input_headers", "more_clear_headers", "more_clear_input_headers", "add_header", "expires", "etag", "charset",
	"proxy_set_header", "proxy_hide_header", "proxy_pass_header", "proxy_ssl_", "proxy_buffer", "proxy_buffers", "proxy_buffering",
	"proxy_buffer_size",
	"proxy_connect_timeout", "proxy_read_timeout", "proxy_send_timeout", "proxy_request_buffering", "proxy_cookie_", "proxy_http_version",
	"grpc_set_header", "grpc_read_timeout", "grpc_send_timeout", "grpc_connect_timeout",
	"client_max_body_size", "client_body_", "client_header_", "large_client_header_buffers", "send_timeout", "keepalive_",
	"gzip", "gzip_", "brotli", "brotli_", "sub_filter", "sub_filter_", "set", "if", "access_log", "error_log", "log_",
	"underscores_in_headers",
}

// snippets are the parts of nginx's own configuration that an Ingress
// carries and that may answer requests, or send them elsewhere.
func snippets(o kube.Object) []route.Unread {
	var unread []route.Unread
	for _, key := range []string{"configuration-snippet", "server-snippet", "auth-snippet", "stream-snippet"} {
		text := o.Text("metadata", "annotations", prefix+key)
		if word := unknownDirective(text); word != "" {
			unread = append(unread, route.Unread{Source: o, Why: fmt.Sprintf("%s has %s: what it does with requests is not judged", key, word)})
		}
	}
	return unread
}

// quotedOrComment is what no directive stands in: quoted text, and comments.
var quotedOrComment = regexp.MustCompile(`"[^"]*"|'[^']*'|#[^\n]*`)

// unknownDirective is the first directive of a snippet that is not known as harmless.
func unknownDirective(snippet string) string {
	bare := quotedOrComment.ReplaceAllString(snippet, "")
	ends := func(c rune) bool { return c == ';' || c == '{' || c == '}' }
	for _, directive := range strings.FieldsFunc(bare, ends) {
		words := strings.Fields(directive)
		if len(words) == 0 {
			continue
		}
		harmless := slices.ContainsFunc(harmlessDirectives, func(h string) bool {
			return words[0] == h || strings.HasSuffix(h, "_") && strings.HasPrefix(words[0], h)
		})
		if !harmless {
			return words[0]
		}
	}
	return ""
}
