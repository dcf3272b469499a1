# cutover. make help lists what there is.

GO       ?= go
CORPUS   ?= $(wildcard ../shared/corpus)
FUZZTIME ?= 20s
VERSION  ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
ARCH     ?= $(shell $(GO) env GOARCH)
TAG      ?= $(shell git describe --tags --exact-match 2>/dev/null)
IMAGE    ?= localhost/cutover:dev
DEMO     := examples/hybrid-gateway-api
TOOL     := $(GO) tool -modfile=tools/go.mod

.DEFAULT_GOAL := help

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z][a-z-]*:.*## / { printf "%-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: build
build: ## build bin/cutover
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags '-s -w -X main.version=$(VERSION)' -o bin/cutover ./cmd/cutover

.PHONY: images
images: bin/image ## build the container images of the KRM function in the local engine
	CGO_ENABLED=0 GOOS=linux GOARCH=$(ARCH) $(GO) build -trimpath -buildvcs=false -ldflags '-s -w -X main.version=$(VERSION)' -o bin/linux/cutover ./cmd/cutover
	bin/image -version $(VERSION) archive $(IMAGE) $(ARCH)=bin/linux/cutover | docker load

# One thing at a time: the krew manifest names the archives in the order they are done.
.PHONY: dist
dist: bin/goreleaser bin/cyclonedx-gomod bin/image ## build what a release holds in bin/dist, for six platforms; of one commit it is always the same
	bin/goreleaser release --clean --timeout 3h --skip=sign,publish,announce --parallelism 1 $(if $(TAG),,--snapshot)
	$(IMAGES)

# What the release workflow runs at a tag.
.PHONY: release release-images
release: bin/goreleaser bin/cyclonedx-gomod
	bin/goreleaser release --clean --timeout 3h --parallelism 1

release-images: bin/image bin/crane
	$(IMAGES)
	echo "$$GITHUB_TOKEN" | bin/crane auth login "$${REGISTRY%%/*}" --username "$$GITHUB_ACTOR" --password-stdin
	for image in cutover cutover-check; do \
		cosign sign --yes "$$(bin/crane push bin/dist/images/$$image "$$REGISTRY/$$image:$(TAG)")" || exit 1; \
	done

# The images, of the programs that the archives hold.
IMAGES = bin/image -version $(VERSION) layout bin/dist/images \
	amd64=bin/dist/cutover_linux_amd64_v1/cutover arm64=bin/dist/cutover_linux_arm64_v8.0/cutover

.PHONY: dist-twice
dist-twice: ## make dist here and in a clone elsewhere, without what was compiled before, and compare each byte
	sh tools/dist/twice.sh

.PHONY: cross
cross: ## compile the programs for the six platforms of a release
	@for p in linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64 windows/arm64; do \
		CGO_ENABLED=0 GOOS=$${p%/*} GOARCH=$${p#*/} $(GO) build -trimpath ./cmd/cutover ./cmd/cutover-metrics || exit 1; \
	done

.PHONY: bin/image
bin/image:
	$(GO) -C tools/dist build -o $(CURDIR)/$@ ./image

bin/goreleaser: tools/dist/go.mod
	$(GO) -C tools/dist build -o $(CURDIR)/$@ github.com/goreleaser/goreleaser/v2

bin/crane: tools/dist/go.mod
	$(GO) -C tools/dist build -o $(CURDIR)/$@ github.com/google/go-containerregistry/cmd/crane

bin/cyclonedx-gomod: tools/dist/go.mod
	$(GO) -C tools/dist build -o $(CURDIR)/$@ github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod

.PHONY: demo
demo: build bin/kustomize ## render an example, show its plan, build and check every stage
	bin/cutover render $(DEMO)
	bin/cutover plan $(DEMO)
	@for stage in $(DEMO)/rendered/*/stages/* $(DEMO)/rendered/live; do \
		bin/kustomize build $$stage > /dev/null || exit 1; echo "kustomize build $$stage: ok"; \
	done
	bin/cutover verify $(DEMO)

.PHONY: test-fast
test-fast: ## run the tests below cmd, without long searches: some 20 seconds
	$(GO) test -short -timeout 5m . ./schemas/... ./generators/... ./fn/...

.PHONY: test
test: ## run the tests without long searches
	$(GO) test -short -timeout 15m ./...

.PHONY: test-all
test-all: ## run the tests with long searches: kills, and samples of mutants, deletions, walks (all: make search)
	$(GO) test -timeout 60m ./...

.PHONY: search
search: ## run the long searches of the verifier without their bounds: some half an hour
	CUTOVER_SEARCH=all $(GO) test -timeout 180m ./fn/verify -count=1

.PHONY: check
check: lint cross test-all live-test live-quick corpus fuzz ## what CI runs, but for the container images

.PHONY: lint
lint: ## vet and lint
	$(GO) vet ./...
	$(TOOL) golangci-lint run ./...
	$(GO) -C e2e/live vet ./...
	$(GO) -C e2e/live tool -modfile=$(CURDIR)/tools/go.mod golangci-lint run ./...

.PHONY: live-build
live-build: bin/live ## build the real programs that make live needs, once: half an hour
	bin/live build

.PHONY: bin/cutover-metrics
bin/cutover-metrics:
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags '-s -w -X main.version=$(VERSION)' -o $@ ./cmd/cutover-metrics

.PHONY: live
live: build bin/cutover-metrics bin/live ## drive releases through a real cluster under load; writes docs/zero-downtime.md
	. .ci/engine && $(MAKE) images && bin/live run -goldens -image $(IMAGE) -beside -edges 320 -worlds 30 \
		-rate 200 -dwell 2s -parallel 7 -page docs/zero-downtime.md

.PHONY: live-quick
live-quick: build bin/live ## the same for some minutes, where live-build has been run
	bin/live run -quick -goldens -limit 10m -optional

.PHONY: live-kind
live-kind: build bin/live ## do what docs/kind.md says, on the same cluster: a quarter of an hour
	bin/live run -kind

.PHONY: live-test
live-test: ## test the parts of make live that need no cluster
	$(GO) -C e2e/live test ./...

.PHONY: bin/live
bin/live:
	$(GO) -C e2e/live build -o $(CURDIR)/bin/live .

.PHONY: corpus
corpus: bin/kube-score ## render, build, check and score real applications: make corpus CORPUS=dir
ifneq ($(CORPUS),)
	CORPUS=$(abspath $(CORPUS)) $(GO) test -timeout 60m ./cmd/cutover ./e2e -run '^Test(Corpus.*|FourWaysIn.*)$$' -count=1
else
	@echo 'no corpus, nothing checked: make corpus CORPUS=dir'
endif

.PHONY: image-test
image-test: images ## run the examples through the container images, with kustomize and kpt (needs docker)
	CUTOVER_IMAGE=$(IMAGE) $(GO) test ./e2e -run '^TestImage$$' -count=1

.PHONY: history
history: build ## verify the commits of real repositories, one by one: make history HISTORY=dir
ifneq ($(HISTORY),)
	$(GO) run ./e2e/history $(HISTORYFLAGS) $(HISTORY)
else
	@echo 'no clones, nothing checked: make history HISTORY=dir'
endif

.PHONY: fuzz
fuzz: ## run every fuzz target that looks for panics and hangs for FUZZTIME
	$(call fuzzed,schemas:FuzzDocuments schemas:FuzzParse fn:FuzzRun generators:FuzzGenerate fn/verify:FuzzCheck generators/structure:FuzzFaults)

.PHONY: fuzz-differ
fuzz-differ: ## run the fuzz targets that compare with other readers for FUZZTIME; what they find is new, so CI runs their seeds only
	$(call fuzzed,schemas:FuzzPlainly generators/kube:FuzzNumber cmd/internal/build:FuzzReadersAgree generators/automaton:FuzzTexts)

define fuzzed
@for t in $(1); do \
	GO='$(GO)' sh tools/fuzz.sh $${t%%:*} $${t##*:} $(FUZZTIME) || exit 1; \
done
endef

.PHONY: schemas
schemas: ## write what is derived: JSON Schema, upstream structures, the README's table
	$(GO) run ./cmd/internal/schemagen

.PHONY: golden
golden: ## rewrite the wanted sections of test cases and the rendered examples
	$(GO) test $(sort $(dir $(addprefix ./,$(shell grep -rl "e2e/golden" --include=*_test.go generators fn)))) -short -update
	for d in examples/*/rendered examples/*/*/rendered; do $(GO) run ./cmd/cutover render $$(dirname $$d) || exit 1; done

.PHONY: bench
bench: build bin/kustomize bin/helm ## time cutover beside its peers; writes docs/benchmarks.md
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags '-s -w' -o bin/identity ./e2e/bench/identity
	$(GO) build -o bin/bench ./e2e/bench
	bin/bench -page docs/benchmarks.md

.PHONY: bench-go
bench-go: ## time the parts of cutover in one process
	$(GO) test ./generators/... ./fn/... -run '^$$' -bench . -benchmem

bin/helm: tools/bench/go.mod
	CGO_ENABLED=0 $(GO) -C tools/bench build -trimpath -ldflags '-s -w' -o $(CURDIR)/$@ helm.sh/helm/v4/cmd/helm

bin/kustomize: tools/go.mod
	$(GO) build -modfile=tools/go.mod -o $@ sigs.k8s.io/kustomize/kustomize/v5

bin/kube-score: tools/go.mod
	$(GO) build -modfile=tools/go.mod -o $@ github.com/zegl/kube-score/cmd/kube-score
