#!/bin/sh
# comment.sh [DIR]: says on the pull request what it does to the releases below DIR
# (default: the repository), in one comment that each push rewrites. Ends with 1 if
# a request would be dropped, or rendered/ is not up to date, and else with 0,
# whatever becomes of the comment: a pull request from a fork may not write one.
#
# It runs on GitHub Actions and in GitLab CI, and needs cutover, git, curl and jq.
#
#   CUTOVER_BASE   the revision to compare with: the branch that the change goes to
#   CUTOVER_TOKEN  may write comments
set -eu
mark='<!-- cutover -->'
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

code=0
cutover verify -R --since "${CUTOVER_BASE:?the revision to compare with}" -o markdown "${1:-.}" > "$work/report" || code=$?
[ "$code" -le 1 ] || exit "$code" # nothing was checked: there is nothing to say
if ! stale=$(cutover render -R --check "${1:-.}"); then # else what rendered/ says of a release may be anybody's words
	code=1
	printf '\nNot what `cutover render` writes:\n\n```\n%s\n```\n' "$stale" >> "$work/report"
fi
{ echo "$mark"; cat "$work/report"; } > "$work/body"
cat "$work/report"

# api METHOD URL FIELDS...: a request with a JSON body of fields, as jq's --rawfile and --arg take them.
api() {
	method=$1 url=$2
	shift 2
	jq -n "$@" '$ARGS.named' > "$work/fields"
	# the token by standard input: other processes see the arguments
	printf 'header = "%s %s"\n' "$header" "${CUTOVER_TOKEN:-}" |
		curl -sS --fail --retry 3 --max-time 60 -K - -H 'Content-Type: application/json' -X "$method" -d "@$work/fields" "$url"
}

# own LIST: the number of the comment that an earlier run wrote, or nothing.
own() {
	page=1
	while :; do
		printf 'header = "%s %s"\n' "$header" "${CUTOVER_TOKEN:-}" |
			curl -sS --fail --retry 3 --max-time 60 -K - "$1?per_page=100&page=$page" > "$work/list"
		jq -r --arg mark "$mark" '[.[] | select(.body | startswith($mark))][0].id // empty' "$work/list" > "$work/id"
		if [ -s "$work/id" ] || [ "$(jq length "$work/list")" -lt 100 ]; then
			cat "$work/id"
			return
		fi
		page=$((page + 1))
	done
}

publish() {
	if [ -n "${GITHUB_ACTIONS:-}" ]; then
		header='Authorization: Bearer'
		number=$(jq -r '.pull_request.number // empty' "$GITHUB_EVENT_PATH")
		[ -n "$number" ] || return 0 # not a pull request
		list="$GITHUB_API_URL/repos/$GITHUB_REPOSITORY/issues/$number/comments"
		one="$GITHUB_API_URL/repos/$GITHUB_REPOSITORY/issues/comments" change=PATCH
	else
		header='PRIVATE-TOKEN:'
		[ -n "${CI_MERGE_REQUEST_IID:-}" ] || return 0
		list="$CI_API_V4_URL/projects/$CI_PROJECT_ID/merge_requests/$CI_MERGE_REQUEST_IID/notes"
		one=$list change=PUT
	fi
	id=$(own "$list") || return 1
	if [ -n "$id" ]; then
		api "$change" "$one/$id" --rawfile body "$work/body" > /dev/null
	else
		api POST "$list" --rawfile body "$work/body" > /dev/null
	fi
}

[ -z "${GITHUB_STEP_SUMMARY:-}" ] || cat "$work/report" >> "$GITHUB_STEP_SUMMARY"
publish || echo 'comment.sh: the comment could not be written (see above); the verdict stands' >&2
exit "$code"
