#!/usr/bin/env bash
# A schema for a kind of your own makes a patch of a Deployment drop its sidecar.
#
# kustomize v5.8.2. `openapi: {path: …}` tells kustomize how the lists of a custom
# resource are merged. The file is not added to the built-in schema, it replaces it:
# from then on kustomize does not know that containers are merged by name, and a
# patch that names one container replaces the list. The exit code is 0.
#
# Seen:
#   without the schema: app:2 proxy:1
#   with the schema: app:2
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
GOBIN=$dir go install sigs.k8s.io/kustomize/kustomize/v5@v5.8.2

cat > deployment.yaml <<'END'
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec: {template: {spec: {containers: [{name: app, image: "app:1"}, {name: proxy, image: "proxy:1"}]}}}
END
cat > patch.yaml <<'END'
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec: {template: {spec: {containers: [{name: app, image: "app:2"}]}}}
END
cat > schema.json <<'END'
{"definitions": {"com.example.v1.Route": {
  "x-kubernetes-group-version-kind": [{"group": "example.com", "version": "v1", "kind": "Route"}],
  "type": "object",
  "properties": {"rules": {"type": "array", "items": {"type": "object"},
    "x-kubernetes-patch-merge-key": "name", "x-kubernetes-patch-strategy": "merge"}}}}}
END
images() {
	./kustomize build . > built
	echo "$1:" "$(awk '/image: /{printf "%s%s", sep, $NF; sep = " "}' built)"
}
{
	printf 'resources: [deployment.yaml]\npatches: [{path: patch.yaml}]\n' > kustomization.yaml
	images 'without the schema'
	echo 'openapi: {path: schema.json}' >> kustomization.yaml
	images 'with the schema'
} | tee got

diff - got <<'END'
without the schema: app:2 proxy:1
with the schema: app:2
END
