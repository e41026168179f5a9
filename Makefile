# Two commands do everything: `make serve` and `make test`. Both set up what they need.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMPS := $(VENV)/.stamps
CHROMIUM := /usr/bin/chromium
SOFFICE := /usr/bin/soffice

.PHONY: serve test bench soak screenshots examples clean

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
	rm -rf $(VENV) data
