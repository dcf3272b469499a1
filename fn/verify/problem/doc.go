// Package problem is what a rule says against a state or an edge, and how that becomes
// a finding.
package problem
