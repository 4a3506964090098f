"""Logging that cannot give away a secret, wherever it appears: in a message, an address or a traceback."""

import logging

from django.conf import settings


class RedactingFormatter(logging.Formatter):
    """Formats like its parent, then blots out every access token and the mail password."""

    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record)
        for secret in (*settings.CHANNEL_TOKENS.values(), settings.EMAIL_HOST_PASSWORD, settings.METRICS_TOKEN):
            # Shorter ones are no secrets, and would blot out half of every line.
            if len(secret) >= 6:
                text = text.replace(secret, "***")
        return text
