"""The gazette of the border: what was raised, decided, done and confirmed between two days, set as a paper."""
