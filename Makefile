# Two commands matter: `make run` and `make test`. Both do all their own set-up.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PYTHONPATH := src
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: run test check check-each soak bench translations frontend wheel windows

run: $(VENV)/run.stamp
	@$(BIN)/python tools/frontend.py
	@$(BIN)/cantik prepare
	@exec $(BIN)/cantik serve

test: $(VENV)/dev.stamp
	@$(BIN)/python tools/frontend.py --needed
	@$(BIN)/python tools/run_tests.py $(ARGS)

check: $(VENV)/dev.stamp
	@$(BIN)/python tools/check.py

soak: $(VENV)/dev.stamp
	@$(BIN)/python tools/frontend.py --needed
	@HYPOTHESIS_PROFILE=soak $(BIN)/python tools/run_tests.py --soak $(ARGS)

bench: $(VENV)/dev.stamp
	@$(BIN)/python -m bench $(ONLY)

# The form on the screen; every other target builds it by itself when its sources changed.
frontend: $(VENV)/run.stamp
	@$(BIN)/python tools/frontend.py --needed

# One file to install elsewhere, with the form and the translations built in.
wheel: $(VENV)/run.stamp
	@$(BIN)/python tools/frontend.py --needed
	@$(BIN)/python -c 'from cantik.web.management.commands.prepare import compile_translations as c; c()'
	@rm -rf build dist
	@$(BIN)/pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .
	@rm -rf build
	@ls dist

# Whether the locked libraries could be installed on Windows: fetched and looked at, never run.
windows: $(VENV)/dev.stamp
	@$(BIN)/python tools/windows.py

translations: $(VENV)/dev.stamp
	@$(BIN)/python tools/translations.py extract

$(VENV)/bin/python:
	@command -v $(PYTHON) >/dev/null || { echo "Python is missing. Install it with: apt-get install python3 python3-venv"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; this is $$($(PYTHON) --version). Install it, then: make PYTHON=python3.11 run"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "Python's venv module is missing. Install it with: apt-get install python3-venv"; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/run.stamp: requirements/run.txt pyproject.toml | $(VENV)/bin/python
	@echo "Memasang pustaka yang dipakai Cantik (sekali saja) ..."
	@$(BIN)/pip install --quiet --require-hashes -r requirements/run.txt
	@$(BIN)/pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/dev.stamp: requirements/dev.txt $(VENV)/run.stamp
	@echo "Memasang pustaka untuk pemeriksaan dan uji (sekali saja) ..."
	@$(BIN)/pip install --quiet --require-hashes -r requirements/dev.txt
	@touch $@
