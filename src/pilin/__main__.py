"""`python -m pilin` is the `pilin` command."""

from pilin.cli import main

main()
