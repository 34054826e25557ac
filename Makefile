# Two commands matter: `make run` serves the app, `make test` proves it. Both install what they need.
# VENV may point elsewhere; TERRITORY is what `make run` prepares (demo, dep:42, region:84 …).

PYTHON ?= python3
VENV ?= .venv
TERRITORY ?= demo
PORT ?= 8501
BIN := $(VENV)/bin

.PHONY: help run test install install-dev lint bench lock clean

help:
	@echo "make run [TERRITORY=region:84] [PORT=8501]   installer, construire, ouvrir l'application"
	@echo "make test                                    installer, vérifier le style, lancer les tests"
	@echo "make install                                 créer l'environnement seulement"
	@echo "make bench                                   mesurer, à côté des outils comparables"

run: install
	@$(BIN)/qpv app --territory "$(TERRITORY)" --port "$(PORT)"

test: install-dev lint
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder

install: $(VENV)/.run
install-dev: $(VENV)/.dev

# Stamps: an environment is made again only when its lock changes.
$(VENV)/.run: requirements.lock pyproject.toml
	@echo "Environnement Python : $(VENV) (quelques minutes la première fois)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.run
	@echo "Outils de vérification : $(VENV)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

lint: install-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: install-dev
	$(BIN)/python -m tests.benchmarks

# Needs `uv`; hashes without addresses, so that any mirror of the package index will do.
lock:
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra dev --extra build pyproject.toml -o requirements-dev.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra build -c requirements-dev.lock pyproject.toml -o requirements.lock

clean:
	rm -rf $(VENV) build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis static/vendor artifacts
