"""Counting rules: pure functions over arrays that know nothing of the rest of Pilin."""
