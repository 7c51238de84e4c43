"""What was put into the outbox goes to people: as letters, messages and digests, as they have chosen."""
