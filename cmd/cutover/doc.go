// Command cutover plans zero-downtime releases, renders every stage of them as
// plain manifests, and checks that no commit on the way drops a request.
//
// Each verb is one file: its flags, its help, how it ends. What it does stands in
// a package below: reading in load and folder, generating in generators, the life of
// a release in release, checking in check, printing in report.
//
// From the top; files call downward:
//
//	main.go                                            the program: verbs, exit codes
//	complete.go                                        what the shell completes
//	papers.go papers_none.go                           pages that packagers want, in builds of theirs alone
//	init.go render.go status.go plan.go diff.go        verbs that write or show
//	plan_places.go                                     … what stands in which namespace or cluster, and twice
//	report.go                                          … that draws
//	foresight.go                                       what the stages of a plan can find
//	verify.go                                          the verb that checks
//	advance.go                                         the verb that lets evidence decide
//	start.go promote.go abort.go rollback.go moves.go  verbs that move a release, and their flags
//	resolve.go                                         what a merge left in conflict
//	deliver.go                                         agents that apply a folder: written, looked at
//	explain.go providers.go version.go fn.go           verbs without a folder
//	input.go                                           what a verb works on: --input, --class, -R
//	watch.go                                           what is drawn again and again
//	shard.go                                           a part of the folders of -R
//	parallel.go                                        many folders at a time
//	garbage.go                                         when the garbage collector runs
//
// A new verb is a file with a function that returns its cobra.Command, a line in
// newRoot, and a script in testdata/script.
package main
