package routes

import "strings"

// speeches are the words for what a router speaks to pods, by what that is: of
// ingress-nginx (v1.15.1, backend-protocol), of Kubernetes (KEP-3726), and of
// Gateway API's implementations (GEP-1911, v1.6.3: Envoy Gateway, kgateway, Contour,
// Traefik, GKE, NGINX Gateway Fabric). A WebSocket begins as a request of HTTP/1.1,
// but not every router that takes the one takes the other.
var speeches = map[string]string{
	"": "http", "http": "http", "http1": "http", "http/1.1": "http", "kubernetes.io/http": "http",
	"kubernetes.io/ws": "ws", "ws": "ws",
	"kubernetes.io/h2c": "h2c", "h2c": "h2c", "http2": "h2c", "http/2": "h2c", "grpc": "h2c", "grpc-web": "h2c", "kubernetes.io/grpc": "h2c",
	"grpcs": "h2", "h2": "h2", "auto_http": "auto",
	"https": "tls", "tls": "tls", "ssl": "tls", "kubernetes.io/https": "tls", "kubernetes.io/wss": "wss", "wss": "wss",
	"tls as it comes from clients": "passed", "fcgi": "fcgi", "tcp": "tcp", "kubernetes.io/tcp": "tcp",
}

// near are pairs of which pods may understand both.
var nearSpeech = [][2]string{
	{"http", "ws"},
	{"tls", "wss"},
	{"tls", "passed"},
	{"wss", "passed"},
	{"h2", "passed"},
	{"tls", "h2"},
	{"http", "auto"},
	{"tls", "auto"},
}

// sameSpeech reports whether two words are for the same thing that a router speaks,
// and if they are not, whether it is known that pods do not understand both.
func sameSpeech(a, b string) (same, known bool) {
	a, b = strings.ToLower(a), strings.ToLower(b)
	x, okX := speeches[a]
	y, okY := speeches[b]
	if a == b || okX && okY && x == y {
		return true, true
	}
	for _, n := range nearSpeech {
		if n == [2]string{x, y} || n == [2]string{y, x} {
			return false, false
		}
	}
	return false, okX && okY
}
