"""One file a question; each prints a ratio against a peer or a limit measured in the same run.

python -m bench [NAME …] [--keep FOLDER] [--largest N] [--write]

NAME is one of pages, rate, steps, verifying, importing, ballots, lots, shares; without one, all of them
run. FOLDER keeps the filled installations, so that the next run need not make them again. --write puts
the tables into docs/benchmarks.md. What compares with others needs `uv sync --group peers`; published
data is looked for in the folder PILIN_BENCH_DATA.
"""
