// Package record plays a DNS server, and those who ask it. A real external-dns writes its
// records, by the webhook that external-dns has for servers that it does not know.
//
// From the top: client.go, zone.go.
//
// It answers as Route 53 does: of records with a set identifier one is drawn by weight, for
// each who asks; where all weights are 0, each as often as the others.
package record
