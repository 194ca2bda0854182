# Each target is one call that README.md also gives for people without make.
PYTHON ?= python3
BIN := $(if $(filter Windows_NT,$(OS)),.venv/Scripts,.venv/bin)

.PHONY: help reproduce test mutations countries house lab lint bench lock environment
.DEFAULT_GOAL := help

help:  ## Show the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'

reproduce: environment  ## Rerun every notebook and compare everything with what is committed
	$(BIN)/egovstudy reproduce

test: environment  ## Run all tests, the notebooks under strict nbval among them
	$(BIN)/python -m pytest -n 2 --dist loadscope

mutations: environment  ## Break notebooks, data, library, figures and texts in 200 drawn ways: is each seen for its reason?
	$(BIN)/python -m tests.mutations --count 200 --seed 1 --jobs 2

countries: environment  ## Run the notebooks that take a country for 20 drawn ones: does each run, or say what it leaves out?
	$(BIN)/python -m tests.countries --count 20 --seed 1 --jobs 2

house: environment  ## Write docs/house.md and its picture anew from the code
	$(BIN)/python -m tests.house

lab: environment  ## Open JupyterLab on the notebooks
	$(BIN)/jupyter lab notebooks

lint: environment  ## Check style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: environment  ## Measure start-up, a table of a million events, and the synthetic control beside other programs
	$(BIN)/python benchmarks/startup.py
	$(BIN)/python benchmarks/validation.py
	$(BIN)/python benchmarks/placebo.py

lock: environment  ## Compile requirements.lock anew from pyproject.toml
	$(BIN)/uv pip compile --universal --generate-hashes --fork-strategy fewest --python-version 3.11 --no-header --quiet \
	  --no-emit-index-url --no-emit-find-links --no-annotate --extra notebooks --extra dev pyproject.toml -o requirements.lock

environment: .venv/made  ## Make .venv from requirements.lock

.venv/made: requirements.lock pyproject.toml
	$(PYTHON) -m venv --clear .venv
	sed -n '/^uv==/,/[^\\]$$/p' requirements.lock > .venv/uv.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r .venv/uv.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
	@echo made > .venv/made
