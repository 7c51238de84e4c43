# Two commands: `make demo` and `make test`; `make quick` while one works. Python 3.11 or newer, make and git are all they need.
PYTHON ?= python3
export UV_PYTHON_DOWNLOADS = never
# Tests start some two hundred processes: none is to compile everything anew.
export PYTHONDONTWRITEBYTECODE =
RUN = .venv/bin/python
DEV = .venv/.ready-dev
USE = .venv/.ready
# A file's tests follow each other in one process; files are begun in the order in which they are found.
SPREAD = --dist loadfile --no-loadscope-reorder

.PHONY: demo test quick check fuzz chaos cluster bench docs shots record clean

demo: $(USE)
	@.venv/bin/pilin demo $(ARGS)

test: $(DEV) check
	$(RUN) tools/browser.py
	$(RUN) tools/schemas.py
	$(RUN) -m pytest -n 2 $(SPREAD) --hypothesis-profile full $(ARGS)

# What takes long is left out: see the markers in pyproject.toml.
quick: $(DEV) check
	$(RUN) -m pytest -n 2 $(SPREAD) -m "not (slow or browser or faults)" $(ARGS)

# The one list of checks; before a commit, pre-commit calls it.
check: $(DEV)
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	$(RUN) -m tools.catalogue --check

# Readers of what strangers send, tried with inputs that coverage leads; ARGS="--runs 1000000 election".
fuzz: $(DEV)
	@$(PYTHON) tools/bootstrap.py --python $(PYTHON) --group fuzz
	$(RUN) -m tools.fuzz $(ARGS)

# Kills, stops and rebuilds at random moments while people act: ARGS="MOMENTS SEED", else 100 and 1.
chaos: $(DEV)
	$(RUN) -m tests.faults.chaos $(ARGS)

# Three machines on loopback from the files in deploy/cluster, and the drill run on them.
cluster: $(DEV)
	$(RUN) -m tests.cluster.drill

bench: $(DEV)
	$(RUN) -m bench $(ARGS)

# Whatever is made from the code: the pages of procedures, the types of entries, the catalogues.
docs: $(DEV)
	$(RUN) -m tools.procedures
	$(RUN) -m tools.entries
	$(RUN) -m tools.catalogue

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
