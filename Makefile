# Everything runs in an environment of its own, .venv, which is made on first use.
# PYTHON names the interpreter to make it with: Python 3.11 or newer.

PYTHON ?= $(firstword $(foreach v,python3.13 python3.12 python3.11 python3.14 python3 python,$(shell \
  $(v) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $(v))))
VENV := .venv
BIN := $(VENV)/bin
# Tests start the command a thousand times: its modules are compiled once, and kept.
unexport PYTHONDONTWRITEBYTECODE
DEMO := demo

.PHONY: help demo serve test test-all mutants coverage lint wheel dist release-check docs site bench lock clean

help:
	@echo "make demo      build a small graph, ask it three questions, write it as Turtle"
	@echo "make serve     open that graph to the browser: PORT=8000 to choose"
	@echo "make test      run the tests"
	@echo "make test-all  run the slow tests too"
	@echo "make coverage  run all tests, and list the lines and branches that none runs"
	@echo "make mutants   break the code on purpose, and count what the tests see: PACKAGES, SAMPLE=40, SEED=1"
	@echo "make lint      style, types, direction of imports"
	@echo "make wheel     build the wheel"
	@echo "make dist      build the packages and their bill of materials, and check what they say: dist/"
	@echo "make release-check  say what a release still lacks"
	@echo "make docs      write docs/reference/queries.md anew from the queries"
	@echo "make site      build the documentation site: build/site/index.html"
	@echo "make bench     measure: N=2000 figures, ROWS=build,export,... to choose; docs/guides/bench.md"
	@echo "make lock      renew the versions that these install, requirements/"
	@echo "make clean     remove what these made"

INSTALL = $(BIN)/python -m pip install --quiet --no-build-isolation
LOCKED = $(INSTALL) --require-hashes --requirement

$(VENV)/.build: requirements/build.txt
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(LOCKED) $<
	@touch $@

$(VENV)/.run: requirements/run.txt pyproject.toml $(VENV)/.build
	$(LOCKED) $<
	$(INSTALL) --no-deps --editable .
	@touch $@

# .test, .lint, .bench, .lock: each a group of pyproject.toml; .serve: what `serve` and `mcp` need
$(VENV)/.%: requirements/%.txt $(VENV)/.run
	$(LOCKED) $<
	@touch $@

demo: $(VENV)/.run
	$(BIN)/pfocr-kg build tests/data/sample --wikipathways tests/data/wikipathways --store $(DEMO)/store
	@echo; echo "Figures that draw TNF:"
	$(BIN)/pfocr-kg query figures-of-gene gene=TNF --store $(DEMO)/store
	@echo; echo "Genes drawn together with TNF:"
	$(BIN)/pfocr-kg query genes-drawn-with-gene gene=TNF --store $(DEMO)/store
	@echo; echo "Diseases that figures name, and those among their keywords because of their genes:"
	$(BIN)/pfocr-kg query most-named-diseases --store $(DEMO)/store
	@echo
	$(BIN)/pfocr-kg export --store $(DEMO)/store --output $(DEMO)/pfocr-sample.ttl
	@echo "The graph is in $(DEMO)/store, and as Turtle in $(DEMO)/pfocr-sample.ttl"
	@echo "To look at it in a browser: make serve, or make serve PORT=9000"

PORT ?= 8000
serve: $(VENV)/.serve
	@test -e $(DEMO)/store || $(MAKE) --no-print-directory demo
	$(BIN)/pfocr-kg serve --store $(DEMO)/store --port $(PORT)

# With COVERAGE=yes they note what they run, which takes up to twice as long; .ci/run sums it up.
PYTEST = $(BIN)/$(if $(COVERAGE),coverage run,python) -m pytest -q -n auto --dist worksteal
test: $(VENV)/.test
	$(PYTEST) -m "not slow"

test-all: $(VENV)/.test
	$(PYTEST)

coverage: $(VENV)/.test
	rm -rf .coverage
	$(MAKE) --no-print-directory test-all COVERAGE=yes
	$(BIN)/coverage combine --quiet
	rm -f .coverage/data.*  # of processes that were killed while they wrote
	$(BIN)/coverage report

SAMPLE ?= 40
SEED ?= 1
mutants: $(VENV)/.test $(VENV)/.mutants
	$(BIN)/python tests/mutants.py $(PACKAGES) --sample $(SAMPLE) --seed $(SEED)

lint: $(VENV)/.lint
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

wheel: $(VENV)/.build
	$(BIN)/python -m build --no-isolation --outdir dist

$(VENV)/citation: requirements/citation.txt $(VENV)/.build
	$(BIN)/python -m venv $@
	$@/bin/python -m pip install --quiet --require-hashes --requirement $<

# The wheel of `make wheel` is built from the source distribution; the one in build/ from the checkout.
dist: wheel $(VENV)/.test $(VENV)/.release $(VENV)/citation
	$(BIN)/twine check --strict dist/*.whl dist/*.tar.gz
	$(BIN)/check-wheel-contents dist/*.whl
	rm -rf build/wheel
	$(BIN)/python -m build --wheel --no-isolation --outdir build/wheel
	cmp dist/*.whl build/wheel/*.whl
	$(VENV)/citation/bin/cffconvert --validate
	$(BIN)/python -m tools.release.citations --check
	$(BIN)/python -m tools.release.licences --check
	$(BIN)/python -m tools.release.sbom dist/sbom.cdx.json
	$(BIN)/hadolint packaging/Containerfile
	@echo "dist/ has the packages and their bill of materials; all checks passed"

# TESTED states the commit that `bash .ci/run` has passed.
release-check: $(VENV)/.test
	$(BIN)/python -m tools.release.check --tested "$(TESTED)"

docs: $(VENV)/.run
	$(BIN)/python tools/list_queries.py

site: $(VENV)/.site
	$(BIN)/python -m sphinx -c docs -b html -W --keep-going -q . build/site
	@echo "The site is in build/site; open build/site/index.html"

N ?= 2000
bench: $(VENV)/.bench
	$(BIN)/python -m bench --figures $(N) $(if $(ROWS),--rows $(ROWS)) $(if $(RUNS),--runs $(RUNS)) --json bench-$(N).json

# `make lock UPGRADE=` keeps the versions that are locked already.
UPGRADE ?= --upgrade
COMPILE = $(BIN)/uv pip compile --quiet $(UPGRADE) --universal --python-version 3.11 --generate-hashes \
	--annotation-style line --custom-compile-command "make lock"
lock: $(VENV)/.lock
	$(COMPILE) pyproject.toml --all-extras --group test --output-file requirements/test.txt
	$(COMPILE) pyproject.toml --constraints requirements/test.txt --output-file requirements/run.txt
	$(COMPILE) pyproject.toml --extra serve --extra mcp --constraints requirements/test.txt \
	  --output-file requirements/serve.txt
	$(COMPILE) pyproject.toml --all-extras --constraints requirements/test.txt \
	  --output-file requirements/extras.txt
	for group in build lint bench site release; do \
	  $(COMPILE) --group $$group --constraints requirements/test.txt --output-file requirements/$$group.txt || exit; \
	done
	for group in lock citation kgx morph mutants rocrate; do \
	  $(COMPILE) --group $$group --output-file requirements/$$group.txt || exit; \
	done

clean:
	rm -rf $(VENV) $(DEMO) .coverage .mutants.json dist build
