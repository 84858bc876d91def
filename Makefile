# `make run` starts Winnow on a fresh machine, `make test` checks everything.
PYTHON ?= python3
BIN := .venv/bin
WORKSPACE ?= workspace
PORT ?= 8501

.PHONY: run test test-fast lint lint-scripts bench docs reference consumers screenshots messages clean

run: .venv/installed
	$(BIN)/python -m curation serve --workspace $(WORKSPACE) --port $(PORT) --demo

# Tests without a browser share the cores; those with one have a server and a browser at work beside them already.
test: lint
	$(BIN)/python -m pytest --numprocesses 2 --dist worksteal --ignore tests/browser
	$(BIN)/python -m pytest tests/browser

# What needs no browser, no killed process and no long run; for while you work.
test-fast: .venv/installed-dev
	$(BIN)/python -m pytest --numprocesses 2 --dist worksteal --ignore tests/browser -m "not slow"

lint: .venv/installed-dev lint-scripts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# Python is linted where there is no Node.js too.
ifneq ($(shell command -v npm),)
lint-scripts: node_modules/.installed
	npm run --silent lint
else
lint-scripts:
	@echo "JavaScript is not linted: npm is missing (it comes with Node.js 20.19 or newer)."
endif

docs: .venv/installed-dev
	$(BIN)/sphinx-build -q -W docs docs/_build

# The types that the scripts of the browser are checked against.
messages: .venv/installed-dev
	$(BIN)/python -m tools.messages

reference: .venv/installed-dev
	$(BIN)/python docs/reference.py

# Whether the programs that people train with read what is exported, each in an environment of its own (8 GB).
consumers: .venv/installed-dev
	$(BIN)/python -m tools.consumers

# The pictures of the README, from the demo set, in Chromium.
screenshots: .venv/installed-dev
	$(BIN)/python docs/screenshots.py

bench: .venv/installed-dev
	$(BIN)/python -m benchmarks

# ultralytics asks for the desktop build of OpenCV, which needs libGL; the headless build serves it as well.
.venv/installed: requirements.txt
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet -r requirements.txt
	$(BIN)/python -m pip uninstall --quiet --yes opencv-python
	$(BIN)/python -m pip install --quiet --force-reinstall --no-deps $$(grep '^opencv' requirements.txt)
	touch $@

.venv/installed-dev: .venv/installed requirements-dev.txt
	$(BIN)/python -m pip install --quiet $$(grep -v '^[-\#]' requirements-dev.txt)
	touch $@

node_modules/.installed: package.json package-lock.json
	npm ci --loglevel error --no-audit --no-fund
	touch $@

clean:
	rm -rf .venv node_modules .mypy_cache .ruff_cache .pytest_cache
