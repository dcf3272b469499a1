// Package dns moves requests by DNS: external-dns (v0.23.0) makes records of a DNSEndpoint,
// on Route 53 with weights, elsewhere one record that moves from track to track.
//
// Of 9 percent for the candidate:
//
//	endpoints:
//	- {dnsName: shop.example.com, recordType: CNAME, recordTTL: 60, setIdentifier: shop-blue,
//	   targets: [blue.shop.example.com], providerSpecific: [{name: aws/weight, value: "91"}]}
//	- {dnsName: shop.example.com, recordType: CNAME, recordTTL: 60, setIdentifier: shop-green,
//	   targets: [green.shop.example.com], providerSpecific: [{name: aws/weight, value: "9"}]}
//
// blue.shop.example.com is the name of a Service of type LoadBalancer, which every stage
// has. Its address is known once the cloud has made it, so that the records name it, and
// never change but for their weights.
//
// All records stand in one object, for a commit may be half applied: of two objects with
// plain records there is a moment at which there is none at all. Weights may stand on the
// Services of the two tracks (records: annotations): what is half applied then lies between
// both ends, see shared in render.go.
//
// A client learns of a change when external-dns has looked (--interval) and its resolvers
// have forgotten. Stages are held for that and one TTL more, and pods that had requests
// stay as long.
//
// From the top; files refer downward:
//
//	provider.go          the Provider
//	check.go             what records do not say
//	render.go            records, and a load balancer for each track
//	read.go              names as rules
//	targets.go           the Services that records lead to
//	annotated.go         records that annotations of Services, Ingresses and routes ask for
//	endpoints.go         records of DNSEndpoints
//	record.go            a record; the records of a name, and their weights
//	names.go             names that objects ask for; types of records
//	facts.go        metrics, traps, what is not expressed
//	options.go types.go  options of an entry; specs
package dns
