#!/bin/sh
# part.sh K N PATCH: renders the K-th of N parts of the repository in the present folder,
# and writes what that changes to a file. Nothing is committed. No change is an empty file.
set -eu
cutover render -R --shard "$1/$2" .
git add --all
git diff --cached --binary > "$3"
