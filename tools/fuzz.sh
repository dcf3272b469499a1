# Fuzz a target of a package for a while: fuzz.sh PACKAGE TARGET TIME.
# Where the time is over in the midst of an input, go test says at times that a deadline
# was exceeded, and names no input. Such a run is made once more; any other failure is one.
set -u
log=$(mktemp)
trap 'rm -f "$log"' EXIT
for _ in 1 2; do
	if ${GO:-go} test "./$1" -run '^$' -fuzz "^$2\$" -fuzztime "$3" -fuzzminimizetime 10x > "$log" 2>&1; then
		cat "$log"
		exit 0
	fi
	cat "$log"
	grep -q '^ *context deadline exceeded$' "$log" || exit 1
	if grep -q 'Failing input written\|panic:\|hung or terminated' "$log"; then exit 1; fi
done
exit 1
