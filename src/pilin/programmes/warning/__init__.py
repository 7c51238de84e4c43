"""Warnings that came in from whoever issues them, shown where they concern, and passed on by every station."""
