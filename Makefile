# The targets are commands, not files; without this line `make coverage` would answer "up to date".
.PHONY: help setup report test unit lint check format audit cov faults fuzz mutants lock benchmark docs pictures notebooks wheel clean

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SAMPLE := data/nanjing-sample
RUN := runs/nanjing-sample

help:  ## Show this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: $(VENV)/.ready  ## Make the environment that the other targets use

$(VENV)/.ready: pyproject.toml requirements.lock
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --constraint requirements.lock --editable '.[dev]'
	@touch $@

report: setup  ## Analyse the embedded sample city and print where the report lies
	$(BIN)/lifecircle sample $(SAMPLE)
	$(BIN)/lifecircle run $(SAMPLE)/study.yaml --output $(RUN)

test: setup lint  ## Lint, check types and layers, and run all tests
	$(BIN)/python -m pytest -n auto --dist worksteal

unit: setup  ## Run the tests of single modules, which take seconds rather than minutes
	$(BIN)/python -m pytest -n auto --dist worksteal -m "not (e2e or real or browser)"

lint: setup  ## Check style, types and the order of the rooms
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: setup  ## Put the code into its standard form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

audit: setup  ## Hold the pinned packages against the public list of known faults (needs the network)
	$(BIN)/python -m pip install --quiet pip-audit
	$(BIN)/pip-audit --disable-pip --no-deps --requirement requirements.lock

mutants: setup  ## Change searches, measures and scores a little, and print which changes no test notices
	$(BIN)/python -m pip install --quiet cosmic-ray
	$(BIN)/python tests/faults/mutants.py

faults: setup  ## Break runs on purpose (kills, full disk, damaged cache) and print what was found afterwards
	$(BIN)/python tests/faults/campaign.py

cov: setup  ## Run the tests and show which lines they reach
	$(BIN)/python -m pytest -n auto --cov --cov-report=term-missing:skip-covered

fuzz: setup  ## Feed 100,000 spoiled files to every reader and print what came of them
	$(BIN)/python tests/fuzz/campaign.py 100000

lock: setup  ## Pin the newest versions that pyproject.toml admits
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --upgrade --universal --all-extras --no-header --output-file requirements.lock pyproject.toml

benchmark: setup  ## Measure against the peers (their packages are installed first) and print the tables
	$(BIN)/python -m pip install --quiet --constraint requirements.lock --editable '.[dev,peers]'
	for script in benchmarks/speed benchmarks/*.py; do echo "== $$script"; $(BIN)/python $$script; done

docs: setup  ## Build the documentation into site/, with warnings as errors
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict
	@echo site/index.html

pictures: setup  ## Take the pictures of the READMEs from the sample (needs Chromium)
	$(BIN)/python docs/pictures.py

notebooks: report  ## Run the notebooks and keep their pictures
	$(BIN)/python notebooks/build.py

wheel: setup  ## Build the distributions
	$(BIN)/python -m pip install --quiet build
	$(BIN)/python -m build

clean:  ## Remove what was generated
	rm -rf $(VENV) $(SAMPLE) runs site dist build
