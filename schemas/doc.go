// Package schemas holds what a person writes, and what can be wrong with it:
// the Release, the strict decoder that reads it, and findings.
//
// The struct tags of the types here are the one description of the API. The
// decoder, the JSON Schema and `cutover explain` are all driven by them:
//
//	yaml:"key"       the key; none: the field has only its shorthand
//	doc:"…"          one sentence for explain and the schema
//	default:"…"      what stands for an absent scalar
//	enum:"a|b"       the legal words
//	rule:"…"         comma-separated:
//	  required       must be given
//	  short          a scalar, or a list, in the place of the mapping is this field
//	  key            the mapping's key (a list of such structs is written as a mapping)
//	  inline         the fields of the struct belong to the one that holds it
//	  nonzero        a time of 0 is refused
//	  oneof          exactly one of the fields marked so must be given
//	  options        the provider's own options
//	  header         a list of names of headers, which are the same in upper and lower case
//	  repeat         an element of the list may stand there twice
//	  <format>       a format, such as name or host: see formats
//
// The files, from the top:
//
//	jsonschema.go   the Go types → JSON Schema and OpenAPI
//	explain.go      the Go types → cutover explain
//	pages.go        a page for every id of a finding
//	edit.go         a changed stage or track written into the user's text
//	text.go         an edit of YAML text that leaves the rest as it is
//	parse.go        Parse: a document → Releases
//	document.go     Documents: bytes → documents, within limits
//	mapping.go      keys of a mapping: merged, unique, typed
//	walker.go       a walk over a document that ends in time
//	stream.go       where a document ends, to every reader
//	plain.go        what most documents are, read fast
//	check.go        what no field says alone
//	bounds.go       metrics that ask nothing, bounds that mean nothing
//	job_check.go    which jobs a release runs, and which it cannot
//	decode.go       a node → a struct, by its tags
//	twice.go        what stands twice in a list
//	decoder.go      what is wrong with a document, collected
//	suggest.go      did you mean
//	tags.go         the tags of fields
//	release.go      Release and everything below it
//	analysis.go     metrics, their bounds, windows
//	monitoring.go   rules, alerts, a dashboard
//	number.go       bounds: percent, times, numbers
//	job.go          jobs of a release
//	scalar.go       types with a spelling of their own: durations, counts, ports
//	node.go         look-ups in nodes
//	format.go       formats of scalars
//	cron.go         schedules
//	finding.go      Finding: what is wrong, where, what to write
//	kind.go         apiVersion and kinds
package schemas
