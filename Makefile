# make demo     the seed article's records, from the embedded model on this machine
# make test     the tests, offline
# make check    everything else that CI checks: lint, types, import contracts, published schemas
# make record   records the cassettes again, from the embedded model
# make train    teaches the adapter on, from training/documents: 5 GB to install, then half an hour

PYTHON ?= python3
VENV ?= .venv
EDITABLE ?= -e
BIN = $(VENV)/bin
PIP_INSTALL = $(BIN)/pip install -qq --disable-pip-version-check $(EDITABLE)

.PHONY: demo test check lint types contracts schema record train

demo: $(VENV)/.local
	@$(BIN)/defext extract seeds/000_f594f1167dbfa592.txt --published 2025-07-01 --model local $(ARGS)

test: $(VENV)/.dev
	@$(BIN)/pytest --cov $(ARGS)

check: lint types contracts schema

lint: $(VENV)/.dev
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check

types: $(VENV)/.dev
	@$(BIN)/mypy

contracts: $(VENV)/.dev
	@$(BIN)/lint-imports --no-logo

schema: $(VENV)/.dev
	@$(BIN)/defext schema --check

record: $(VENV)/.dev $(VENV)/.local
	@$(BIN)/defext model pull
	@$(BIN)/pytest --record -m recorded $(ARGS)

train: $(VENV)/.train $(VENV)/.local
	@$(BIN)/defext model pull
	@$(BIN)/python -m training.train defext/local/adapter.gguf adapter.gguf training/documents/*.jsonl $(ARGS)

# The stamps in $(VENV) say that an extra is installed as pyproject.toml has it.
$(VENV)/.local $(VENV)/.dev $(VENV)/.train: $(VENV)/.%: $(VENV)/.made pyproject.toml
	@echo "Installing defext[$*] into $(VENV)" >&2
	@$(PIP_INSTALL) '.[$*]' >&2
	@touch $@

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "defext needs Python 3.11 or newer and $(PYTHON) is %d.%d; name another: make PYTHON=python3.12" % sys.version_info[:2])'
	@$(PYTHON) -m venv $(VENV)
	@touch $@
