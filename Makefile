# cutover. make help lists what there is.

GO       ?= go
CORPUS   ?= $(wildcard ../shared/corpus)
FUZZTIME ?= 20s
VERSION  ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
DEMO     := examples/hybrid-gateway-api
TOOL     := $(GO) tool -modfile=tools/go.mod

.DEFAULT_GOAL := help

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z][a-z-]*:.*## / { printf "%-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: build
build: ## build bin/cutover
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags '-s -w -X main.version=$(VERSION)' -o bin/cutover ./cmd/cutover

.PHONY: image
image: ## build the container image for two architectures (needs docker buildx)
	SOURCE_DATE_EPOCH=0 docker buildx build --platform linux/amd64,linux/arm64 --provenance=false \
		--build-arg VERSION=$(VERSION) --output type=oci,rewrite-timestamp=true,dest=bin/cutover.tar -t cutover:$(VERSION) .

.PHONY: demo
demo: build bin/kustomize ## render an example, show its plan, build and check every stage
	bin/cutover render $(DEMO)
	bin/cutover plan $(DEMO)
	@for stage in $(DEMO)/rendered/*/stages/* $(DEMO)/rendered/live; do \
		bin/kustomize build $$stage > /dev/null || exit 1; echo "kustomize build $$stage: ok"; \
	done
	bin/cutover verify $(DEMO)

.PHONY: test
test: ## run the tests
	$(GO) test ./...

.PHONY: check
check: lint test corpus fuzz ## what CI runs

.PHONY: lint
lint: ## vet and lint
	$(GO) vet ./...
	$(TOOL) golangci-lint run ./...

.PHONY: corpus
corpus: bin/kube-score ## render, build, check and score real applications: make corpus CORPUS=dir
ifneq ($(CORPUS),)
	CORPUS=$(abspath $(CORPUS)) $(GO) test ./cmd/cutover ./e2e -run '^Test(Corpus.*|FourWaysIn.*)$$' -count=1
else
	@echo 'no corpus, nothing checked: make corpus CORPUS=dir'
endif

.PHONY: fuzz
fuzz: ## run every fuzz target for FUZZTIME
	@for t in schemas:FuzzDocuments schemas:FuzzParse fn:FuzzRun generators:FuzzGenerate fn/verify:FuzzCheck; do \
		$(GO) test ./$${t%%:*} -run '^$$' -fuzz "^$${t##*:}\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 10x || exit 1; \
	done

.PHONY: schemas
schemas: ## write what is derived: JSON Schema, upstream structures, the README's table
	$(GO) run ./cmd/internal/schemagen

.PHONY: golden
golden: ## rewrite the wanted sections of test cases and the rendered examples
	$(GO) test ./generators/... ./fn/... -update
	for d in examples/*/rendered examples/*/*/rendered; do $(GO) run ./cmd/cutover render $$(dirname $$d) || exit 1; done

.PHONY: bench
bench: build bin/kustomize ## time start-up and throughput
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags '-s -w' -o bin/identity ./e2e/bench/identity
	$(GO) run ./e2e/bench
	$(GO) test ./generators/... ./fn/... -run '^$$' -bench . -benchmem

bin/kustomize: tools/go.mod
	$(GO) build -modfile=tools/go.mod -o $@ sigs.k8s.io/kustomize/kustomize/v5

bin/kube-score: tools/go.mod
	$(GO) build -modfile=tools/go.mod -o $@ github.com/zegl/kube-score/cmd/kube-score
