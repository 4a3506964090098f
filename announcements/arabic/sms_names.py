"""What a short message calls its unit and vehicle, and how fully it writes days and hours: from the fullest to the shortest."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence
from typing import Final

from announcements.arabic.counting import counted
from announcements.arabic.dates import short_date, weekday
from announcements.arabic.facts import NoticeFacts, PlaceFacts, StopFacts
from announcements.arabic.numbers import Case
from announcements.arabic.phrases import attach, parent_name, place_label, place_name
from announcements.arabic.times import SHORT_PERIODS, PeriodTable, time_in_figures
from announcements.arabic.together import count_there, the_vehicles

_CENTRE: Final = "المركز التكنولوجي"
VEHICLE: Final = f"سيارة {_CENTRE}"
SHORT_VEHICLE: Final = "السيارة المتنقلة"
SHORT_CENTRE: Final = "المركز المتنقل"
# The same of a unit's vehicles, by their number: one, two, more.
SHORT_VEHICLES: Final = (SHORT_VEHICLE, "السيارتين المتنقلتين", "السيارات المتنقلة")


@dataclasses.dataclass(frozen=True, slots=True)
class Wording:
    """How fully dates and hours are written: «9:00 صباحًا», «9:00 ص» or «9 ص»; with the year and the weekday or without."""

    periods: PeriodTable | None = SHORT_PERIODS  # None: the parts of the day in full
    whole_hours: bool = False
    year: bool = False
    weekday: bool = True

    def time(self, time: dt.time | None) -> str:
        if time is None:
            return ""
        text = time_in_figures(time, self.periods)
        return text.replace(":00", "") if self.whole_hours else text

    def hours(self, stop: StopFacts) -> str:
        return f"من {self.time(stop.starts_at)} حتى {self.time(stop.ends_at)}"

    def days(self, stops: Sequence[StopFacts]) -> str:
        dates = sorted({stop.date for stop in stops})
        return " و".join(self.day(date) for date in dates)

    def day(self, date: dt.date) -> str:
        day = short_date(date, year=self.year)
        return f"{weekday(date)} {day}" if self.weekday else day


@dataclasses.dataclass(frozen=True, slots=True)
class Names:
    """What the unit and its vehicle are called, and the markaz or hayy (`within`) that the unit's name tells of its places."""

    issuer: str
    vehicle: str = VEHICLE
    within: str = ""

    @property
    def is_short(self) -> bool:
        """Whether the vehicle has its short name: «السيارة المتنقلة»."""
        return self.vehicle == SHORT_VEHICLE

    def vehicles(self, stop: StopFacts) -> str:
        """Whose visit `stop` is, in the genitive: «سيارة المركز …», «سيارتي …», «إحدى السيارتين المتنقلتين»."""
        if count_there(stop) == 1:
            return self.vehicle
        return _short_vehicles(stop) if self.is_short else _vehicles(stop)

    def heading(self, stop: StopFacts) -> str:
        """The same where it opens what is told: «سيارتا المركز التكنولوجي», «السيارتان المتنقلتان»."""
        if not stop.vehicles == count_there(stop) == 2:
            return self.vehicles(stop)
        return "السيارتان المتنقلتان" if self.is_short else f"سيارتا {_CENTRE}"

    def place(self, place: PlaceFacts) -> str:
        """The place with its markaz, unless the text has opened with that."""
        return place_name(place) if parent_name(place) == self.within else place_label(place)


def _vehicles(stop: StopFacts) -> str:
    """«سيارتي المركز التكنولوجي», «3 سيارات للمركز …», «إحدى سيارتي المركز …»."""
    there = count_there(stop)
    if there == stop.vehicles:
        return f"سيارتي {_CENTRE}" if there == 2 else f"{counted(there, 'سيارة')} {attach('ل', _CENTRE)}"
    all_of_them = f"{'سيارتي' if there == 2 else 'سيارات'} {_CENTRE}"
    if stop.vehicles == 1:
        return f"إحدى {all_of_them}"
    return f"{counted(stop.vehicles, 'سيارة', Case.OBLIQUE)} من {all_of_them}"


def _short_vehicles(stop: StopFacts) -> str:
    """«السيارتين المتنقلتين», «3 سيارات متنقلة», «إحدى السيارتين المتنقلتين», «إحدى السيارات المتنقلة»."""
    if stop.vehicles == count_there(stop) > 2:
        return f"{counted(stop.vehicles, 'سيارة')} متنقلة"
    adjective = "المتنقلتين" if count_there(stop) == 2 else "المتنقلة"
    return f"{the_vehicles(stop, in_words=False)} {adjective}"


_OF_MARKAZ: Final = "الوحدة المحلية ل"
# What may follow it without «ال»: then what is left is a name by itself.
_UNITS: Final = ("مركز ", "مدينة ", "حي ", "قرية ")


def namings(facts: NoticeFacts) -> list[list[Names]]:
    """The names under which a step is tried, in groups: a shorter wording of hours is tried with all names of a group.

    «الوحدة المحلية لمركز ومدينة سوهاج» and «مركز ومدينة سوهاج»; then «السيارة المتنقلة»; then «مركز سوهاج», and a village alone
    within it.
    """
    full = facts.issuer.name
    rest = full.removeprefix(_OF_MARKAZ)
    brief = rest if rest.startswith(_UNITS) else full
    unit = brief.replace("مركز ومدينة ", "مركز ", 1)
    unit = unit.partition(" بمدينة ")[0] if unit.startswith("حي ") else unit
    return [
        [Names(full), Names(brief)],
        [Names(brief, SHORT_VEHICLE)],
        [Names(unit, SHORT_VEHICLE, within=unit)],
    ]


BRIEF: Final = Wording(whole_hours=True)
BRIEFEST: Final = Wording(whole_hours=True, weekday=False)
WORDINGS: Final = (Wording(None, year=True), Wording(None), Wording(), BRIEF)
