#!/usr/bin/env bash
# kustomize drops a document that follows `...`, without a word.
#
# kustomize v5.8.2. In YAML `...` ends a document, and the next one may begin on
# the next line without `---`. kustomize splits a file at `---`, reads the first
# document of each part and forgets the rest of the part: here the Service, while
# the HTTPRoute behind the next `---` is built. With a pruning agent behind it,
# the two lines delete a Service that serves. The exit code is 0.
#
# Seen:
#   kind: Deployment
#   kind: HTTPRoute
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
GOBIN=$dir go install sigs.k8s.io/kustomize/kustomize/v5@v5.8.2

cat > all.yaml <<'END'
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
...
apiVersion: v1
kind: Service
metadata: {name: web}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web}
END
echo 'resources: [all.yaml]' > kustomization.yaml
./kustomize build . > built
grep ^kind: built | tee got

diff - got <<'END'
kind: Deployment
kind: HTTPRoute
END
