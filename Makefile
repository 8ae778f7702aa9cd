# What one does with planner, in one word each. Every word makes the virtual environment itself.

PYTHON ?= python3
WORKERS ?= 2
BIN := .venv/bin
STAMP := .venv/.stamp

.PHONY: help venv demo test pictures lint bench docs docs-check clean

help:
	@echo "make demo      plan the sample county in three ways; results in out/demo"
	@echo "make test      run the tests"
	@echo "make pictures  take the reference pictures of the map anew"
	@echo "make lint      check style, types, layers and generated pages"
	@echo "make bench     time the long jobs, test forecasts and zones, and write benchmarks.md"
	@echo "make docs      write the generated pages again"
	@echo "make clean     remove the virtual environment, results and caches"

venv: $(STAMP)

# Brought up to date when what it installs changes; made afresh only where it is missing or broken.
$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "planner needs Python 3.11 or newer; $(PYTHON) is older or missing. Install one and name it: make PYTHON=python3.12 venv" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip' || \
	  { echo "$(PYTHON) cannot make virtual environments. On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear .venv
	PIP_CONSTRAINT=constraints.txt PIP_BUILD_CONSTRAINT=constraints.txt $(BIN)/python -m pip install --quiet --editable '.[dev]'
	@touch $@

demo: venv
	rm -rf out/demo
	$(BIN)/planner demo out/demo

test: venv
	$(BIN)/pytest --numprocesses $(WORKERS) --dist worksteal

pictures: venv
	$(BIN)/pytest tests/atlas/test_pictures.py --accept-pictures

lint: venv docs-check
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy planner tests docs/build.py
	$(BIN)/lint-imports

# First what a planner waits for, then forecasts and classes, then zones; the longest, other
# programs on the same towns, come last. Published data is read from ../shared; where it is not
# there, a benchmark says so and leaves it out. Without the extra `bench` so do the other programs.
BENCHMARKS := main_job first_run atlas travel projection residents classes zoning real_zones loudoun \
  hand_edit districts peers

bench: venv
	@for benchmark in $(BENCHMARKS); do \
	  echo "===== $$benchmark ====="; $(BIN)/python tests/benchmarks/$$benchmark.py --record || exit 1; \
	done

docs: venv
	$(BIN)/python -m docs.build

docs-check: venv
	$(BIN)/python -m docs.build --check

clean:
	rm -rf .venv out maps/out build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
