"""`manage.py standin`: the local stand-in for the social platforms and the station's mail server."""

from __future__ import annotations

import signal
import threading
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from announcements.standin.server import StandIn, is_loopback


class Command(BaseCommand):
    """Runs until Ctrl-C or SIGTERM."""

    help = "Runs the stand-in for the social platforms, webhooks and mail. Development only."
    # It needs neither database nor models, and starts beside a server that has already checked them.
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Addresses and, if wanted, a file to keep the posts in."""
        parser.add_argument("--host", default="127.0.0.1", help="a loopback address")
        parser.add_argument(
            "--port", type=int, default=getattr(settings, "STANDIN_PORT", 0), help="HTTP; 0 takes a free one"
        )
        parser.add_argument(
            "--smtp-port", type=int, default=getattr(settings, "STANDIN_SMTP_PORT", 0), help="SMTP; the same"
        )
        parser.add_argument(
            "--state",
            default=str(settings.VAR_DIR / "standin.json"),
            help='file that keeps the posts; "" keeps nothing',
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Refuses to run where announcements are real."""
        if not (settings.DEBUG or getattr(settings, "ALLOW_STANDIN", False)):
            raise CommandError(
                "The stand-in runs only with DEBUG or ALLOW_STANDIN: it must never take real announcements."
            )
        if not is_loopback(options["host"]):
            raise CommandError("The stand-in may only listen on the loopback interface.")
        try:
            stand_in = StandIn(
                options["host"],
                options["port"],
                options["smtp_port"],
                state_file=Path(options["state"]) if options["state"] else None,
                timezone=settings.TIME_ZONE,
            )
        except (OSError, OverflowError) as error:
            raise CommandError(f"The stand-in could not start: {error}") from error
        ended = threading.Event()
        signal.signal(signal.SIGTERM, lambda *_: ended.set())
        with stand_in:
            self.stdout.write(f"Stand-in: {stand_in.url}/  SMTP: {stand_in.host}:{stand_in.smtp_port}")
            self.stdout.flush()
            try:
                ended.wait()
            except KeyboardInterrupt:
                self.stdout.write("")
