"""What it costs to bring the exported files up to date after one publish, among few places and among many.

The worker looks every two seconds (`keep_files_current`); what is measured here comes on top of that, and both together must
stay below five seconds. Alone: `python -m tests.support.services -- python -m tests.bench.site`, in a filled database.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
ROUNDS = 4
ADDED = int(os.environ.get("BENCH_PLACES", "400"))
SWEEP_SECONDS = 2
WANTED_SECONDS, WANTED_GROWTH = 5.0, 1.5


def measure_site(environment: dict[str, str]) -> dict[str, Any]:
    """Measure in the filled database that `environment` names; it has invented places and cancelled stops afterwards."""
    output = subprocess.run(
        [sys.executable, "-m", "tests.bench.site"], cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE
    ).stdout
    result: dict[str, Any] = json.loads(output)
    return result


def show_site(result: dict[str, Any]) -> None:
    """Print the table."""
    print(
        f"\n{'files after a publish':<24}{'places':>8}{'all files':>11}{'looked at':>11}{'ms':>8}{'export of all, s':>18}"
    )
    for row in result["sites"]:
        print(
            f"{'':<24}{row['places']:>8}{row['addresses']:>11}{row['looked_at']:>11}"
            f"{row['milliseconds']:>8.0f}{row['whole_seconds']:>18.1f}"
        )
    verdict = "flat" if result["growth"] <= WANTED_GROWTH else "NOT FLAT"
    late = SWEEP_SECONDS + max(row["milliseconds"] for row in result["sites"]) / 1000
    print(f"Growth × {result['growth']:.2f}: {verdict}.")
    print(f"Current {late:.1f} s after a publish at the latest (wanted {WANTED_SECONDS:g}).")


def main() -> None:
    """Export, publish and bring up to date, among few places and among many; prints the result as JSON."""
    import django

    django.setup()
    from schedules.actions import cancel_stop
    from schedules.enums import Cause, StopStatus
    from schedules.models import Place, Stop
    from schedules.tasks import SITE
    from sohag_mobile import clock
    from sohag_mobile.export import export_site
    from sohag_mobile.models import bump_content_version
    from tests.factories.users import make_supervisor

    supervisor = make_supervisor()
    coming = list(Stop.objects.filter(status=StopStatus.PUBLISHED, date__gt=clock.now().date()).order_by("pk"))
    sites = []
    with tempfile.TemporaryDirectory(prefix="sohag-mobile-bench-site-") as name:
        folder = Path(name)
        for added in (0, ADDED):
            pattern = Place.objects.order_by("pk")[0]
            for number in range(added):
                Place.objects.create(
                    code=f"BENCH-{number}", kind=pattern.kind, name_ar=f"مثال {number}", district=pattern.district
                )
            bump_content_version()
            began = time.perf_counter()
            whole = export_site(folder, SITE, everything=True)
            whole_seconds = time.perf_counter() - began
            times, looked_at = [], []
            for _ in range(ROUNDS):
                cancel_stop(coming.pop(), cause=Cause.WEATHER, by=supervisor, now=clock.now())
                began = time.perf_counter()
                outcome = export_site(folder, SITE)
                times.append((time.perf_counter() - began) * 1000)
                if outcome is None or not outcome.written:
                    raise SystemExit("Nothing was written after a publish.")
                looked_at.append(outcome.looked_at)
            sites.append(
                {
                    "places": Place.objects.count(),
                    "addresses": whole.looked_at if whole else 0,
                    "looked_at": max(looked_at),
                    "milliseconds": round(min(times), 1),
                    "whole_seconds": round(whole_seconds, 1),
                }
            )
    growth = float(sites[1]["milliseconds"]) / float(sites[0]["milliseconds"])
    print(json.dumps({"sites": sites, "growth": round(growth, 3), "wanted_growth": WANTED_GROWTH}))


if __name__ == "__main__":
    main()
