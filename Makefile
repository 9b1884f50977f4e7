# Every target sets up the virtual environment itself (.venv in this folder) and does nothing twice.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
DEMO := demo
# two workers on two cores: BLAS threads would wait for each other
ONE_THREAD := OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1
# memory given back at once is faulted in again: see tauber/workers.py
KEPT := MALLOC_TRIM_THRESHOLD_=134217728 MALLOC_MMAP_THRESHOLD_=33554432
# modules compiled once, where the environment says that they are not kept: the tests are many processes
COMPILED := PYTHONDONTWRITEBYTECODE=
# the plugins of pytest that the tests need, and not what else is installed: Zarr has one, which loads all of it
PLUGINS := PYTEST_DISABLE_PLUGIN_AUTOLOAD=1
# groups in the order of tests/conftest.py
PYTEST := $(ONE_THREAD) $(KEPT) $(COMPILED) $(PLUGINS) $(BIN)/python -m pytest -p xdist -p _hypothesis_pytestplugin \
  -n 2 --dist loadgroup --no-loadscope-reorder

.PHONY: help setup demo docs test test-all lint bench bench-all notebooks clean
.DEFAULT_GOAL := help

help:
	@echo "make demo       derive the phases, verify the ledger, write pictures, LaTeX and the report into $(DEMO)/"
	@echo "make docs       build the documentation into build/docs/, without network, warnings as errors"
	@echo "make test       the tests without the slow ones"
	@echo "make test-all   every test, and all that is a seeded sample in make test"
	@echo "make lint       ruff and mypy"
	@echo "make bench      speed and memory as promised, with correctness beside"
	@echo "make bench-all  beside plain methods and proofs, too, and whether the error estimates are honest"
	@echo "make notebooks  execute the notebooks in place"
	@echo "make clean      remove what the other targets made, the virtual environment included"

setup: $(READY)

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "make: $(PYTHON) must be Python 3.11 or newer; name another one with 'make PYTHON=...'." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "make: $(PYTHON) cannot make virtual environments; on Debian run 'apt-get install python3-venv' first." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt setuptools
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --no-build-isolation --editable '.[dev]'
	@touch $@

# The first block runs in one shell: what needs no derivation fills the second core meanwhile, then the export does.
demo: $(READY)
	@mkdir -p $(DEMO)
	@echo "Beside what follows digits are predicted, then the LaTeX is exported:"
	@tauber=$(BIN)/tauber; set -ex; \
	  { $$tauber predict digits --plot $(DEMO)/digits.svg && $$tauber export --out $(DEMO)/latex; } \
	    >$(DEMO)/beside.log 2>&1 & beside=$$!; \
	  $$tauber phases plrf --plot $(DEMO)/phases.svg; \
	  $$tauber derive plrf --alpha 4/5 --beta 3/10; \
	  $$tauber phases dynamical --plot $(DEMO)/dynamical.svg; \
	  $$tauber derive dynamical --a 3 --b 3/2; \
	  $$tauber phases explaining --plot $(DEMO)/explaining.svg; \
	  $$tauber derive explaining --a 3/2 --b 3/2; \
	  $$tauber certify plrf --alpha 4/5 --beta 3/10 --d 1000 --v inf --lr 1/10 --times 100,1e6 --digits 20; \
	  set +x; wait $$beside || { cat $(DEMO)/beside.log >&2; exit 1; }; \
	  cat $(DEMO)/beside.log; rm $(DEMO)/beside.log
	$(BIN)/tauber verify
	$(BIN)/tauber report --out $(DEMO)/report
	@echo "The pictures are $(DEMO)/phases.svg, dynamical.svg, explaining.svg and digits.svg, the LaTeX is in $(DEMO)/latex."
	@echo "Open $(DEMO)/report/index.html."

docs: $(READY)
	$(BIN)/python -m sphinx --builder html --fresh-env --fail-on-warning --keep-going --quiet docs build/docs
	@echo "Open build/docs/index.html."

test: $(READY)
	$(PYTEST) -m 'not slow'

test-all: $(READY)
	HYPOTHESIS_PROFILE=whole $(PYTEST)

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(READY)
	$(BIN)/python benchmarks/table.py

bench-all: bench
	$(BIN)/python benchmarks/run.py
	$(BIN)/python benchmarks/honesty.py honesty.jsonl

notebooks: $(READY)
	$(BIN)/python notebooks/execute.py

clean:
	rm -rf $(VENV) $(DEMO) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
