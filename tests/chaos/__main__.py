"""Run `python -m tests.chaos --help`."""

from __future__ import annotations

import argparse
import dataclasses
import json
import shutil
import signal
import sys
import tempfile
from pathlib import Path
from types import FrameType

from announcements.enums import DeliveryStatus
from tests.chaos.run import ROOT, Plan, Report, run

REPORT = ROOT / "var" / "chaos.json"


def parse(arguments: list[str]) -> tuple[Plan, Path, bool]:
    """The plan, where the report goes, and whether the logs are kept."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=sys.modules["tests.chaos"].__doc__)
    for field in dataclasses.fields(Plan):
        name = field.name.replace("_", "-")
        parser.add_argument(f"--{name}", type=type(field.default), default=field.default, help="(%(default)s)")
    parser.add_argument("--report", type=Path, default=REPORT, help="the numbers as JSON (%(default)s)")
    parser.add_argument("--keep", action="store_true", help="keep the folder with the logs")
    chosen = vars(parser.parse_args(arguments))
    report, keep = chosen.pop("report"), chosen.pop("keep")
    return Plan(**chosen), report, keep


def show(report: Report) -> None:
    """Print the numbers."""
    plan = report.plan
    parts = ", ".join(f"{name} {seconds} s" for name, seconds in report.seconds.items())
    print(f"\n{sum(sum(states.values()) for states in report.states.values())} deliveries; {parts}")
    print(
        f"{report.kills} processes killed (every {plan.kill_every:g} s), broker restarted {report.broker_restarts} times, "
        f"PostgreSQL {report.database_restarts} "
        f"({report.ended_by_themselves} workers ended with their broker); {plan.failing_share:.0%} of the requests failing"
    )
    print(f"notices: {', '.join(f'{count} {kind}' for kind, count in report.notices.items())}")
    print(
        f"{report.attempts} attempts, {sum(report.requests.values())} requests; {report.edited_in_place} posts corrected in "
        f"place, {report.repeated_mails} e-mails repeated under their own Message-ID, {report.publications_repeated} "
        f"publications repeated after an outage, {report.understated} mails or edits given up that had got through"
    )
    shown = [status for status in DeliveryStatus if any(report.states[kind].get(status) for kind in report.states)]
    print(f"\n{'':<14}" + "".join(f"{status.value:>13}" for status in shown))
    for kind, states in report.states.items():
        print(f"{kind:<14}" + "".join(f"{states.get(status, 0):>13}" for status in shown))
    print("\nWhy not sent:")
    for reason, count in report.reasons.items():
        print(f"{count:>6}  {reason}")
    for violation in report.violations:
        print(f"VIOLATION  {violation['promise']}: delivery {violation['pk']}: {violation['detail']}")
    print("\nEvery promise kept." if report.is_good else "\nPROMISES BROKEN, or not everything planned was broken.")


def main() -> int:
    """Run, print, write."""
    plan, target, keep = parse(sys.argv[1:])

    def leave(number: int, frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, leave)
    folder = Path(tempfile.mkdtemp(prefix="sohag-mobile-chaos-"))
    try:
        print(f"{plan.deliveries} deliveries, at most {plan.storm_seconds + plan.drain_seconds:g} s…", flush=True)
        report = run(plan, folder)
    finally:
        if keep:
            print(f"Logs: {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    show(report)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(dataclasses.asdict(report), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0 if report.is_good else 1


if __name__ == "__main__":
    sys.exit(main())
