"""Python runs this first wherever its folder is on PYTHONPATH: every process of a running product reads one shifted clock."""

import datetime as dt
import os

import time_machine

ahead = dt.timedelta(seconds=float(os.environ["CLOCK_AHEAD_SECONDS"]))
time_machine.travel(dt.datetime.now(dt.UTC) + ahead, tick=True).start()
