#!/usr/bin/env bash
# With one flag of two a KRM function is not run, and the build succeeds.
#
# kustomize v5.8.2. An exec function needs --enable-alpha-plugins and --enable-exec.
# With neither, or the second alone, the build fails and says so. With the first
# alone the function is passed over in silence, nothing on stderr, exit code 0: a
# generator of routes leaves a tree without routes. `kubectl kustomize` has only
# the first flag.
#
# Seen:
#   --enable-exec: exit 1, 0 objects
#   --enable-alpha-plugins: exit 0, 1 objects, 0 bytes of warning
#   --enable-alpha-plugins --enable-exec: exit 0, 2 objects, 0 bytes of warning
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
GOBIN=$dir go install sigs.k8s.io/kustomize/kustomize/v5@v5.8.2

cat > kustomization.yaml <<'END'
resources: [service.yaml]
generators: [routes.yaml]
END
cat > service.yaml <<'END'
apiVersion: v1
kind: Service
metadata: {name: web}
END
cat > routes.yaml <<'END'
apiVersion: example.com/v1
kind: Routes
metadata:
  name: web
  annotations: {config.kubernetes.io/function: "exec: {path: ./routes}"}
END
cat > routes <<'END'
#!/bin/sh
cat > /dev/null
echo '{apiVersion: config.kubernetes.io/v1, kind: ResourceList, items: [{apiVersion: gateway.networking.k8s.io/v1, kind: HTTPRoute, metadata: {name: web}}]}'
END
chmod +x routes
for flags in --enable-exec --enable-alpha-plugins '--enable-alpha-plugins --enable-exec'; do
	code=0
	# shellcheck disable=SC2086 # each word is a flag
	./kustomize build $flags . > built 2> warning || code=$?
	echo "$flags: exit $code, $(grep -c ^kind: built) objects$([ $code != 0 ] || echo ", $(wc -c < warning) bytes of warning")"
done | tee got

diff - got <<'END'
--enable-exec: exit 1, 0 objects
--enable-alpha-plugins: exit 0, 1 objects, 0 bytes of warning
--enable-alpha-plugins --enable-exec: exit 0, 2 objects, 0 bytes of warning
END
