# The KRM function as container images: one static binary and one user, nothing
# else. make images lays out bin/image and builds both. An image is a function of
# one job, since neither kustomize nor kpt passes arguments to a container:
#
#   default  cutover fn         makes the objects
#   check    cutover fn check   checks them (a validator)
#
# kustomize v5.8.2 and kpt v1.0.0-beta.56 start every function with --user nobody,
# by name, so an image needs an /etc/passwd that has the name.
FROM scratch AS files
ARG TARGETARCH=amd64
ARG VERSION=unknown
LABEL org.opencontainers.image.title="cutover" \
      org.opencontainers.image.description="KRM function: zero-downtime releases as plain manifests" \
      org.opencontainers.image.version="$VERSION"
COPY bin/image/$TARGETARCH/ /
USER 65534:65534

FROM files AS check
ENTRYPOINT ["/cutover", "fn", "check"]

FROM files
ENTRYPOINT ["/cutover", "fn"]
