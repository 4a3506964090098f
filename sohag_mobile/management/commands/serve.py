"""Run the whole product on one machine: web server, worker with its timers, and the stand-in for the networks."""

import contextlib
import fcntl
import hashlib
import os
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from io import BufferedReader, StringIO
from pathlib import Path
from typing import Any, TextIO, cast

from django.apps import apps
from django.conf import settings
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from sohag_mobile.processes import answers, die_with_parent, end_process_groups, port_is_taken

READY_SECONDS = 60


class Command(BaseCommand):
    help = (
        "Prepare the database, then run the web server, the Celery worker with beat and, in development, the stand-in. "
        "Ctrl-C stops everything."
    )
    # Settings are checked by `migrate`, which runs first; twice would only cost time.
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--no-prepare", action="store_true", help="do not migrate nor load anything")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.STANDIN_URL:
            raise CommandError("`serve` is for development and demonstration; production runs docker-compose.yml.")
        port: int = settings.PORT
        with only_one_per_folder(settings.VAR_DIR / "serve.lock", port):
            refuse_taken_ports(port)
            self.run_until_stopped(port, prepare=not options["no_prepare"])

    def run_until_stopped(self, port: int, *, prepare: bool) -> None:
        """Prepare, start the web server, then the rest; return when told to stop.

        Raises CommandError when one of the programs ends by itself.
        """
        stopping = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: stopping.set())
        lines = command_lines(port)
        children: dict[str, subprocess.Popen[bytes]] = {}
        failed = ""
        try:
            if prepare and not is_prepared():
                self.prepare()
            # The page first: a person waits for it, and starting everything at once would make it the slower.
            children["web"] = start(lines.pop("web"), port)
            password = demo_password()
            if prepare:
                call_command("load_demo_accounts", password=password, verbosity=0)
            deadline = time.monotonic() + READY_SECONDS
            while not (stopping.wait(0.05) or answers(port) or children["web"].poll() is not None):
                if time.monotonic() > deadline:
                    break
            if not stopping.is_set() and answers(port):
                children |= {name: start(command, port) for name, command in lines.items()}
                self.stdout.write(banner(port, password))
                self.stdout.flush()
            # Threads only after the last fork, which would copy their locks but not them.
            for name, child in children.items():
                threading.Thread(target=relay_lines, args=(name, child, self.stdout), daemon=True).start()
            while len(children) > 1 and not stopping.wait(0.2):
                failed = next((name for name, child in children.items() if child.poll() is not None), "")
                if failed:
                    break
            if len(children) == 1 and not stopping.is_set():
                failed = "web"
        finally:
            end_process_groups(children.values())
        if failed:
            time.sleep(0.2)  # its last words are still on their way through the pipe
            status = children[failed].returncode
            raise CommandError(f"The {failed} process ended by itself (status {status}), so everything was stopped.")
        self.stdout.write("Stopped.")

    def prepare(self) -> None:
        """Bring the database up to date and fill it where it is empty."""
        self.stdout.write("Preparing the database…")
        call_command("migrate", interactive=False, verbosity=0)
        self.stdout.write("Loading the reference data…")
        call_command("load_reference", verbosity=0, stdout=StringIO())
        if "load_example" in get_commands() and not apps.get_model("schedules", "Stop")._default_manager.exists():
            self.stdout.write("Making an example schedule…")
            call_command("load_example", verbosity=0, stdout=StringIO())
        stamp_file().write_text(fingerprint(), encoding="ascii")


def stamp_file() -> Path:
    """Return the file that remembers for what the database was last prepared."""
    return Path(settings.VAR_DIR) / "prepared"


def is_prepared() -> bool:
    """Tell, without a query, whether the embedded database already fits the migrations and reference data here."""
    database = settings.DATABASES["default"]
    embedded = database["ENGINE"].endswith("sqlite3") and Path(database["NAME"]).exists()
    return embedded and stamp_file().exists() and stamp_file().read_text(encoding="ascii") == fingerprint()


def fingerprint() -> str:
    """Return a hash of the migrations and of the reference data that the product ships."""
    digest = hashlib.sha256()
    for pattern in ("*/migrations/*.py", "*/reference/*", "requirements.txt"):
        for path in sorted(path for path in settings.BASE_DIR.glob(pattern) if path.is_file()):
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def command_lines(port: int) -> dict[str, list[str]]:
    """Return what to start, by the name that prefixes its log lines."""
    programs = Path(sys.executable).parent
    return {
        "web": [
            str(programs / "granian"),
            *("--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--no-ws"),
            *("--workers", "1", "--blocking-threads", "4", "--log-level", "warning"),
            # A worker that is told to stop while it starts does not hear it.
            *("--workers-kill-timeout", "5"),
            "sohag_mobile.wsgi:application",
        ],
        "worker": [
            str(programs / "celery"),
            *("-A", "sohag_mobile", "--quiet", "worker", "--beat", "--pool", "threads", "--concurrency", "4"),
            *("--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "INFO"),
        ],
        "stand-in": [
            *(sys.executable, "manage.py", "standin"),
            *("--port", str(settings.STANDIN_PORT), "--smtp-port", str(settings.STANDIN_SMTP_PORT)),
        ],
    }


def start(command: list[str], port: int) -> subprocess.Popen[bytes]:
    """Start one child in a process group of its own; its output comes through a pipe."""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE", "sohag_mobile.settings.dev"),
        "PORT": str(port),
        "PYTHONUNBUFFERED": "1",
        # What is shown is the product: its own error pages, not Django's. DEBUG=1 asks for those.
        "DEBUG": os.environ.get("DEBUG", "0"),
    }
    return subprocess.Popen(
        command,
        cwd=settings.BASE_DIR,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        process_group=0,
        preexec_fn=die_with_parent(),
    )


def relay_lines(name: str, child: subprocess.Popen[bytes], out: TextIO) -> None:
    """Copy a child's output line by line, each marked with the child's name."""
    for line in cast(BufferedReader, child.stdout):
        text = line.decode(errors="replace").rstrip()
        if text:
            out.write(f"{name:<8} | {text}")
            out.flush()


@contextlib.contextmanager
def only_one_per_folder(path: Path, port: int) -> Iterator[None]:
    """Hold a lock for as long as we run: two workers on one folder of broker files would take each other's messages."""
    with path.open("a+", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            where = lock.read().strip() or "another address"
            raise CommandError(
                f"This copy is already running at {where}. Stop it first (Ctrl-C there), or give a second one its own "
                f"folder and port: VAR_DIR=var/second PORT={port + 10} make run"
            ) from None
        lock.truncate(0)
        lock.write(f"http://127.0.0.1:{port}/ (process {os.getpid()})")
        lock.flush()
        yield


def refuse_taken_ports(port: int) -> None:
    """Say which port is in use before anything is started."""
    wanted = {port: "PORT", settings.STANDIN_PORT: "STANDIN_PORT", settings.STANDIN_SMTP_PORT: "STANDIN_SMTP_PORT"}
    for number, name in wanted.items():
        if port_is_taken(number):
            raise CommandError(
                f"Port {number} is in use by another program. Choose another one, for example: "
                f"{name}={number + 10} make run"
            )


def demo_password() -> str:
    """Return the demonstration accounts' password: DEMO_PASSWORD, else one made once and kept in `var/`."""
    if settings.DEMO_PASSWORD:
        return str(settings.DEMO_PASSWORD)
    path: Path = settings.VAR_DIR / "demo_password"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(9), encoding="ascii")
    return path.read_text(encoding="ascii").strip()


def banner(port: int, password: str) -> str:
    """Return what a person who started the product needs to know."""
    accounts = apps.get_model("vehicles", "Membership")._default_manager.filter(user__is_active=True)
    with translation.override("en"):  # a terminal shows left-to-right text in order, and little else
        rows = sorted(
            {
                (item.user.username, str(item.get_role_display()), item.district.name_en if item.district else "")
                for item in accounts.select_related("user", "district")
            }
        )
    lines = [
        "",
        "=" * 78,
        f"  Public calendar   http://127.0.0.1:{port}/",
        f"  Staff (admin)     http://127.0.0.1:{port}/admin/",
        f"  Stand-in          {settings.STANDIN_URL}/   (what the social pages and the radio received)",
        "",
        f"  Demonstration accounts, password {password}",
        *(f"    {name:<24} {role:<38} {unit}".rstrip() for name, role, unit in rows),
        "",
        "  Ctrl-C stops everything.",
        "=" * 78,
        "",
    ]
    return "\n".join(lines)
