# Every target first makes what is missing, once: .venv (about 2 min) and the Pulumi CLI (a few seconds where there is
# one on PATH, about 6 min where it has to be built). All of it lies in this folder, ignored by git.

STACK ?= full
ARGS ?=

# The first Python on PATH that is new enough to make .venv.
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11; do \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$python" && break; done)

ifeq ($(PYTHON),)
ifneq ($(filter-out help clean,$(or $(MAKECMDGOALS),ready)),)
$(error No Python 3.11 or newer on PATH: install one (Debian and Ubuntu: apt-get install python3 python3-venv) and run make again)
endif
endif

# Tests run in one process more than there are processors, because some wait; at most eight. A group shares a process.
PROCESSORS := $(shell getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
PARALLEL ?= -n $$(( $(PROCESSORS) + 1 )) --maxprocesses 8 --dist loadgroup

# The floor is in pyproject.toml. Counting triples the time of a test, so it has a target of its own.
COVERAGE ?= --cov --cov-report=term
COUNTED := tests/capacity tests/faults tests/gate tests/web

# What `make docs` does besides building the site; `make test` does both by its own tests.
GENERATE ?=
WORDING ?= tests/docs

# What `make quick` runs: about a minute on two cores.
QUICK := tests/capacity/test_scenarios.py tests/capacity/test_command_line.py tests/capacity/test_documents.py \
	tests/capacity/test_declaration.py tests/capacity/test_catalogue.py tests/capacity/test_catalogue_physics.py \
	tests/capacity/test_power.py tests/capacity/test_cooling.py tests/capacity/test_network.py tests/capacity/test_space.py \
	tests/capacity/test_unlike_nodes.py tests/capacity/test_evidence.py tests/recorded/test_findings.py tests/reporting \
	tests/gate/test_outputs.py tests/gate/test_waivers.py tests/infra/test_inventory.py tests/infra/test_diff.py \
	tests/infra/test_provider_process.py tests/bench/test_statistics.py tests/bench/test_evidence_file.py \
	tests/docs tests/tools/test_generate.py tests/tools/test_measure.py tests/setup/test_locks.py tests/setup/test_makefile.py

PREPARE := $(PYTHON) -m tools.prepare
MAKEFLAGS += --no-print-directory

.DEFAULT_GOAL := ready
.PHONY: ready preview up env check generate pictures docs quick test test-variants coverage test-gpu test-torch test-programs test-faults test-load test-form mutants bench bench-bundle bench-project ci-demo dist lock clean help

ready:  ## Make what is missing: Python environment, Pulumi CLI, local backend, stacks
	@$(PREPARE) --stack $(STACK) ready

preview:  ## Show what `up` would create (STACK=full, phase-1 or dev; ARGS=--diff)
	@$(PREPARE) --stack $(STACK) --verdict run pulumi preview --stack $(STACK) $(ARGS)

up:  ## Create it in the inventory (ARGS=--yes asks no question)
	@$(PREPARE) --stack $(STACK) run pulumi up --stack $(STACK) $(ARGS)

env:  ## Print what a shell needs for plain pulumi and petaplan: eval "$$(make -s env)"
	@$(PREPARE) --stack $(STACK) env

check:  ## Read the code without running it: ruff, mypy, import contracts
	@$(PREPARE) --dev check

generate:  ## Write every file that follows from the code (ARGS=--check: only name those that are out of date)
	@$(PREPARE) --dev run python -m tools.generate $(ARGS)

pictures:  ## Draw the pictures of the pages again
	@$(PREPARE) --dev run sh -c "python -m tools.picture && python -m tools.web_pictures"

docs:  ## Write the generated pages, build the site (a warning is an error), check links and wording of all pages
	@$(PREPARE) --dev --docs run python -m tools.generate $(GENERATE)
	@$(PREPARE) --dev --docs run python -m tools.site
	@$(if $(WORDING),$(PREPARE) --dev --docs run python -m pytest -q $(WORDING) $(ARGS))

quick:  ## Run a cross-section of the tests in a minute: rules, formats, documents, command lines; no engine
	@$(PREPARE) --dev run python -m pytest -q $(PARALLEL) -m "not engine and not gpu and not slow" $(QUICK) $(ARGS)

test:  ## Build the site, and run the tests, those on the real engine too (downloads 250 MB to check GPU code)
	@$(if $(ARGS),,$(MAKE) docs GENERATE=--check WORDING=)
	@$(if $(ARGS),,PETAPLAN_TESTS_SITE=build/site) $(PREPARE) --dev --docs --dist --gpu-check --stack full run python -m pytest -ra $(PARALLEL) $(if $(ARGS),,-m "not variant" --examples-share 0.3) $(ARGS)

test-variants:  ## Run what `make test` samples: further variants, and every example that Hypothesis draws
	@$(PREPARE) --dev --docs --dist --gpu-check --stack full run python -m pytest -ra $(PARALLEL) -m "variant or drawn" $(ARGS)

coverage:  ## Hold the branch coverage of capacity, by the tests of capacity, faults, the gate and pages
	@$(PREPARE) --dev run python -m pytest -q $(PARALLEL) $(COVERAGE) -m "not variant and not drawn and not slow and not engine" $(COUNTED) $(ARGS)

test-gpu:  ## Run the tests that need a GPU, on a host that has one
	@$(PREPARE) --dev --gpu run python -m pytest -ra -m gpu $(ARGS)

test-torch:  ## Run the tests of the PyTorch backend in .venv-torch (3 GB to download; skipped below 12 GB of free disk)
	@$(PREPARE) --dev --torch run python -m pytest -ra -m torch tests/bench $(ARGS)

test-programs:  ## Run the tests of programs in TypeScript, Go and YAML; builds the host of YAML (2 to 4 minutes)
	@PETAPLAN_TEST_PROGRAMS=1 $(PREPARE) --dev --stack full run python -m pytest -ra tests/ecosystem $(ARGS)

test-faults:  ## Kill parts of Pulumi at random moments (ARGS="--seed 1 --size 300", about 2 hours on two cores)
	@$(PREPARE) --dev run python -m tests.fault_campaign $(ARGS)

test-load:  ## Measure this processor quiet and while others use it (ARGS="20 15": runs, seconds each; about 15 minutes)
	@$(PREPARE) --dev run python -m tests.bench.load $(ARGS)

test-form:  ## Hold every way into petaplan against the others on random hubs (ARGS="--seed 1 --count 300 --engine 30")
	@$(PREPARE) --dev --stack full run python -m tools.one_form $(ARGS)

mutants:  ## Change one expression at a time and see whether a test fails (ARGS="--seed 1 --size 200")
	@$(PREPARE) --dev run python -m tools.mutants $(ARGS)

bench:  ## Measure this host's matmul throughput, with the extra that its GPU driver asks for
	@$(PREPARE) --gpu run petaplan-bench run $(ARGS)

bench-project:  ## Measure petaplan itself against the bounds in docs/
	@$(PREPARE) --dev --stack full run python -m tests.performance $(ARGS)

ci-demo:  ## See the gate at work: a first change, one that takes a pod away, one that mends it, one that promises less
	@$(PREPARE) --stack $(STACK) run python -m tools.ci_demo

dist:  ## Build the wheel and the archive of the plugin into dist/ (ARGS="--only wheel")
	@$(PREPARE) --dist run python -m tools.dist $(ARGS)

bench-bundle:  ## Build petaplan-bench into one file for each machine: dist/petaplan-bench-…-x86_64.pyz and -aarch64.pyz
	@$(PREPARE) run python -m tools.dist.bundle $(ARGS)

lock:  ## Resolve the locks again after a change in pyproject.toml (ARGS=--upgrade takes newer versions)
	@$(PREPARE) lock $(ARGS)

clean:  ## Remove what make can make again; stacks and inventory are kept
	@rm -rf .venv .venv-torch .tools .pulumi-home build dist *.egg-info
	@rm -rf .coverage .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	@find capacity infra bench tests tools examples -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true
	@echo "Kept: .pulumi-state (what the stacks have) and .petaplan (the inventory). Remove them by hand to start afresh."

help:  ## List the targets
	@awk -F ':  ## ' '/^[a-z-]+:  ## /{ printf "  make %-14s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST)) | sed 's/\$$\$$/$$/g'
