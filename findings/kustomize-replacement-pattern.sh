#!/usr/bin/env bash
# A replacement for the backend `web` also changes the weight of `web-canary`.
#
# kustomize v5.8.2. In a fieldPath of `replacements` the value in `[name=web]` is a
# regular expression that may match anywhere, so it takes every element whose name
# contains `web`. Only `[name=^web$]` takes the one. The name in `select` of the same
# replacement, also an expression, is matched whole. Here the canary's 10 percent
# become half of all requests.
#
# Seen:
#   [name=web]: web=75 web-canary=75
#   [name=^web$]: web=75 web-canary=10
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
GOBIN=$dir go install sigs.k8s.io/kustomize/kustomize/v5@v5.8.2

cat > all.yaml <<'END'
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web}
spec:
  rules:
  - backendRefs:
    - {name: web, port: 8080, weight: 90}
    - {name: web-canary, port: 8080, weight: 10}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: share}
data: {web: "75"}
END
for element in '[name=web]' '[name=^web$]'; do
	cat > kustomization.yaml <<-END
		resources: [all.yaml]
		replacements:
		- source: {kind: ConfigMap, name: share, fieldPath: data.web}
		  targets:
		  - select: {kind: HTTPRoute, name: web}
		    fieldPaths: ['spec.rules.*.backendRefs.$element.weight']
	END
	./kustomize build . > built
	echo "$element:" "$(awk '/- name: /{n = $3} /weight: /{printf "%s%s=%s", sep, n, $2; sep = " "}' built)"
done | tee got

diff - got <<'END'
[name=web]: web=75 web-canary=75
[name=^web$]: web=75 web-canary=10
END
