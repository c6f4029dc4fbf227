# Everything runs in a private environment, .venv, made on first use.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PUBLIC_TEXTS ?=
# Labelled tables to measure on, as NAME=PATH, with spaces between.
SCORE ?=

.PHONY: demo engine fuzz compare test browser test-spark test-lowest torture check model stamp card fallback lexicon words docs notebooks \
	bench-speed bench-lexicon bench-ablations bench-curve bench-names bench-suggest bench-lift bench-tables clean

$(VENV)/light: pyproject.toml $(wildcard engine/*)  # what a verdict needs, and no more
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(0 if v >= (3, 11) else "netralitas_nlp needs Python 3.11 or newer, this is %d.%d; run: make PYTHON=python3.12 ..." % v[:2])'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	@touch $@

$(VENV)/ready: $(VENV)/light  # everything
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@

demo: $(VENV)/light  ## sort a sample of our captions, with the words that decided
	@$(BIN)/netralitas classify - < data/sample.txt

# A file of tests shares what it trains: it stays with one process.
PYTEST = $(BIN)/python -m pytest -q -n auto --dist loadfile

test: $(VENV)/ready  ## the tests; those of the page in a browser where there is one, see "browser"
	$(PYTEST)

browser:  ## what the tests of the page need: Chromium, and axe-core, in node_modules
	@command -v chromium >/dev/null || apt-get install -y -qq chromium >/dev/null || { echo 'no Chromium: install it as an administrator (Debian: apt-get install chromium), or run: $(BIN)/playwright install chromium'; exit 1; }
	@npm install --no-save --no-package-lock --silent axe-core || { echo 'no axe-core: install npm, or set AXE_CORE=path/to/axe.min.js'; exit 1; }

check: $(VENV)/ready  ## all of it: style, types, tests
	$(BIN)/ruff check src tests benchmarks tools notebooks engine
	$(BIN)/ruff format --check src tests benchmarks tools engine
	$(BIN)/mypy
	$(PYTEST)

model: $(VENV)/ready  ## rebuild models/default, bit for bit with PUBLIC_TEXTS=path; without, the model of our own texts
	rm -rf build/netralitas-default && mkdir -p build
	$(BIN)/netralitas train data/captions --out build/netralitas-default --data-report build/data_report.csv $(if $(PUBLIC_TEXTS),--public-texts $(PUBLIC_TEXTS))
	cp build/netralitas-default/model.json build/netralitas-default/weights.npz models/default/

stamp: $(VENV)/ready  ## mark models/default as fit for the lists and lexicon as they are now, after a small edit
	$(BIN)/python tools/stamp.py models/default

card: $(VENV)/ready  ## measure models/default and write its card; SCORE="name=path ..." adds labelled texts
	$(BIN)/python tools/card.py models/default --captions data/captions $(if $(PUBLIC_TEXTS),--public-texts $(PUBLIC_TEXTS)) $(foreach s,$(SCORE),--score $(s)) --readme README.md --readme README.id.md

fallback: $(VENV)/ready  ## fit data/fallback.csv again
	$(BIN)/netralitas lexicon fit data/captions --out data/fallback.csv $(if $(PUBLIC_TEXTS),--public-texts $(PUBLIC_TEXTS))

lexicon: $(VENV)/ready  ## check data/lexicon after an edit
	$(BIN)/netralitas lexicon check data/lexicon

words: $(VENV)/ready  ## count the word list again from data/captions
	$(BIN)/python tools/words.py data/captions data/text/words.csv

bench-lexicon: $(VENV)/ready  ## time of the lexicon by its size, and of loading it
	$(BIN)/python benchmarks/lexicon_size.py

QUALITY = $(if $(PUBLIC_TEXTS),--public-texts $(PUBLIC_TEXTS)) $(addprefix --score ,$(SCORE))

bench-ablations: $(VENV)/ready  ## what each part of the model earns; needs PUBLIC_TEXTS=path SCORE="A=path B=path"
	$(BIN)/python benchmarks/ablations.py $(QUALITY)

bench-curve: $(VENV)/ready  ## what more texts of our own bring; needs the same
	$(BIN)/python benchmarks/learning_curve.py $(QUALITY)

bench-lift: $(VENV)/ready  ## what labelled texts of one's own bring; needs SCORE="A=path"
	$(BIN)/python benchmarks/lift.py $(QUALITY)

bench-names: $(VENV)/ready  ## whether it matters whose name a text has; needs SCORE="A=path B=path"
	$(BIN)/python benchmarks/names.py $(QUALITY)

engine: $(VENV)/light  ## build the engine into src again, after an edit of engine/
	$(BIN)/python engine/build.py

fuzz: $(VENV)/ready  ## the engine under sanitizers on hostile texts and damaged files; SECONDS=number
	$(BIN)/python tools/fuzz.py --seconds $(or $(SECONDS),600)

compare: $(VENV)/ready  ## the engine against the Python it follows; MADE=number TEXTS="other.csv"
	$(BIN)/python tools/compare.py data/captions/*.csv $(TEXTS) --made $(or $(MADE),1000000)

clean:
	rm -rf $(VENV) .venv-bench .venv-spark .venv-lowest build .pytest_cache .mypy_cache .ruff_cache dist src/netralitas_nlp/_engine*

bench-speed: $(VENV)/ready  ## speed and memory beside a plain pipeline; TEXTS=path for other texts
	$(BIN)/python benchmarks/speed.py $(if $(TEXTS),--texts $(TEXTS)) $(ARGS)

docs: $(VENV)/ready  ## draw the README's picture and run the examples of READMEs and guides again
	$(BIN)/python tools/picture.py
	-$(BIN)/python tools/sheet_pictures.py  # without LibreOffice the pictures stay as they are
	$(BIN)/python tools/docs.py

notebooks: $(VENV)/ready  ## run the notebooks again and keep what they show
	$(BIN)/python tools/notebooks.py

bench-suggest: $(VENV)/ready  ## whether suggested texts teach more than random ones; needs the same as bench-curve
	$(BIN)/python benchmarks/suggest.py $(QUALITY)

bench-tables: $(VENV)/ready  ## rows a second and memory of a large table; ARGS="--rows 5000000"
	$(BIN)/python benchmarks/big_tables.py $(ARGS)

test-spark: $(VENV)/ready  ## Spark on this machine, in an environment of its own; needs Java 17
	@java -version 2>/dev/null || { echo 'Spark needs Java 17 or newer; on Debian: apt-get install openjdk-17-jre-headless'; exit 1; }
	test -x .venv-spark/bin/python || $(PYTHON) -m venv .venv-spark
	.venv-spark/bin/python -m pip install --quiet --disable-pip-version-check -e '.[spark]' pytest
	.venv-spark/bin/python -m pytest -q tests/spark tests/test_recipes.py

QUICK = $(addprefix tests/,test_cli.py test_terminal.py test_model.py test_sklearn.py test_report.py test_pictures.py \
	tables/test_kinds.py tables/test_labelled.py serve/test_api.py serve/test_uploads.py)
# Wheels alone: a Python that an old library has no wheel for takes the first that has one.
LOWEST = .venv-lowest/bin/uv pip install --quiet --python .venv-lowest/bin/python --resolution lowest-direct --only-binary :all: --no-binary netralitas-nlp

test-lowest:  ## the oldest libraries that pyproject.toml allows; ARGS=tests for all tests, PYTHON=python3.13
	rm -rf .venv-lowest && $(PYTHON) -m venv .venv-lowest
	.venv-lowest/bin/python -m pip install --quiet --disable-pip-version-check uv
	$(LOWEST) -e .
	.venv-lowest/bin/netralitas classify - < data/sample.txt > /dev/null
	$(LOWEST) -e '.[dev]'
	.venv-lowest/bin/python -m pytest -q -p no:cacheprovider -W default::DeprecationWarning -W default::PendingDeprecationWarning -W default::FutureWarning $(or $(ARGS),$(QUICK))

torture: $(VENV)/ready  ## long forms of the tests that try to break it, with counts; ARGS=times (10 without it)
	NETRALITAS_TORTURE=$(or $(ARGS),10) $(BIN)/python -m pytest -q -p no:cacheprovider tests/test_hostile.py tests/test_entry.py tests/tables/test_damage.py tests/tables/test_signals.py tests/tables/test_round_trip.py
	$(BIN)/python benchmarks/kill_resume.py --kills $(or $(ARGS),10) --rows 6000
