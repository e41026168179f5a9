# Two commands do everything: `make serve` and `make test`. Both set up what they need.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMPS := $(VENV)/.stamps
CHROMIUM := /usr/bin/chromium
SOFFICE := /usr/bin/soffice

.PHONY: serve test bench soak audit wheelhouse screenshots examples clean

serve: $(STAMPS)/app
	@$(BIN)/kb serve --open

test: $(STAMPS)/test $(CHROMIUM) $(SOFFICE)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest

bench: $(STAMPS)/test
	$(BIN)/python -m evals.bench_encoder
	$(BIN)/python -m evals.bench_ingest

# hours rather than minutes: what hostile files and sudden ends do
soak: $(STAMPS)/test
	$(BIN)/python -m evals.hostile --count 2000 --seed 1
	$(BIN)/python -m evals.soak --runs 200
	$(BIN)/python -m evals.faults --rounds 5

# published advisories about the pinned packages; docs/threat-model.md explains the exception
audit: $(STAMPS)/app
	$(PYTHON) -m venv $(VENV)/audit
	$(VENV)/audit/bin/pip install --quiet pip-audit==2.10.1
	$(VENV)/audit/bin/pip-audit --requirement constraints.txt --no-deps --disable-pip --strict \
		--ignore-vuln CVE-2026-45829

# all that an installation without a network needs; docs/operations.zh.md tells how to use it
wheelhouse: $(STAMPS)/app
	rm -rf dist build
	$(BIN)/pip wheel --quiet --constraint constraints.txt --wheel-dir dist/wheelhouse torch==2.13.0
	$(BIN)/pip wheel --quiet --constraint constraints.txt --wheel-dir dist/wheelhouse \
		--find-links dist/wheelhouse '.[oidc,mcp]'
	tar -cf dist/yanan-kb-offline.tar -C dist wheelhouse -C .. corpus deploy docs README.md

screenshots: $(STAMPS)/test $(CHROMIUM)
	$(BIN)/python -m tests.browser.screenshots
	$(BIN)/python -m tests.browser.terminals

# documents of corpus/ as PDF, Word and Excel files
examples: $(STAMPS)/test
	$(BIN)/python -m tests.corpus.real_files

# torch first: its CPU build is what the pinned version names; the newest would bring CUDA
$(STAMPS)/app: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --constraint constraints.txt torch==2.13.0
	$(BIN)/pip install --quiet --constraint constraints.txt --editable .
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/test: $(STAMPS)/app
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[test,oidc,mcp]'
	@touch $@

$(CHROMIUM):
	apt-get update --quiet --quiet
	apt-get install --yes --quiet --quiet chromium fonts-noto-cjk

# reads .doc and .wps: a few tests need it, the program does without and says so
$(SOFFICE):
	apt-get update --quiet --quiet
	apt-get install --yes --quiet --quiet --no-install-recommends libreoffice-writer-nogui

clean:
	rm -rf $(VENV) data dist build
