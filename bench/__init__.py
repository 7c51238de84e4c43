"""One file a question; each prints a ratio against a peer or a limit measured in the same run.

python -m bench [NAME …] [--keep FOLDER] [--largest N] [--write]

NAME is a file here (pages, rate, ballots, opinion, …); without one, all of them run. FOLDER keeps the
filled installations, so that the next run need not make them again. --write puts the tables
into docs/benchmarks.md.
"""
