"""Whom a policy is for: conditions as data, decided of profiles in which facts may be missing."""
