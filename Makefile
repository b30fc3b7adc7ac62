# The two commands a newcomer needs: `make demo` and `make test`. `make help` lists the rest.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
DEMO_HOME ?= .demo

.PHONY: help demo demo-reset test lint lock migration bench evidence-report fuzz wheel clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 16

PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
COMPILE := $(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-header --no-emit-options \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links

$(BIN)/.product: requirements.lock requirements-build.lock requirements-ocr.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(PIP) --require-hashes --requirement requirements.lock
	$(PIP) --require-hashes --requirement requirements-build.lock
	$(PIP) --require-hashes --only-binary :all: --requirement requirements-ocr.lock || echo "No wheel of tesserocr fits this machine: pictures will go to a person."
	$(PIP) --no-deps --no-build-isolation --editable .
	touch $@

$(BIN)/.development: $(BIN)/.product requirements-development.lock requirements-hsm.lock
	$(PIP) --require-hashes --requirement requirements-development.lock
	$(PIP) --require-hashes --only-binary :all: --requirement requirements-hsm.lock || echo "No wheel of python-pkcs11 fits this machine: keys in a token are not tested."
	touch $@

demo: $(BIN)/.product ## the tool, a practice LMS and sample people, on this machine alone
	$(BIN)/sealwright --home $(DEMO_HOME) demo

demo-reset: ## forget everything the demo stored
	rm -rf $(DEMO_HOME)

lint: $(BIN)/.development ## style, types, layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy

# Readings stand back from whoever serves pages, so far that beside busy tests they would stand still: here they do not.
test: lint ## everything: style, types, layers, tests
	SEALWRIGHT_READING_NICENESS=0 $(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder

bench: $(BIN)/.development ## measurements, as ratios in one run
	$(BIN)/python -m bench

fuzz: $(BIN)/.development ## read spoilt documents for ten minutes: make fuzz OPTIONS="--minutes 1 --seed 7"
	$(BIN)/python tests/fuzz/fuzz_reader.py $(OPTIONS)

evidence-report: $(BIN)/.development ## how invented documents are read, counted: make evidence-report OPTIONS="--count 100 --seed 7"
	PYTHONPATH=tests/data $(BIN)/python -m documents.report $(OPTIONS)

lock: $(BIN)/.development ## write the lock files anew
	$(COMPILE) --output-file requirements-build.lock requirements-build.in
	$(COMPILE) --output-file requirements.lock pyproject.toml
	$(COMPILE) --constraint requirements.lock --output-file requirements-ocr.lock requirements-ocr.in
	$(COMPILE) --constraint requirements.lock --output-file requirements-hsm.lock requirements-hsm.in
	$(COMPILE) --extra development --constraint requirements.lock --output-file requirements-development.lock pyproject.toml
	$(COMPILE) --output-file tests/platforms/requirements.lock tests/platforms/requirements.in

migration: $(BIN)/.development ## a new migration from the records: make migration NAME="what changed"
	$(BIN)/python -m lti_tool.migrations.revise "$(NAME)"

wheel: $(BIN)/.development ## build the wheel
	$(BIN)/python -m build --wheel

clean: ## remove what was built
	rm -rf $(VENV) build dist
