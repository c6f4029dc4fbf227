# Everything runs in a private environment, .venv, made on first use.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PUBLIC_TEXTS ?=
# Labelled tables to measure on, as NAME=PATH, with spaces between.
SCORE ?=

.PHONY: docs bench-speed demo test check model card fallback lexicon words bench-lexicon bench-ablations bench-curve bench-names clean

$(VENV)/ready: pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(0 if v >= (3, 11) else "netralitas_nlp needs Python 3.11 or newer, this is %d.%d; run: make PYTHON=python3.12 ..." % v[:2])'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@

demo: $(VENV)/ready  ## sort a sample of our captions, with the words that decided
	@$(BIN)/netralitas classify - < data/sample.txt

test: $(VENV)/ready  ## the tests
	$(BIN)/python -m pytest -q

check: $(VENV)/ready  ## all of it: style, types, tests
	$(BIN)/ruff check src tests benchmarks tools
	$(BIN)/ruff format --check src tests benchmarks tools
	$(BIN)/mypy
	$(BIN)/python -m pytest -q

model: $(VENV)/ready  ## rebuild models/default, bit for bit with PUBLIC_TEXTS=path; without, the model of our own texts
	rm -rf build/model && mkdir -p build
	$(BIN)/netralitas train data/captions --out build/model --data-report build/data_report.csv $(if $(PUBLIC_TEXTS),--public-texts $(PUBLIC_TEXTS))
	cp build/model/model.json build/model/weights.npz models/default/

card: $(VENV)/ready  ## measure models/default and write its card; SCORE="name=path ..." adds labelled texts
	$(BIN)/netralitas card models/default --captions data/captions $(if $(PUBLIC_TEXTS),--public-texts $(PUBLIC_TEXTS)) $(foreach s,$(SCORE),--score $(s)) --readme README.md --readme README.id.md

fallback: $(VENV)/ready  ## fit data/fallback.csv again
	$(BIN)/netralitas lexicon fit data/captions --out data/fallback.csv $(if $(PUBLIC_TEXTS),--public-texts $(PUBLIC_TEXTS))

lexicon: $(VENV)/ready  ## compile data/lexicon after an edit
	$(BIN)/netralitas lexicon compile data/lexicon

words: $(VENV)/ready  ## count the word list again from data/captions
	$(BIN)/python -m netralitas_nlp.corpus data/captions data/text/words.csv

bench-lexicon: $(VENV)/ready  ## time of the lexicon by its size, and of loading it
	$(BIN)/python benchmarks/lexicon_size.py

QUALITY = $(if $(PUBLIC_TEXTS),--public-texts $(PUBLIC_TEXTS)) $(addprefix --score ,$(SCORE))

bench-ablations: $(VENV)/ready  ## what each part of the model earns; needs PUBLIC_TEXTS=path SCORE="A=path B=path"
	$(BIN)/python benchmarks/ablations.py $(QUALITY)

bench-curve: $(VENV)/ready  ## what more texts of our own bring; needs the same
	$(BIN)/python benchmarks/learning_curve.py $(QUALITY)

bench-names: $(VENV)/ready  ## whether it matters whose name a text has; needs SCORE="A=path B=path"
	$(BIN)/python benchmarks/names.py $(QUALITY)

clean:
	rm -rf $(VENV) build .pytest_cache .mypy_cache .ruff_cache dist

bench-speed: $(VENV)/ready  ## speed and memory beside a plain pipeline; TEXTS=path for other texts
	$(BIN)/python benchmarks/speed.py $(if $(TEXTS),--texts $(TEXTS))

docs: $(VENV)/ready  ## run the examples of the READMEs again and write down what they print
	$(BIN)/python tools/docs.py README.md README.id.md
