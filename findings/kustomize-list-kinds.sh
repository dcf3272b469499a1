#!/usr/bin/env bash
# An object of your own is gone if its kind ends in List and it has items.
#
# kustomize v5.8.2. Whatever the apiVersion, such an object is taken for a list of
# objects: what is in `items` is built in its place, and its name, annotations and
# spec are dropped. Renamed to a kind that does not end in List, it is kept.
#
# Seen:
#   AllowList becomes: ConfigMap
#   AllowSet becomes: AllowSet
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
GOBIN=$dir go install sigs.k8s.io/kustomize/kustomize/v5@v5.8.2

echo 'resources: [object.yaml]' > kustomization.yaml
for kind in AllowList AllowSet; do
	cat > object.yaml <<-END
		apiVersion: example.com/v1
		kind: $kind
		metadata: {name: partners, annotations: {example.com/owner: shop}}
		spec: {default: deny}
		items:
		- apiVersion: v1
		  kind: ConfigMap
		  metadata: {name: first}
	END
	./kustomize build . > built
	echo "$kind becomes: $(sed -n 's/^kind: //p' built)"
done | tee got

diff - got <<'END'
AllowList becomes: ConfigMap
AllowSet becomes: AllowSet
END
