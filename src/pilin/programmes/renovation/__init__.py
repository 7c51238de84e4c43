"""Renovation of old housing (老旧小区改造): surveyed, planned, voted on by the owners, done, accepted."""
