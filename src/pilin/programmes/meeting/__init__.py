"""Meetings that become work: minutes and notices read for what is required, each requirement a matter with a day."""
