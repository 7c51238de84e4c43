"""A product's way from one lot to the next: what is done to it, what may come of it, and what cannot be true."""
