# make demo and make test need nothing but Python >= 3.11 and a network: everything goes into .venv.
# Variables: PYTHON=python3.12 (the interpreter that makes the environment), VENV=.venv,
# GPU_VENV=.venv-gpu, PYTEST_ARGS="-k name -x", BENCH_ARGS,
# N=5000 (random programs; fuzz and fuzz-check) and FUZZ_ARGS="--first 7000 --jobs 4".

VENV ?= .venv
GPU_VENV ?= .venv-gpu
PYTEST_ARGS ?=
FUZZ_ARGS ?=
N ?= 300
BENCH_ARGS ?=

# python3, unless it is too old and a newer one stands beside it.
SUPPORTED = import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	"$$p" -c '$(SUPPORTED)' 2>/dev/null && echo "$$p" && break; done)

export PIP_DISABLE_PIP_VERSION_CHECK = 1
PIP_INSTALL = -m pip install --quiet --progress-bar off

RUN = $(VENV)/bin/python
GPU_RUN = $(GPU_VENV)/bin/python

# A stamp stands for "this set of extras is installed"; it is made again when the pins change.
PINS = setup.cfg pyproject.toml
INSTALLED = $(VENV)/.installed
LINTERS = $(VENV)/.installed-lint
SPHINX = $(VENV)/.installed-docs
NVRTC = $(GPU_VENV)/.installed

.PHONY: help demo test test-slow test-all lint format types coverage coverage-table rules-table docs bench gpu-compile fuzz \
	fuzz-check clean distclean
.DELETE_ON_ERROR:

help:
	@echo "make demo         run the examples on real data, each checks its own result"
	@echo "make test         run the tests"
	@echo "make test-slow    run the tests that make test leaves out for their length"
	@echo "make test-all     every test for every program; takes hours"
	@echo "make fuzz         try N random programs against differences"
	@echo "make fuzz-check   compare N verdicts of fpad.check on random programs with brute force"
	@echo "make bench        print the benchmark ratios"
	@echo "make lint         ruff check, ruff format --check;  make format rewrites the files"
	@echo "make types        mypy --strict"
	@echo "make coverage     the tests with line and branch coverage"
	@echo "make coverage-table  write docs/coverage.md: what becomes of each function of NumPy"
	@echo "make rules-table  write docs/rules.md and its pictures: the rule of each operation"
	@echo "make docs         build docs/_build/html, warnings are errors"
	@echo "make gpu-compile  compile the generated CUDA kernels; needs no GPU (520 MB of wheels)"
	@echo "make clean        remove caches and builds;  make distclean also the environments"

demo: $(INSTALLED)
	$(RUN) examples/logistic_regression.py
	$(RUN) examples/mlp_digits.py
	$(RUN) examples/bratu.py
	$(RUN) examples/kinks.py

test: $(INSTALLED)
	$(RUN) -m pytest -n auto --dist worksteal $(PYTEST_ARGS)

test-slow: $(INSTALLED)
	$(RUN) -m pytest -n auto -m "slow and not nvrtc" $(PYTEST_ARGS) || [ $$? -eq 5 ]  # 5: none

test-all: $(INSTALLED)
	$(RUN) -m pytest -n auto -m "not nvrtc" $(PYTEST_ARGS)

fuzz: $(INSTALLED)
	$(RUN) -m tests.fuzz $(N) $(FUZZ_ARGS)
	$(RUN) -m tests.fuzz $(N) --objects $(FUZZ_ARGS)

fuzz-check: $(INSTALLED)
	$(RUN) -m tests.check.fuzz $(N) $(FUZZ_ARGS)

bench: $(INSTALLED)
	$(RUN) -m tests.benchmarks $(BENCH_ARGS)

lint: $(LINTERS)
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .

format: $(LINTERS)
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .

# The package's own view: the two links in fpad/ lead to transforms/ and runtime/.
types: $(LINTERS)
	$(RUN) -m mypy --strict -p fpad

coverage: $(LINTERS)
	$(RUN) -m pytest -n auto --cov --cov-report=term-missing:skip-covered $(PYTEST_ARGS)

coverage-table: $(INSTALLED)
	$(RUN) -m fpad.transforms.coverage > docs/coverage.md

rules-table: $(INSTALLED)
	$(RUN) -m fpad.transforms.rule_page docs

docs: $(SPHINX)
	$(RUN) -m sphinx -W --keep-going -q -b html docs docs/_build/html
	@echo "docs/_build/html/index.html"

gpu-compile: $(NVRTC)
	$(GPU_RUN) -m pytest -m nvrtc tests/gpu $(PYTEST_ARGS)

clean:
	rm -rf build dist docs/_build *.egg-info .coverage .coverage.* htmlcov
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find fpad transforms runtime tests examples docs -name __pycache__ -type d -prune -exec rm -rf {} +

distclean: clean
	rm -rf $(VENV) $(GPU_VENV)

$(VENV)/bin/python $(GPU_VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "fpad needs Python 3.11 or newer: make PYTHON=/path/to/python3.12" >&2; exit 1; }
	@$(PYTHON) -c '$(SUPPORTED)' || { echo "$(PYTHON) is too old or missing: fpad needs Python 3.11 or newer" >&2; exit 1; }
	@rm -f $(dir $(@D)).installed*
	$(PYTHON) -m venv $(patsubst %/bin/python,%,$@) || { rm -f $@; \
		echo "no virtual environment from $(PYTHON) (Debian, Ubuntu: apt install python3-venv)" >&2; exit 1; }

$(INSTALLED): $(PINS) | $(VENV)/bin/python
	$(RUN) $(PIP_INSTALL) -e '.[test,cli,examples]'
	@touch $@

$(LINTERS): $(INSTALLED)
	$(RUN) $(PIP_INSTALL) -e '.[lint]'
	@touch $@

$(SPHINX): $(INSTALLED)
	$(RUN) $(PIP_INSTALL) -e '.[docs]'
	@touch $@

$(NVRTC): $(PINS) | $(GPU_VENV)/bin/python
	$(GPU_RUN) $(PIP_INSTALL) -e '.[gpu-compile,test]'
	@touch $@
