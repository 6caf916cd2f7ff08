# Mooring. `make help` lists the targets.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.ONESHELL:

MVN := build/mvn -B --no-transfer-progress
PROCESSES := target-agent,controller,node-plugin
# Where logs and consoles of the lab go; named in messages, too.
LOGS := e2e/target

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: demo
demo: lab-tools build ## the main job on a real kernel, as a short story: attach, pull a cable, verify, detach
	e2e/run io.mooring.e2e.demo.Demo

.PHONY: check
check: ## formatter, static checks, dependency convergence, unit tests; no VM
	files=$$(build/checked files)
	csi-proto/src/test/official-descriptor.sh
	build/check-tree
	$(MVN) -q spotless:check verify
	build/checked keep "$$files"

.PHONY: test
test: lab-tools ## unit tests (unless `make check` has just passed on these very files), then the lab suite on real VMs
	@if build/checked; then
	  echo "mooring: building; make check has passed on these very files, its unit tests are not run twice"
	  $(MVN) -q -DskipTests package
	else
	  echo "mooring: building and unit tests"
	  $(MVN) -q verify
	fi
	e2e/suite lab

.PHONY: test-long
test-long: lab-tools build ## what takes longer than `make test` allows
	e2e/suite long

.PHONY: sanity
sanity: lab-tools build ## csi-sanity, the official conformance client (needs Go), against the lab
	e2e/run io.mooring.e2e.sanity.Sanity

.PHONY: k8s-programs
k8s-programs: build ## build Kubernetes, sidecars and Helm with Go, once per version (12 minutes)
	e2e/run io.mooring.e2e.kube.KubeMain programs

.PHONY: demo-k8s
demo-k8s: lab-tools k8s-programs ## the main job in a real Kubernetes, in kubectl's words (needs Go)
	e2e/run io.mooring.e2e.demo.KubeDemo

.PHONY: test-k8s
test-k8s: lab-tools k8s-programs ## the suite in a real Kubernetes (needs Go)
	e2e/suite k8s

.PHONY: test-k8s-long
test-k8s-long: lab-tools k8s-programs addons previous-version ## what takes longer than `make test-k8s` allows
	e2e/suite k8s-long

.PHONY: previous-version
previous-version: build ## build Mooring as it was one version ago, once, for the tests of mixed versions
	e2e/run io.mooring.e2e.kube.KubeMain previous

.PHONY: addons
addons: build ## build cert-manager, a container registry and the sidecar of snapshot metadata with Go, once per version, for the tests with them
	e2e/run io.mooring.e2e.kube.KubeMain addons

.PHONY: lab-k8s
lab-k8s: lab-tools k8s-programs ## boot a cluster with Mooring and hold it until interrupted
	e2e/run io.mooring.e2e.kube.KubeMain start

.PHONY: bench
bench: lab-tools build ## the table of docs/performance.md, as ratios measured in one run; BENCH_ARGS="--only load,growth" takes parts
	e2e/run io.mooring.e2e.bench.Bench $(BENCH_ARGS)

.PHONY: bench-long
bench-long: lab-tools build ## the same with 1,000 LUNs
	e2e/run io.mooring.e2e.bench.Bench --long

.PHONY: manifests
manifests: ## write what is generated from the chart: deploy/kubernetes and the table of docs/helm.md
	$(MVN) -q -pl charts test -Dtest='ManifestsTest,ValuesTableTest' -Dmooring.manifests.write=true

.PHONY: class-list
class-list: lab-tools k8s-programs ## write deploy/classes, the classes that the processes' archives hold (needs Go)
	MOORING_JAVA_OPTIONS="-Xshare:off -XX:DumpLoadedClassList=$(CURDIR)/e2e/target/controller.lst" \
	  e2e/run io.mooring.e2e.startup.ClassListMain e2e/target/controller.lst
	e2e/run io.mooring.e2e.kube.KubeMain classes

.PHONY: lab
lab: lab-tools build ## boot the lab and hold it until interrupted; e2e/lab-exec runs commands in its VMs
	e2e/run io.mooring.e2e.lab.LabMain start

.PHONY: build
build: ## compile and assemble everything, no tests
	@echo "mooring: building"
	$(MVN) -q -DskipTests package

.PHONY: lab-tools
lab-tools: ## check for QEMU and the image tools; as root on Debian install what is missing
	@e2e/lab-tools

.PHONY: dist
dist: build ## an archive of everything for hosts without containers, to be unpacked into /opt
	e2e/run io.mooring.e2e.lab.dist.DistMain

.PHONY: images
images: lab-tools build ## container images as archives in e2e/target/images; PUSH=registry/namespace pushes them, too
	e2e/run io.mooring.e2e.images.ImagesMain $(PUSH)

.PHONY: format
format: ## format the sources
	$(MVN) -q spotless:apply

.PHONY: clean
clean: ## remove what was built; the caches under ~/.cache/mooring stay
	$(MVN) -q clean
