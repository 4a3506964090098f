"""The run: start everything, break everything, let it drain, and judge."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import random
import signal
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sohag_mobile.processes import answers, die_with_parent, end_process_groups, free_port
from tests.support.services import Server, postgresql, redis_server

ROOT = Path(__file__).resolve().parents[2]
SENDER = "media@unit.example"


@dataclasses.dataclass(frozen=True, slots=True)
class Plan:
    """How much, how bad, and for how long at most (seconds)."""

    deliveries: int = 2000
    workers: int = 3
    threads: int = 4
    kill_every: float = 1.0
    broker_restarts: int = 2
    database_restarts: int = 1
    failing_share: float = 0.3
    seed: int = 1
    pause: float = 0.0
    calm_when_settled: float = 0.95  # the share of the deliveries after which nothing is broken any more
    storm_seconds: float = 420.0
    drain_seconds: float = 90.0


@dataclasses.dataclass(slots=True)
class Report:
    """What happened."""

    plan: Plan
    seconds: dict[str, float] = dataclasses.field(default_factory=dict)
    kills: int = 0
    ended_by_themselves: int = 0
    broker_restarts: int = 0
    database_restarts: int = 0
    notices: dict[str, int] = dataclasses.field(default_factory=dict)
    publications_repeated: int = 0
    attempts: int = 0
    requests: dict[str, int] = dataclasses.field(default_factory=dict)
    states: dict[str, dict[str, int]] = dataclasses.field(default_factory=dict)
    reasons: dict[str, int] = dataclasses.field(default_factory=dict)
    edited_in_place: int = 0
    repeated_mails: int = 0
    understated: int = 0
    violations: list[dict[str, Any]] = dataclasses.field(default_factory=list)

    @property
    def is_good(self) -> bool:
        """Whether every promise was kept and everything that was planned was broken."""
        return (
            not self.violations
            and self.kills > 0
            and sum(self.notices.values()) >= self.plan.deliveries // 4
            and self.broker_restarts == self.plan.broker_restarts
            and self.database_restarts == self.plan.database_restarts
        )


class Workers:
    """The Celery processes of the run. Each has a name, which is that of its log."""

    def __init__(self, nursery: subprocess.Popen[str], folder: Path, plan: Plan) -> None:
        self.nursery, self.folder, self.plan = nursery, folder, plan
        self.alive: dict[str, int] = {}
        self.killed: list[str] = []
        self.ended: list[str] = []
        self._number = 0

    def fill(self) -> None:
        """Start what is missing: the workers, and the one beat."""
        while sum(name.startswith("worker") for name in self.alive) < self.plan.workers:
            self._number += 1
            name = f"worker-{self._number}"
            pool = ["--pool", "threads", "--concurrency", str(self.plan.threads)]
            quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "INFO"]
            self._start(name, ["--quiet", "worker", "--hostname", f"{name}@chaos", *pool, *quiet])
        if not any(name.startswith("beat") for name in self.alive):
            self._number += 1
            schedule = str(self.folder / "celerybeat-schedule")
            self._start(f"beat-{self._number}", ["--quiet", "beat", "--pidfile=", "--schedule", schedule])

    def _start(self, name: str, arguments: list[str]) -> None:
        order = {"arguments": arguments, "log": str(self.folder / f"{name}.log")}
        assert self.nursery.stdin is not None
        assert self.nursery.stdout is not None
        self.nursery.stdin.write(json.dumps(order) + "\n")
        self.nursery.stdin.flush()
        self.alive[name] = int(self.nursery.stdout.readline())

    def kill(self, name: str) -> None:
        """SIGKILL: no goodbye, nothing cleaned up."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.alive.pop(name), signal.SIGKILL)
            self.killed.append(name)

    def bury(self) -> None:
        """Notice those that ended by themselves: a worker whose broker dies may, and its supervisor starts another."""
        for name in [name for name, pid in self.alive.items() if not Path(f"/proc/{pid}").exists()]:
            del self.alive[name]
            self.ended.append(name)

    def logs(self) -> dict[str, str]:
        """What each wrote."""
        return {path.stem: path.read_text(errors="replace") for path in self.folder.glob("*-*.log")}


class StandIn:
    """The stand-in in a process of its own."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"

    def state(self) -> dict[str, Any]:
        """What it has received."""
        with urllib.request.urlopen(f"{self.url}/_state", timeout=30) as answer:
            state: dict[str, Any] = json.load(answer)
        return state

    def control(self, **fields: object) -> None:
        """Tell it how to behave."""
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.url}/_control", json.dumps(fields).encode(), headers)
        urllib.request.urlopen(request, timeout=30).close()


@contextlib.contextmanager
def started(command: list[str], environment: dict[str, str], log: Path, **options: Any) -> Iterator[subprocess.Popen]:
    """Run a program until the block ends."""
    with log.open("ab") as output:
        options = {"stdout": output, "stderr": output, "stdin": subprocess.DEVNULL} | options
        child = subprocess.Popen(
            command, cwd=ROOT, env=environment, process_group=0, preexec_fn=die_with_parent(), **options
        )
    try:
        yield child
    finally:
        end_process_groups([child], patience=3)


def run(plan: Plan, folder: Path) -> Report:
    """Make one run in the empty `folder`. Django must not have been set up yet: its settings come from here."""
    report = Report(plan)
    began = time.monotonic()
    with contextlib.ExitStack() as stack:
        database = stack.enter_context(postgresql(survives_crashes=True))
        broker = stack.enter_context(redis_server())
        web, smtp = free_port(), free_port()
        environment = {
            "DJANGO_SETTINGS_MODULE": "tests.chaos.settings",
            "ENV_FILE": str(folder / "none"),
            "VAR_DIR": str(folder),
            "DATABASE_URL": database.address,
            "REDIS_URL": broker.address,
            "FACEBOOK_GRAPH_URL": f"http://127.0.0.1:{web}",
            "TELEGRAM_API_URL": f"http://127.0.0.1:{web}",
            "EMAIL_URL": f"smtp://127.0.0.1:{smtp}",
            "CHANNEL_TOKENS": "facebook=chaos-page-token,telegram=100000:chaos-bot-token",
            "RADIO_OUTBOX_DIR": str(folder / "radio"),
            "PYTHONPATH": str(ROOT),
        }
        os.environ.update(environment)
        python = [sys.executable, "-m"]
        stand_in_command = ["django", "standin", "--port", str(web), "--smtp-port", str(smtp), "--state", ""]
        stack.enter_context(started([*python, *stand_in_command], dict(os.environ), folder / "standin.log"))
        nursery = stack.enter_context(
            started(
                [*python, "tests.chaos.nursery"],
                dict(os.environ),
                folder / "nursery.log",
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        )
        prepare_database()
        assert nursery.stdout is not None
        if nursery.stdout.readline() != "ready\n":
            raise RuntimeError((folder / "nursery.log").read_text()[-3000:])
        wait_for_port(web)
        stand_in, workers = StandIn(web), Workers(nursery, folder, plan)
        report.seconds["preparing"] = round(time.monotonic() - began, 1)
        storm(plan, report, workers, stand_in, database, broker)
        drain(plan, report, workers, stand_in)
        report.kills, report.ended_by_themselves = len(workers.killed), len(workers.ended)
        gone = [*workers.killed, *workers.ended]
        for name in list(workers.alive):
            workers.kill(name)
        judge(report, stand_in, workers, folder, gone=gone)
    report.seconds["in all"] = round(time.monotonic() - began, 1)
    return report


def prepare_database() -> None:
    """Set Django up in this process and migrate."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", interactive=False, verbosity=0, skip_checks=True)


def wait_for_port(port: int) -> None:
    """Wait until somebody answers there."""
    deadline = time.monotonic() + 30
    while not answers(port):
        if time.monotonic() > deadline:
            raise RuntimeError("The stand-in did not start.")
        time.sleep(0.05)


def storm(plan: Plan, report: Report, workers: Workers, stand_in: StandIn, database: Server, broker: Server) -> None:
    """Publish and deliver while everything breaks, until nearly all is settled and all that was planned is broken."""
    from tests.chaos.office import Office

    chance = random.Random(plan.seed)
    began = time.monotonic()
    stand_in.control(service="*", mode="mixed", share=plan.failing_share, seed=plan.seed, retry_after=1)
    office = Office(deliveries=plan.deliveries, seed=plan.seed, pause=plan.pause)
    workers.fill()
    office.start()
    restarts = ["broker"] * plan.broker_restarts + ["database"] * plan.database_restarts

    # Spread over the deliveries, the first when work is well under way.
    order = interleave(restarts)
    parts = [(number + 1) / (len(order) + 1) for number in range(len(order))]
    next_kill, next_look = began + plan.kill_every, began
    total = still_open = 0
    while time.monotonic() - began < plan.storm_seconds:
        time.sleep(0.05)
        if office.error is not None:
            raise office.error
        workers.bury()
        workers.fill()
        if time.monotonic() >= next_kill:
            next_kill += plan.kill_every
            # Now and then the one that only ticks.
            kind = "beat" if chance.random() < 0.1 else "worker"
            workers.kill(chance.choice([name for name in workers.alive if name.startswith(kind)]))
        if time.monotonic() >= next_look:
            next_look = time.monotonic() + 0.5
            total, still_open = progress()
        is_late = parts and time.monotonic() - began >= parts[0] * plan.storm_seconds
        if order and (is_late or total - still_open >= 0.9 * parts[0] * plan.deliveries):
            parts.pop(0)
            restart(order.pop(0), report, database, broker)
        if not office.is_alive() and not order and total and still_open <= (1 - plan.calm_when_settled) * total:
            break
    office.is_wanted = False
    office.join(30)
    report.publications_repeated = office.retried
    report.seconds["storm"] = round(time.monotonic() - began, 1)


def interleave(names: list[str]) -> list[str]:
    """Put the database's restarts between the broker's."""
    brokers, databases = (["broker"] * names.count("broker"), ["database"] * names.count("database"))
    order = []
    while brokers or databases:
        order += [part.pop() for part in (brokers, databases) if part]
    return order


def restart(name: str, report: Report, database: Server, broker: Server) -> None:
    """Kill a server, leave it dead for a moment, and start it again; the broker then remembers nothing."""
    server = broker if name == "broker" else database
    # The database's own children die with it by SIGQUIT alone; for what is in it that is as sudden as SIGKILL.
    server.stop(signal.SIGKILL if name == "broker" else signal.SIGQUIT)
    time.sleep(1)
    server.start()
    if name == "broker":
        report.broker_restarts += 1
    else:
        report.database_restarts += 1


def progress() -> tuple[int, int]:
    """How many deliveries there are, and how many of them are still open."""
    from django.db import InterfaceError, OperationalError, connection

    from announcements.enums import OPEN
    from announcements.models import Delivery

    try:
        return Delivery.objects.count(), Delivery.objects.filter(status__in=OPEN).count()
    except (OperationalError, InterfaceError):
        connection.close()
        return 0, 0


def drain(plan: Plan, report: Report, workers: Workers, stand_in: StandIn) -> None:
    """Nothing breaks any more: everything must end by itself."""
    began = time.monotonic()
    stand_in.control(service="*", mode="ok")
    while time.monotonic() - began < plan.drain_seconds:
        workers.bury()
        workers.fill()
        total, still_open = progress()
        if total and not still_open:
            break
        time.sleep(0.2)
    report.seconds["drain"] = round(time.monotonic() - began, 1)


def judge(report: Report, stand_in: StandIn, workers: Workers, folder: Path, *, gone: list[str]) -> None:
    """Fill in the numbers and the violations."""
    from django.conf import settings

    from announcements.models import Delivery, Notice
    from tests.chaos.verify import Outside, Row, count_understated, find_violations

    rows = [
        Row(
            pk=one.pk,
            uid=str(one.uid),
            kind=one.channel.kind,
            address=one.channel.address,
            status=one.status,
            marker=one.marker,
            text=one.text,
            edit_text=one.edit_text,
            root=one.thread_id or one.pk,
            attempt=one.attempt,
            edited_in_place=one.edited_in_place,
            external_id=one.external_id,
            error_code=one.error_code,
            error_detail=one.error_detail,
        )
        for one in Delivery.objects.select_related("channel").order_by("pk")
    ]
    state = stand_in.state()
    outside = Outside.of(state, folder / "radio")
    sender = settings.DEFAULT_FROM_EMAIL
    report.notices = dict(Counter(Notice.objects.values_list("kind", flat=True)))
    report.attempts = sum(row.attempt for row in rows)
    report.requests = dict(sorted(state["requests"].items()))
    for row in rows:
        states = report.states.setdefault(row.kind, {})
        states[str(row.status)] = states.get(str(row.status), 0) + 1
    ended_badly = [row for row in rows if row.status in ("failed", "unconfirmed")]
    report.reasons = dict(Counter(f"{row.kind} {row.status} {row.error_code}" for row in ended_badly).most_common())
    report.edited_in_place = sum(row.edited_in_place for row in rows)
    report.repeated_mails = sum(mail["copies"] - 1 for mail in outside.mails.values())
    report.understated = count_understated(rows, outside, sender=sender)
    violations = find_violations(rows, outside, sender=sender, logs=workers.logs(), gone=gone)
    report.violations = [dataclasses.asdict(violation) for violation in violations]
