// Package git is the user's own git, as far as the life of a release needs it:
// what is committed, since when, and one commit of exactly some paths.
//
// The program does the work, so that hooks, signing, worktrees, submodules and
// sparse checkouts hold. Non-goals: it merges nothing and resolves nothing.
//
// From the top; files call downward:
//
//	fleet.go     many folders of few repositories, each asked once
//	push.go      to the remote, and what has come from there
//	commit.go    one commit of exactly some paths, whole or not at all
//	branch.go    the branch that is checked out
//	history.go   which commits changed some paths; what is not committed
//	object.go    files and folders at a revision
//	repo.go      a folder in a repository; runs git
//	reader.go    one git cat-file that hands out objects
//	export.go    all files of a revision, as a folder
package git
