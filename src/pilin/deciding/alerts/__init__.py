"""Warnings as they travel: read, held to their schema, their signature checked, and written again. No Django."""
