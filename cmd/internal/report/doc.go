// Package report holds what a command has found, and prints it.
//
// From the top; files call downward:
//
//	format.go                            the table of formats; prints a report and says how it ends the command
//	markdown.go text.go json.go sarif.go github.go   one format each
//	report.go                            Report: findings, what is not judged, the outcome
//	findings.go                          findings alone, and how they end a command
//	terminal.go                          whether somebody reads along
//
// A report that refutes prints, as text, findings to standard error and the rest to
// standard output:
//
//	rendered/live/…: Service shop/web: … [backend-empty]
//	not judged: ConfigMap shop/web: …
//	outcome: refuted
package report
