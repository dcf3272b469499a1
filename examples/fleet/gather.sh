#!/bin/sh
# gather.sh PATCH…: makes one commit of what the parts have changed, and none where they
# have changed nothing. No two parts change one file: a folder is in one part alone.
set -eu
for patch in "$@"; do
	[ ! -s "$patch" ] || git apply --index "$patch"
done
git diff --cached --quiet || git commit --quiet --message 'render'
