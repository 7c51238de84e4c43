"""Short statements on a consultation that anyone agrees or disagrees with, one at a time."""
