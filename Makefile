# Everything runs in an environment of its own, .venv, which is made on first use.
# PYTHON names the interpreter to make it with: Python 3.11 or newer.

PYTHON ?= $(firstword $(foreach v,python3.13 python3.12 python3.11 python3.14 python3 python,$(shell \
  $(v) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $(v))))
VENV := .venv
BIN := $(VENV)/bin
DEMO := demo

.PHONY: help demo test test-all lint wheel docs bench clean

help:
	@echo "make demo      build a small graph, ask it three questions, write it as Turtle"
	@echo "make test      run the tests"
	@echo "make test-all  run the slow tests too"
	@echo "make lint      style, types, direction of imports"
	@echo "make wheel     build the wheel"
	@echo "make docs      write docs/queries.md anew from the queries"
	@echo "make bench     measure: N=2000 figures, ROWS=build,export,... to choose; docs/bench.md"
	@echo "make clean     remove what these made"

$(VENV)/.installed: pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --editable . --group test
	@touch $@

$(VENV)/.lint: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --group lint
	@touch $@

demo: $(VENV)/.installed
	$(BIN)/pfocr-kg build tests/data/sample --store $(DEMO)/store
	@echo; echo "Figures that draw TNF:"
	$(BIN)/pfocr-kg query figures-of-gene --param symbol=TNF --store $(DEMO)/store
	@echo; echo "Genes drawn together with TNF:"
	$(BIN)/pfocr-kg query genes-drawn-with-gene --param symbol=TNF --store $(DEMO)/store
	@echo; echo "Diseases that records name most:"
	$(BIN)/pfocr-kg query most-named-diseases --store $(DEMO)/store
	@echo
	$(BIN)/pfocr-kg export --store $(DEMO)/store --output $(DEMO)/pfocr-sample.ttl
	@echo "The graph is in $(DEMO)/store, and as Turtle in $(DEMO)/pfocr-sample.ttl"

test: $(VENV)/.installed
	$(BIN)/python -m pytest -q -n auto -m "not slow"

test-all: $(VENV)/.installed
	$(BIN)/python -m pytest -q -n auto

lint: $(VENV)/.lint
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

wheel: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --upgrade "build>=1.2,<2"
	$(BIN)/python -m build --outdir dist

docs: $(VENV)/.installed
	$(BIN)/python tools/list_queries.py

$(VENV)/.bench: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --group bench
	@touch $@

N ?= 2000
bench: $(VENV)/.bench
	$(BIN)/python -m bench --figures $(N) $(if $(ROWS),--rows $(ROWS)) $(if $(RUNS),--runs $(RUNS)) --json bench-$(N).json

clean:
	rm -rf $(VENV) $(DEMO) dist build
