# The table of commands; `make help` prints it.

PORT ?= 8000
PYTHON := .venv/bin/python
INSTALL := $(PYTHON) -m pip --disable-pip-version-check install -qq --require-hashes
# Tests wait half of their time, for browsers and servers: one process more than there are cores.
WORKERS := $(shell cores=$$(getconf _NPROCESSORS_ONLN); echo $$((cores < 7 ? cores + 1 : 8)))
PYTEST := $(PYTHON) -m pytest -n $(WORKERS)
# What the gate looks at is the code, whatever a person's own settings and database say.
GATE := HUBBUB_ENV_FILE= SECRET_KEY=gate DATABASE_URL=sqlite://:memory: REDIS_URL=

.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: help run test engines screenshots weights looks icons messages check bench faults conformance format lock vendor clean \
	check-format check-lint check-types check-templates check-migrations check-deploy check-audit

help:  ## this table
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 12

run: .venv/base .env  ## install, migrate, serve (PORT=8000)
	@$(PYTHON) manage.py migrate --noinput --verbosity 0
	@$(PYTHON) manage.py collectstatic --noinput --verbosity 0
	@exec $(PYTHON) manage.py serve --work --port $(PORT)

test: .venv/test  ## every test on both profiles (ARGS="-k word" for some)
	@echo "== tests"
	@$(PYTHON) tests/provide.py
	PROFILE=embedded $(PYTEST) $(ARGS)
	PROFILE=scaled $(PYTEST) $(ARGS)

engines: .venv/test  ## the main journeys in Chromium, Firefox and WebKitGTK (ARGS="-k firefox")
	@$(PYTHON) tests/provide.py engines
	$(PYTHON) -m pytest tests/engines $(ARGS)

screenshots: .venv/test  ## a sheet of every page in var/screenshots (ARGS="room search" for some)
	@$(PYTHON) tests/provide.py
	@$(PYTHON) -m tests.screenshots $(ARGS)

weights: .venv/test  ## what pages weigh, and what Lighthouse (npm) says of them
	@$(PYTHON) tests/provide.py
	@$(PYTHON) -m tests.screenshots weights

looks: .venv/test  ## write anew what every component looks like, after a change that is meant
	@$(PYTHON) tests/provide.py
	LOOKS=renew PROFILE=embedded $(PYTHON) -m pytest -q tests/browser/test_design.py

icons: .venv/test  ## draw the PNG icons again from favicon.svg
	@$(PYTHON) -m tests.screenshots.icons

check: check-format check-lint check-types check-templates check-migrations check-deploy check-audit test  ## the whole gate, as CI runs it

check-format: .venv/dev
	@echo "== format"
	@$(PYTHON) -m ruff format --check --quiet .

check-lint: .venv/dev
	@echo "== lint"
	@$(PYTHON) -m ruff check --quiet .

check-types: .venv/dev
	@echo "== types"
	@$(GATE) $(PYTHON) -m mypy config rooms accounts tests requirements

check-templates: .venv/dev
	@echo "== templates"
	@find templates -name '*.html' -exec .venv/bin/djade --target-version 6.1 --check {} +

check-migrations: .venv/dev
	@echo "== migrations"
	@$(GATE) $(PYTHON) manage.py makemigrations --check --dry-run

check-deploy: .venv/dev
	@echo "== deploy"
	@secret=$$($(PYTHON) -c 'import secrets; print(secrets.token_urlsafe(50))'); \
	$(GATE) SECRET_KEY="$$secret" DEBUG=off HTTPS=on ALLOWED_HOSTS=example.org \
		EMAIL_URL=smtp+tls://user:password@example.org:587 $(PYTHON) manage.py check --deploy --fail-level WARNING

check-audit: .venv/dev
	@echo "== audit"
	@$(PYTHON) requirements/audit.py

bench: .venv/test  ## measure, side by side with the obvious way (ARGS="posting --profile scaled")
	@$(PYTHON) -m tests.benchmarks $(or $(ARGS),fanout)
	@$(if $(ARGS),,$(PYTHON) -m tests.benchmarks posting && $(PYTHON) -m tests.benchmarks page)

faults: .venv/test  ## harm it in every way, and look whether anything is missing (SEED=… repeats)
	@$(PYTHON) tests/provide.py faults
	@$(PYTHON) -m tests.faults $(ARGS)

conformance: .venv/test  ## the Autobahn suite against the server (needs a Python 2.7 beside)
	@$(PYTHON) -m tests.conformance

format: .venv/dev  ## write code and templates as `make check` wants them
	@$(PYTHON) -m ruff check --quiet --fix .
	@$(PYTHON) -m ruff format --quiet .
	@find templates -name '*.html' -exec .venv/bin/djade --target-version 6.1 {} + || true

messages: .venv/test  ## gather what is to be translated into locale/, and compile what is (gettext)
	@$(PYTHON) tests/provide.py messages
	@$(GATE) $(PYTHON) manage.py makemessages --all --no-location --no-wrap --no-obsolete -i .venv -i tests -i docs -i var
	@sed -i.was '/^"POT-Creation-Date/d' locale/*/LC_MESSAGES/django.po && rm locale/*/LC_MESSAGES/*.was
	@$(GATE) $(PYTHON) manage.py compilemessages -i .venv

lock: .venv/dev  ## pin requirements/*.in with hashes (ARGS=--upgrade for newer ones)
	@cd requirements && for name in base test dev; do \
		echo "requirements/$$name.txt"; \
		../$(PYTHON) -m uv pip compile --universal --python-version 3.12 --generate-hashes \
			--no-emit-index-url --no-annotate $(ARGS) $$name.in -o $$name.txt >/dev/null || exit; \
	done

vendor: $(PYTHON)  ## build static/vendor again from npm's package
	@$(PYTHON) requirements/vendor.py

clean:  ## remove the environment and caches; data and settings stay
	@rm -rf .venv .hypothesis .mypy_cache .pytest_cache .ruff_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# A stamp per set of packages: renewed when its lock changes, nothing to do otherwise.

.venv/base: requirements/base.txt $(PYTHON)
	@echo "Installing what Hubbub needs (a minute, the first time)"
	@$(INSTALL) -r requirements/base.txt
	@touch $@

.venv/test: requirements/test.txt .venv/base
	@echo "Installing what the tests need"
	@$(INSTALL) -r requirements/base.txt -r requirements/test.txt
	@touch $@

.venv/dev: requirements/dev.txt .venv/test
	@echo "Installing what the gate needs"
	@$(INSTALL) -r requirements/base.txt -r requirements/dev.txt
	@touch $@

$(PYTHON):
	@sh requirements/environment.sh

.env:
	@secret=$$($(PYTHON) -c 'import secrets; print(secrets.token_urlsafe(50))') && umask 077 && \
	sed "s|^SECRET_KEY=.*|SECRET_KEY=$$secret|" .env.example >.env
	@echo "Wrote .env with a new SECRET_KEY; .env.example explains each setting"
