#!/usr/bin/env python3
"""Django's command-line entry point; development settings unless DJANGO_SETTINGS_MODULE says otherwise."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sohag_mobile.settings.dev")
    try:
        from django.core.management import execute_from_command_line  # noqa: PLC0415  # reason: a clear message
    except ImportError as error:
        raise SystemExit("Django is not installed here: run `make install` and use .venv/bin/python.") from error
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
