"""How fast one worker process carries deliveries out, as a ratio to a bare HTTP client that sends the same messages in a loop.

Both send to the same stand-in, which is what the ratio divides out. The worker does for each message what it does in life:
claim the row, read it again, send it, write the receipt down.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import requests

from sohag_mobile.processes import answers, die_with_parent, end_process_groups, free_port

ROOT = Path(__file__).resolve().parent.parent.parent
DELIVERIES = int(os.environ.get("BENCH_DELIVERIES", "500"))
WANTED = 0.5
TOKEN = "100000:bench-bot-token"
CHAT = "@bench"
TEXT = "إعلان رقم {number}/2026\n" + "تعلن الوحدة المحلية عن وجود السيارة المتنقلة يوم الأحد الموافق 29/11/2026. " * 10
PATIENCE_SECONDS = 60


def measure_deliveries(environment: dict[str, str], folder: Path, *, rounds: int) -> dict[str, Any]:
    """Measure in the migrated database that `environment` names; returns the medians, their ratio, and every round."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    product = environment | {
        "TELEGRAM_API_URL": url,
        "CHANNEL_TOKENS": f"facebook=none,telegram={TOKEN}",
        "LOG_LEVEL": "WARNING",
        "CELERY_SKIP_CHECKS": "1",
        "VAR_DIR": str(folder / "var"),
    }
    celery = [sys.executable, "-m", "celery", "-A", "sohag_mobile", "--quiet"]
    standin = ["standin", "--port", str(port), "--smtp-port", str(free_port()), "--state", ""]
    development = product | {"DJANGO_SETTINGS_MODULE": "sohag_mobile.settings.dev"}
    speeds: dict[str, list[float]] = {"bare client": [], "one worker": []}
    with contextlib.ExitStack() as stack:

        def start(command: list[str], variables: dict[str, str]) -> None:
            log = stack.enter_context((folder / "deliveries.log").open("ab"))
            child = subprocess.Popen(
                command,
                cwd=ROOT,
                env=variables,
                stdout=log,
                stderr=log,
                process_group=0,
                preexec_fn=die_with_parent(),
            )
            stack.callback(end_process_groups, [child])

        start([sys.executable, "manage.py", *standin], development)
        start([*celery, "worker", "--pool", "threads", "--concurrency", "8", "--loglevel", "WARNING"], product)
        start(
            [*celery, "beat", "--pidfile=", "--schedule", str(folder / "bench-beat"), "--loglevel", "WARNING"], product
        )
        _wait(lambda: answers(port))

        def carry_out(number: int, deliveries: int) -> float:
            fill = [sys.executable, "-m", "tests.bench.deliveries", "fill", str(number), str(deliveries)]
            subprocess.run(fill, cwd=ROOT, env=product, check=True)
            _wait(lambda: len(_posts(url)) >= deliveries, log=folder / "deliveries.log")
            speed = _posts_per_second(url)
            _ask(f"{url}/_reset")
            return speed

        carry_out(0, 50)  # so that everything has started and every connection is open
        for number in range(rounds):
            # In turn, so that whatever else the machine does falls on both alike.
            speeds["bare client"].append(_bare(url))
            _ask(f"{url}/_reset")
            speeds["one worker"].append(carry_out(number + 1, DELIVERIES))
    ratios = [ours / bare for bare, ours in zip(speeds["bare client"], speeds["one worker"], strict=True)]
    medians = {name: statistics.median(values) for name, values in speeds.items()}
    return {
        "deliveries": DELIVERIES,
        "wanted": WANTED,
        "messages_per_second": {name: round(value, 1) for name, value in medians.items()},
        "ratio": round(statistics.median(ratios), 3),
        "rounds": {name: [round(value, 1) for value in values] for name, values in speeds.items()},
    }


def show_deliveries(result: dict[str, Any]) -> None:
    """Print the table."""
    print(f"\n{'':<20}{'messages/s':>13}{'/ bare client':>15}")
    for name, value in result["messages_per_second"].items():
        print(f"{name:<20}{value:>13}{'' if name == 'bare client' else format(result['ratio'], '.2f'):>15}")
    verdict = "at or above" if result["ratio"] >= WANTED else "BELOW"
    print(f"{result['deliveries']} Telegram messages to the stand-in, {verdict} the wanted {WANTED}.")


def _bare(url: str) -> float:
    with requests.Session() as session:
        began = time.perf_counter()
        for number in range(DELIVERIES):
            answer = session.post(
                f"{url}/bot{TOKEN}/sendMessage",
                json={"chat_id": CHAT, "text": TEXT.format(number=number)},
                timeout=10,
            )
            answer.raise_for_status()
            answer.json()
        return DELIVERIES / (time.perf_counter() - began)


def _posts(url: str) -> list[dict[str, Any]]:
    with urllib.request.urlopen(f"{url}/_state", timeout=30) as answer:
        posts: list[dict[str, Any]] = json.load(answer)["posts"]
    return posts


def _posts_per_second(url: str) -> float:
    times = sorted(dt.datetime.fromisoformat(post["made_at"]) for post in _posts(url))
    return (len(times) - 1) / (times[-1] - times[0]).total_seconds()


def _ask(url: str) -> None:
    request = urllib.request.Request(url, b"{}", {"Content-Type": "application/json"})
    urllib.request.urlopen(request, timeout=10).close()


def _wait(ready: Callable[[], bool], *, log: Path | None = None) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not ready():
        if time.monotonic() > deadline:
            end = log.read_text(errors="replace")[-2000:] if log else ""
            raise RuntimeError(f"It did not happen in time.\n{end}")
        time.sleep(0.5)


def fill(number: int, deliveries: int) -> None:
    """Put one round's deliveries into the outbox, all due at once."""
    import django

    django.setup()
    from django.utils import timezone

    from announcements.enums import ChannelKind, NoticeKind
    from announcements.models import Channel, Delivery, Notice, NoticeItem
    from schedules.models import StopRevision
    from tests.factories.schedules import StopRevisionFactory

    now = timezone.now()
    # No limits: what is measured is the worker, not the platform's patience.
    unhurried = {"name": "bench", "token_name": "telegram", "min_seconds_between": 0, "per_minute": 0}
    channel, _ = Channel.objects.get_or_create(kind=ChannelKind.TELEGRAM, address=CHAT, defaults=unhurried)
    revision = StopRevision.objects.order_by("pk").first() or StopRevisionFactory()
    notices = Notice.objects.bulk_create(
        Notice(
            district=revision.district,
            year=1000 + number,
            number=index + 1,
            kind=NoticeKind.ANNOUNCEMENT,
            title_ar=f"إعلان رقم {index + 1}/2026",
            facts={},
            issued_at=now,
            issued_by=revision.published_by,
        )
        for index in range(deliveries)
    )
    NoticeItem.objects.bulk_create(NoticeItem(notice=notice, revision=revision) for notice in notices)
    Delivery.objects.bulk_create(
        Delivery(
            notice=notice,
            channel=channel,
            subject=notice.title_ar,
            marker=notice.title_ar,
            text=TEXT.format(number=notice.number),
            next_attempt_at=now,
            expires_at=now + dt.timedelta(days=1),
            created_at=now,
        )
        for notice in notices
    )


def main() -> None:
    """Measure alone, without the rest of the bench: `python -m tests.bench.deliveries`."""
    if sys.argv[1:2] == ["fill"]:
        fill(int(sys.argv[2]), int(sys.argv[3]))
        return
    from tests.bench.__main__ import ROUNDS, production_environment
    from tests.support.services import services

    with tempfile.TemporaryDirectory(prefix="sohag-mobile-bench-") as name, services() as addresses:
        folder = Path(name)
        environment = production_environment(folder, addresses)
        command = [sys.executable, "manage.py", "migrate", "--noinput", "--skip-checks", "-v0"]
        subprocess.run(command, cwd=ROOT, env=environment, check=True)
        result = measure_deliveries(environment, folder, rounds=ROUNDS)
    show_deliveries(result)
    print(json.dumps(result["rounds"]))


if __name__ == "__main__":
    main()
