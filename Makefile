# Two commands are enough: make demo, make test. docs/development.md has the rest.
bin := .venv/bin
pytest := $(bin)/python -m pytest
python := $(shell for it in python3 python3.13 python3.12 python3.11; do $$it -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$it && break; done)

# Compiled Python is kept, whatever the machine says: tests start programs by the dozen, and each would compile all of it.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test check ruff mypy imports needed collected bench golden screenshot revision
demo: .venv/ready; @$(bin)/python -m bot demo $(if $(port),--port $(port))
test: ; @$(MAKE) --no-print-directory -j 3 needed mypy collected ruff imports && $(pytest) -n 4 --dist worksteal
check: mypy ruff imports
ruff: .venv/ready-test; @$(bin)/ruff check . && $(bin)/ruff format --check .
mypy: .venv/ready-test; @$(bin)/mypy
imports: .venv/ready-test; @$(bin)/lint-imports
# Beside pip: it needs nothing that pip brings.
needed: ; @$(python) tests/need.py
# Beside mypy, which has one processor: what tests import is compiled once, where each worker would do it for itself.
collected: .venv/ready-test; @said=$$($(pytest) --collect-only -qq 2>&1) || { echo "$$said"; exit 1; }
bench: .venv/ready-test; @$(pytest) tests/benchmarks -o python_files='*.py' -s --timeout 1800
screenshot: .venv/ready-test; @$(bin)/python -m tests.screenshot
golden: .venv/ready-test; @COACH_GOLDEN=write $(pytest) -q -k golden
revision: .venv/ready-test; @$(bin)/python -m migrations.new "$(or $(name),$(error say what changes: make revision name="..."))"

# Each is made anew when the dependencies change; an environment whose Python is gone is thrown away.
.venv/ready: pyproject.toml
	$(call install,.)
	@# By all processors; pip would use one, and whoever looks at the demo waits. Some packages bring files for another Python.
	@$(bin)/python -m compileall -q -j 0 .venv/lib >/dev/null 2>&1 || true
.venv/ready-test: pyproject.toml
	$(call install,.[test])
	@touch .venv/ready-test
define install
@test -n "$(python)" || { echo "Python 3.11 or newer is missing; on Debian: apt install python3 python3-venv" >&2; exit 1; }
	@$(python) -c 'import ensurepip, venv' 2>/dev/null || { echo "Python's venv module is missing; on Debian: apt install python3-venv" >&2; exit 1; }
	@$(bin)/python -m pip --version >/dev/null 2>&1 || $(python) -m venv --clear .venv
	@echo "installing into .venv (once; needs the network)" && $(bin)/python -m pip install --quiet --disable-pip-version-check --no-compile --editable '$(1)'
	@touch .venv/ready
endef
