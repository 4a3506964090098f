"""The outside world. Only this package opens a connection to a platform, a mail server or the outbox folder."""
