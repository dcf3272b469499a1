#!/usr/bin/env bash
# A label for everything takes over Services whose endpoints are written by hand.
#
# kustomize v5.8.2. `labels` with `includeSelectors: true` also gives a selector to
# a Service that has none. Such a Service stands before a database outside of the
# cluster, with an EndpointSlice of its own; with a selector the cluster starts to
# write endpoints for it, from pods that happen to have the label. It happens to
# Services of type ExternalName as well. (A NetworkPolicy for all pods stays one.)
#
# Seen:
#   Service/database selects team=shop
#   Service/partner selects team=shop
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
GOBIN=$dir go install sigs.k8s.io/kustomize/kustomize/v5@v5.8.2

cat > all.yaml <<'END'
apiVersion: v1
kind: Service
metadata: {name: database}
spec: {ports: [{port: 5432}]}
---
apiVersion: v1
kind: Service
metadata: {name: partner}
spec: {type: ExternalName, externalName: partner.example.com}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: everybody}
spec: {podSelector: {}}
END
cat > kustomization.yaml <<'END'
resources: [all.yaml]
labels: [{pairs: {team: shop}, includeSelectors: true}]
END
./kustomize build . > built
awk '/^kind:/ {kind = $2} /^  name:/ {name = $2} /^    team:/ && selector {print kind "/" name " selects team=" $2}
	{selector = /elector:$/}' built | tee got

diff - got <<'END'
Service/database selects team=shop
Service/partner selects team=shop
END
