"""Participatory budgets: ideas, vetting, a vote, and projects for what was chosen."""
