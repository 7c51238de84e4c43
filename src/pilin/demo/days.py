"""When a story is played: its days are counted from its start."""

#: How long before today a story begins, so that its last step is today's.
DAYS = 44
#: For what follows on a step that a server took by itself, and so on its clock: now, whatever hour it is.
NOW = DAYS + 1
