"""Where places lie in their governorate, as plain data, and whether «جنوب المحافظة» may be said of one.

Nothing here knows a name: who calls the checker hands over the governorate's own places (`announcements.geography` reads them).
A side is only called wrong when it is wrong beyond doubt. On the whole map the place must lie clearly past the middle; and in a
long governorate, where people call one bank or one edge of it «شرق» from end to end, it must not lie on that side of the line
that runs along its marakez either, unless it lies at the very end of the map.
"""

from __future__ import annotations

import dataclasses
import enum
import functools
import statistics
from collections.abc import Sequence
from typing import Final, NamedTuple


class Side(enum.Enum):
    """A side of the map, by the word for it."""

    NORTH = "شمال"
    SOUTH = "جنوب"
    EAST = "شرق"
    WEST = "غرب"

    @property
    def opposite(self) -> Side:
        return _OPPOSITES[self]

    @property
    def is_latitude(self) -> bool:
        """Whether it is told from the latitude (north, south) and not from the longitude."""
        return self in (Side.NORTH, Side.SOUTH)

    @property
    def sign(self) -> int:
        """In which direction its coordinate grows."""
        return 1 if self in (Side.NORTH, Side.EAST) else -1


_OPPOSITES: Final = {
    Side.NORTH: Side.SOUTH,
    Side.SOUTH: Side.NORTH,
    Side.EAST: Side.WEST,
    Side.WEST: Side.EAST,
}


class Point(NamedTuple):
    """Degrees north and east (WGS 84)."""

    latitude: float
    longitude: float


@dataclasses.dataclass(frozen=True, slots=True)
class Markaz:
    """A markaz and the middle of it, under every spelling of its name without «مركز»."""

    names: tuple[str, ...]
    middle: Point


@dataclasses.dataclass(frozen=True, slots=True)
class Settlement:
    """A village or another place: its class noun, its name, the name of its markaz, and where it lies."""

    class_noun: str  # قرية | نجع | …
    name: str
    markaz: str
    point: Point


# From the middle (0.5) of all marakez on the map, in parts of their whole extent. A markaz is wide, so it needs more.
_SURE_OF_A_PLACE: Final = 0.1
_SURE_OF_A_MARKAZ: Final = 0.15
# So far out that no line matters.
_AT_THE_END: Final = 0.35
# Beside the line along the marakez, in the same parts: within this a place lies on neither side of it.
_BESIDE_THE_LINE: Final = 0.05
# With fewer, or closer together than this (in degrees, about 20 km), nobody knows where the governorate's middle is.
_FEWEST: Final = 4
_LEAST_EXTENT: Final = 0.2


@dataclasses.dataclass(frozen=True)
class Geography:
    """What is known of where a governorate's places lie. `governorate` is its name without «محافظة»."""

    governorate: str = ""
    marakez: tuple[Markaz, ...] = ()
    settlements: tuple[Settlement, ...] = ()

    def rules_out(self, side: Side, point: Point, *, is_markaz: bool = False) -> bool:
        """Whether it is certainly wrong that `point` lies on `side` of the governorate.

        False when unsure: near the middle, or with too few marakez to know the middle.
        """
        frame = self._frame
        if frame is None or frame.extent(side) < _LEAST_EXTENT:
            return False
        needed = _SURE_OF_A_MARKAZ if is_markaz else _SURE_OF_A_PLACE
        away = -side.sign * frame.share(side, point)
        if away < needed:
            return False
        return away >= _AT_THE_END or side.sign * frame.beside_the_line(side, point) <= _BESIDE_THE_LINE

    @functools.cached_property
    def _frame(self) -> _Frame | None:
        middles = [markaz.middle for markaz in self.marakez]
        return _Frame(middles) if len(middles) >= _FEWEST else None


class _Frame:
    """The map of a governorate, measured by the middles of its marakez."""

    def __init__(self, middles: Sequence[Point]) -> None:
        self._values = {
            True: [point.latitude for point in middles],
            False: [point.longitude for point in middles],
        }

    def extent(self, side: Side) -> float:
        """From the one end of the marakez to the other, in degrees."""
        values = self._values[side.is_latitude]
        return max(values) - min(values)

    def share(self, side: Side, point: Point) -> float:
        """How far `point` lies from the middle in parts of the extent: 0.5 is the northern or eastern end."""
        values = self._values[side.is_latitude]
        return (_value(side, point) - min(values)) / self.extent(side) - 0.5

    def beside_the_line(self, side: Side, point: Point) -> float:
        """How far `point` lies from the line that runs along the marakez, to the north or east, in the same parts."""
        along, across = self._values[not side.is_latitude], self._values[side.is_latitude]
        if max(along) == min(along):
            return 0.0
        slope, start = statistics.linear_regression(along, across)
        other = point.longitude if side.is_latitude else point.latitude
        return (_value(side, point) - (start + slope * other)) / self.extent(side)


def _value(side: Side, point: Point) -> float:
    return point.latitude if side.is_latitude else point.longitude


NOWHERE: Final = Geography()
