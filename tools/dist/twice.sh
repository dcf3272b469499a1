# Whether two builds of one commit are equal: make dist here, and in a clone that lies
# elsewhere and compiles everything anew. What tells of the run itself is left out.
set -eu
cd "$(dirname "$0")/../.."
test -z "$(git status --porcelain)" || { echo 'commit first: the clone has what is committed'; exit 1; }
there=$(mktemp -d)
trap 'GOCACHE="$there/cache" go clean -cache; rm -rf "$there"' EXIT
sums() {
	(cd "$1/bin/dist" && find . -type f ! -name artifacts.json ! -name metadata.json ! -name config.yaml -exec sha256sum {} + | sort -k 2)
}
make dist
git clone -q . "$there/elsewhere"
cp bin/goreleaser bin/cyclonedx-gomod "$there/"
mkdir "$there/elsewhere/bin" && mv "$there/goreleaser" "$there/cyclonedx-gomod" "$there/elsewhere/bin/"
GOCACHE="$there/cache" make -C "$there/elsewhere" dist
sums . > "$there/here.txt"
sums "$there/elsewhere" > "$there/there.txt"
diff "$there/here.txt" "$there/there.txt"
echo "equal, byte for byte: $(wc -l < "$there/here.txt") files"
