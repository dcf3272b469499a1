# The KRM function as a container: static, from nothing, not root. Built with
# make image. It has not been run in a container engine by the project's CI, which
# has none; the binary in it is the one the tests run.
FROM golang:1.26.8 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY cmd cmd
COPY fn fn
COPY generators generators
COPY schemas schemas
ARG TARGETOS TARGETARCH VERSION
RUN CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH go build -trimpath -buildvcs=false \
    -ldflags "-s -w -buildid= -X main.version=$VERSION" -o /cutover ./cmd/cutover

FROM scratch
ARG VERSION
LABEL org.opencontainers.image.title="cutover" \
      org.opencontainers.image.description="KRM function: zero-downtime releases as plain manifests" \
      org.opencontainers.image.version="$VERSION"
COPY --from=build /cutover /cutover
USER 65534:65534
ENTRYPOINT ["/cutover", "fn"]
