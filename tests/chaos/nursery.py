"""Forks Celery processes from one that has imported everything: on two cores a fresh start would take longer than a life lasts.

Reads one JSON object a line, {"arguments": […], "log": "…"}, forks a process that is `celery …`, and answers with its number.
Each child is the leader of a process group, writes to its log, and dies with the nursery.
"""

import importlib
import json
import os
import signal
import sys
import traceback
import warnings

import django

from sohag_mobile.processes import die_with_parent

# What Celery and the adapters import when they begin to work.
NEEDED_LATER = (
    *(
        "celery.bin.celery",
        "celery.apps.worker",
        "celery.apps.beat",
        "celery.worker.consumer",
        "celery.worker.components",
    ),
    *(
        "celery.worker.autoscale",
        "celery.concurrency.thread",
        "celery.app.log",
        "celery.app.control",
        "celery.worker.pidbox",
    ),
    *("celery.backends.redis", "kombu.transport.redis", "kombu.pidbox", "redis.asyncio", "concurrent.futures.thread"),
    *("django.db.backends.postgresql.base", "django.core.cache.backends.redis", "requests", "docx"),
)


def main() -> None:
    """Serve until the standard input ends."""
    os.environ["CELERY_SKIP_CHECKS"] = "1"  # once is enough, and the parent has done it
    warnings.simplefilter("ignore")
    django.setup()
    from sohag_mobile.celery import app

    app.loader.import_default_modules()
    app.finalize()
    for name in NEEDED_LATER:
        importlib.import_module(name)
    # Nobody waits for the killed ones.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    print("ready", flush=True)
    for line in iter(sys.stdin.readline, ""):
        order = json.loads(line)
        prepare = die_with_parent(signal.SIGKILL)
        child = os.fork()
        if child == 0:
            prepare()
            become_celery(order["arguments"], order["log"])
        print(child, flush=True)


def become_celery(arguments: list[str], log: str) -> None:
    """Be the named Celery program until it ends. Does not return."""
    from sohag_mobile.celery import app

    status = 1
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setpgid(0, 0)
        output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        for number, target in ((os.open(os.devnull, os.O_RDONLY), 0), (output, 1), (output, 2)):
            os.dup2(number, target)
        app.start(arguments)
        status = 0
    except SystemExit as goodbye:
        status = int(goodbye.code or 0)
    except BaseException:  # noqa: BLE001  # reason: whatever it is, the log must show it and the fork must end
        traceback.print_exc()
    finally:
        os._exit(status)


if __name__ == "__main__":
    main()
