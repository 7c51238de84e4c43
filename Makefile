# Two commands: `make demo` and `make test`. Python 3.11 or newer, make and git are all they need.
PYTHON ?= python3
export UV_PYTHON_DOWNLOADS = never
RUN = .venv/bin/python
DEV = .venv/.ready-dev
USE = .venv/.ready

.PHONY: demo test check bench docs shots record clean

demo: $(USE)
	@.venv/bin/pilin demo $(ARGS)

test: $(DEV) check
	$(RUN) tools/browser.py
	$(RUN) -m pytest -n 2 --dist loadgroup $(ARGS)

check: $(DEV)
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	$(RUN) -m tools.catalogue --check

bench: $(DEV)
	$(RUN) -m bench $(ARGS)

docs: $(DEV)
	$(RUN) -m tools.procedures
	$(RUN) -m tools.entries

shots: $(DEV)
	$(RUN) -m tools.shots --readme docs/pictures $(ARGS)

# This release's record, kept for every later release to restore: see tests/records/README.md.
record: $(DEV)
	$(RUN) -m tools.freeze $(ARGS)

# What running needs; what developing needs comes with `make test`.
$(USE): pyproject.toml uv.lock
	@$(PYTHON) tools/bootstrap.py --python $(PYTHON) --no-dev
	@touch $(USE)

$(DEV): pyproject.toml uv.lock
	@$(PYTHON) tools/bootstrap.py --python $(PYTHON)
	@touch $(DEV) $(USE)

clean:
	rm -rf .venv .tools
