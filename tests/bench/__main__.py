"""Start the product as in production (PostgreSQL, Redis, granian), a bare Django and nginx, and measure them in turn."""

import contextlib
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg2

from sohag_mobile.processes import answers, die_with_parent, end_process_groups, free_port
from tests.bench.deliveries import measure_deliveries, show_deliveries
from tests.bench.growth import measure_growth, show_growth
from tests.bench.load import Target, ask, requests_per_second
from tests.support.services import services

ROOT = Path(__file__).resolve().parent.parent.parent
REPORT = ROOT / "var" / "bench.json"
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
SECONDS = float(os.environ.get("BENCH_SECONDS", "2"))
# What a cached public page should reach of the bare view's speed.
WANTED = 0.8
SERVER = ["--interface", "wsgi", "--host", "127.0.0.1", "--no-ws", "--workers", "1", "--blocking-threads", "4"]


def production_environment(folder: Path, addresses: dict[str, str]) -> dict[str, str]:
    """Return the environment of the measured product: production settings, on loopback and without TLS."""
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "sohag_mobile.settings.production",
        "ENV_FILE": str(folder / "none"),
        "VAR_DIR": str(folder / "var"),
        "SECRET_KEY": "only-for-measuring" * 4,
        "ALLOWED_HOSTS": "127.0.0.1",
        "PUBLIC_BASE_URL": "http://127.0.0.1",
        "EMAIL_URL": "smtp://127.0.0.1:9",
        "CREDENTIALS_KEYS": "b25seS1mb3ItdGVzdHMtb25seS1mb3ItdGVzdHMtMTI=",
        "CHANNEL_TOKENS": "facebook=none,telegram=none",
        "FACEBOOK_GRAPH_URL": "http://127.0.0.1:9",
        "TELEGRAM_API_URL": "http://127.0.0.1:9",
        "INSTAGRAM_GRAPH_URL": "http://127.0.0.1:9",
        "X_API_URL": "http://127.0.0.1:9",
        "SECURE_SSL_REDIRECT": "0",
        **addresses,
    }


@contextlib.contextmanager
def running(command: list[str], port: int, environment: dict[str, str], log: Path) -> Iterator[int]:
    """Run a server until the block ends; yields its port once it answers."""
    with log.open("wb") as output:
        child = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=output,
            process_group=0,
            preexec_fn=die_with_parent(),
        )
    try:
        deadline = time.monotonic() + 60
        while not answers(port):
            if child.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{command[0]} did not start:\n{log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.05)
        yield port
    finally:
        end_process_groups([child])


def granian(application: str, port: int) -> list[str]:
    """Return the command of one web server; the product and the yardstick get the same one."""
    program = str(Path(sys.executable).parent / "granian")
    return [program, *SERVER, "--port", str(port), "--log-level", "warning", application]


def nginx_command(folder: Path, port: int) -> list[str] | None:
    """Write a configuration that serves one file of thirty kilobytes; None where nginx is not installed."""
    program = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None:
        return None
    site = folder / "site"
    site.mkdir()
    (site / "page.html").write_bytes(b"x" * 30 * 1024)
    folder.chmod(0o755)  # nginx' workers leave root's account
    configuration = folder / "nginx.conf"
    paths = " ".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    configuration.write_text(
        f"daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log stderr;\n"
        f"events {{}}\nhttp {{ access_log off; default_type text/html; sendfile on; keepalive_requests 1000000; {paths}\n"
        f"server {{ listen 127.0.0.1:{port}; root {site}; }} }}\n"
    )
    return [program, "-c", str(configuration), "-p", str(folder)]


def a_place(database: str) -> str:
    """Return the code of a place with many public stops."""
    with contextlib.closing(psycopg2.connect(database)) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.code FROM schedules_place p JOIN schedules_stoprevision r ON r.place_id = p.id "
            "GROUP BY p.code ORDER BY count(*) DESC, p.code LIMIT 1"
        )
        row = cursor.fetchone()
    if row is None:
        raise SystemExit("There is no published stop to measure; did load_example run?")
    return str(row[0])


def main() -> int:
    """Measure, print the table, write the report."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sohag-mobile-bench-")))
        addresses = stack.enter_context(services())
        environment = production_environment(folder, addresses)
        print("Preparing a database with the example schedule…", flush=True)
        # Invented stops are refused by production settings, so everything is prepared with those of development.
        preparing = environment | {"DJANGO_SETTINGS_MODULE": "sohag_mobile.settings.dev"}
        for command in ("migrate --noinput", "load_reference", "load_example"):
            subprocess.run(
                [sys.executable, "manage.py", *command.split(), "-v0"],
                cwd=ROOT,
                env=preparing,
                check=True,
                stdout=subprocess.DEVNULL,
            )
        collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"]
        subprocess.run(collect, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
        ours, bare, static = free_port(), free_port(), free_port()
        servers = stack.enter_context(contextlib.ExitStack())
        servers.enter_context(
            running(granian("sohag_mobile.wsgi:application", ours), ours, environment, folder / "web.log")
        )
        servers.enter_context(
            running(granian("tests.bench.bare:application", bare), bare, dict(os.environ), folder / "bare.log")
        )
        place = f"/places/{a_place(addresses['DATABASE_URL'])}/"
        targets = [
            Target("bare view, 30 KB", bare, "/"),
            Target("week page", ours, "/calendar/"),
            Target("place page", ours, place),
            Target("calendar.ics, gzip", ours, "/calendar.ics", headers={"Accept-Encoding": "gzip"}),
            Target("304", ours, place, expect=304),
            Target("calendar.ics, plain", ours, "/calendar.ics"),
        ]
        _, headers, _ = ask(targets[2])
        targets[4] = replace(targets[4], headers={"If-None-Match": headers.get("etag", "")})
        nginx = nginx_command(folder, static)
        if nginx is not None:
            servers.enter_context(running(nginx, static, dict(os.environ), folder / "nginx.log"))
            targets.append(Target("nginx, 30 KB file", static, "/page.html"))
        sizes = {target.name: check(target) for target in targets}
        speeds: dict[str, list[float]] = {target.name: [] for target in targets}
        for number in range(ROUNDS):
            print(f"Round {number + 1} of {ROUNDS}…", flush=True)
            # In turn, so that whatever else the machine does falls on all of them alike.
            for target in targets:
                speeds[target.name].append(requests_per_second(target, seconds=SECONDS))
        print("Carrying deliveries out…", flush=True)
        deliveries = measure_deliveries(environment, folder, rounds=ROUNDS)
        # Nobody else may be at the database that is copied.
        servers.close()
        print("Filling the past…", flush=True)
        growth = measure_growth(environment)
    report(targets, sizes, speeds, deliveries, growth)
    return 0


def check(target: Target) -> int:
    """Ask twice (the first answer may have to be rendered) and return the size; a wrong status ends the run."""
    ask(target)
    status, _, size = ask(target)
    if status != target.expect:
        raise SystemExit(f"{target.name}: {target.path} answered {status} instead of {target.expect}")
    return size


def report(
    targets: list[Target],
    sizes: dict[str, int],
    speeds: dict[str, list[float]],
    deliveries: dict[str, Any],
    growth: dict[str, Any],
) -> None:
    """Print the medians with their ratios, then deliveries and growth, and write all of it as JSON."""
    median = {name: statistics.median(values) for name, values in speeds.items()}
    bare, nginx = median["bare view, 30 KB"], median.get("nginx, 30 KB file")
    rows = [
        {
            "name": target.name,
            "bytes": sizes[target.name],
            "requests_per_second": round(median[target.name], 1),
            "to_bare_view": round(median[target.name] / bare, 3),
            "to_nginx": round(median[target.name] / nginx, 4) if nginx else None,
            "rounds": [round(value, 1) for value in speeds[target.name]],
        }
        for target in targets
    ]
    client = "wrk" if shutil.which("wrk") else "own sockets"
    print(f"\n{'':<20}{'bytes':>9}{'requests/s':>13}{'/ bare view':>13}{'/ nginx':>10}")
    for row in rows:
        ratio = "" if row["to_nginx"] is None else f"{row['to_nginx']:.3f}"
        print(
            f"{row['name']:<20}{row['bytes']:>9}{row['requests_per_second']:>13}{row['to_bare_view']:>13.2f}{ratio:>10}"
        )
    print(f"\nMedian of {ROUNDS} interleaved rounds of {SECONDS:g} s each; client: {client}.")
    if client != "wrk":
        print("Our own client is slower than nginx: its column is then a lower bound of nginx' speed.")
    # A larger answer than the bare view's is measured, but says more of copying than of answering.
    ours = [
        row for row in rows[1:] if "nginx" not in str(row["name"]) and int(str(row["bytes"])) <= sizes[rows[0]["name"]]
    ]
    slow = [row["name"] for row in ours if float(str(row["to_bare_view"])) < WANTED]
    print(
        f"Below the wanted {WANTED} of the bare view: {', '.join(map(str, slow))}."
        if slow
        else f"All at or above {WANTED}."
    )
    show_deliveries(deliveries)
    show_growth(growth)
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    summary = {"client": client, "rounds": ROUNDS, "seconds": SECONDS, "wanted_of_bare_view": WANTED, "results": rows}
    summary |= {"deliveries": deliveries, "growth": growth}
    REPORT.write_text(json.dumps(summary, indent=2) + "\n", encoding="utf-8")
    print(f"Written to {REPORT.relative_to(ROOT)}.")


if __name__ == "__main__":
    sys.exit(main())
