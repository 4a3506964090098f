"""The matrix: every person × their own unit and another's × every address of the staff × reading and writing.

What is expected stands in `matrix.py`. Beside the answer, reading writes nothing; a POST that is not let in writes nothing; one
that is let in changes nothing of a unit that is not the person's; and no answer holds a word of a plan that the person may not
see. Two people with the same rights are let in alike: of the second it is asked what refuses them, and what is about accounts.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.contrib import admin
from django.db import transaction
from django.test import Client, TestCase, override_settings
from django.urls import URLResolver, get_resolver, resolve, reverse

from exchange.open_data import ARCHIVE
from exchange.open_data_tables import TABLES
from schedules.site import every_address
from sohag_mobile import clock
from tests.sohag_mobile.matrix import (
    ACCOUNTS,
    GONE,
    IN,
    LEAVING,
    LOGIN,
    NO_SUCH_METHOD,
    PEOPLE,
    REFUSED,
    TABLE,
    UNKNOWN,
    Row,
)
from tests.sohag_mobile.matrix_asking import MIDDLEWARE, UNDRAWN, Asker, Writes
from tests.sohag_mobile.matrix_world import Person, World, build_world, take_picture
from tests.support.staff import NOW
from vehicles.enums import Right

pytestmark = pytest.mark.once

INDEX = "/admin/"
# Forms of the framework that lead on to the same place: `<pk>/` to the form of the row, anything else to a page of ours.
UNNAMED = {None}


def names_of_the_admin() -> list[str]:
    """The name of every address under /admin/, as often as it is there."""
    found: list[str] = []
    waiting = list(admin.site.urls[0])
    while waiting:
        each = waiting.pop()
        if isinstance(each, URLResolver):
            waiting.extend(each.url_patterns)
        elif each.name not in UNNAMED:
            found.append(str(each.name))
    return found


def test_every_address_of_the_staff_has_a_row() -> None:
    listed = {name for row in TABLE for name in row.names}
    twice = Counter((name, row.about) for row in TABLE for name in row.names)
    there = set(names_of_the_admin())

    assert {
        "pages without a row (add each name to the row of a page like it, or a row, in tests/sohag_mobile/matrix.py)": sorted(
            there - listed
        ),
        "rows without a page": sorted(listed - there),
        "pages with two rows": [name for (name, _about), times in twice.items() if times > 1],
    } == {
        "pages without a row (add each name to the row of a page like it, or a row, in tests/sohag_mobile/matrix.py)": [],
        "rows without a page": [],
        "pages with two rows": [],
    }


# -- one request --------------------------------------------------------------------------------------------------------


def what_happened(response: Any) -> str:
    """The answer in the words of the table."""
    status = response.status_code
    where = response.headers.get("Location", "")
    if status == 302 and where.startswith("/admin/login/"):
        return LOGIN
    if status == 302 and where == INDEX:
        return GONE
    return {403: REFUSED, 404: UNKNOWN, 405: NO_SUCH_METHOD}.get(status, IN if status < 500 else f"status {status}")


def read_answer(response: Any) -> str:
    """Everything an answer says, files that are packed included."""
    if response.streaming:
        content = b"".join(response.streaming_content)
    else:
        content = response.content
    if not content.startswith(b"PK"):
        return str(content.decode("utf-8", "replace"))
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return "\n".join(packed.read(name).decode("utf-8", "replace") for name in packed.namelist())


def cells(world: World, person: Person, method: str) -> Iterator[tuple[Row, str, bool, str]]:
    """Row, name of its address, whether the rows of the own unit are asked for, and the address.

    Whoever has no unit meets no other one either: the rows of one unit stand for both, unless the table sets them apart.
    """
    everyone = list(world.people.values())
    has_double = bool(person.everywhere) and any(
        (each.of_unit, each.everywhere) == (person.of_unit, person.everywhere)
        for each in everyone[: everyone.index(person)]
    )
    for row in TABLE:
        takes_a_unit = row.of_units and any((row.args, row.query, row.data))
        for own in (True, False) if takes_a_unit else (True,):
            expected = row.expect(person, method, own=own)
            if not own and not person.of_unit and expected == row.expect(person, method, own=True):
                continue
            if has_double and expected == IN and row not in ACCOUNTS:
                continue
            args = row.args(world, world.unit(own)) if row.args else []
            for name in row.names:
                yield row, name, own, reverse(f"admin:{name}", args=args)


def unseen(person: Person, world: World) -> list[str]:
    """What stands in working copies that the person may not see."""
    return [
        secret
        for own in (True, False)
        if not person.has_for(Right.SEE_PLANS, own=own)
        for secret in world.unit(own).secrets
    ]


def sign_in(person: Person) -> Client:
    client = Client()
    if person.user is not None:
        client.force_login(person.user)
    return client


def tell(wrong: dict[tuple[str, ...], str]) -> str:
    return "\n".join(f"{' · '.join(filter(None, cell))}: {what}" for cell, what in wrong.items())


# -- ways around ----------------------------------------------------------------------------------------------------------

AROUND = [
    "/admin/schedules/stop/?district__slug__startswith=q",
    "/admin/schedules/stop/?district__id__exact={district}",
    "/admin/schedules/stop/?place__district__slug=qus",
    "/admin/schedules/stop/?q=سر",
    "/admin/schedules/stop/?landmark_ar__startswith=خلف",
    "/admin/schedules/stop/?_to_field=uid&_popup=1",
    "/admin/schedules/stop/{draft}/change/?_popup=1&_to_field=id",
    "/admin/schedules/stop/add/?vehicle={vehicle}&place={place}",
    "/admin/schedules/stop/week/?district={district}&week=2026-W49",
    "/admin/schedules/stop/publish/?ids={draft},{changed}",
    "/admin/schedules/stop/visits/?unit={district}",
    "/admin/announcements/notice/?district__id__exact={district}",
    "/admin/announcements/notice/?q=qus",
    "/admin/announcements/delivery/?channel__id__exact={channel}",
    "/admin/announcements/delivery/?notice__district__slug=qus",
    "/admin/announcements/delivery/export.csv?notice__district__id__exact={district}",
    "/admin/announcements/wording/add/?district={district}",
    "/admin/announcements/wording/add/?district=99999999999999999999",
    "/admin/announcements/channel/?credential__sealed__startswith=s",
    "/admin/auth/user/?password__startswith=md5",
    "/admin/autocomplete/?app_label=schedules&model_name=visitreport&field_name=stop&term=قوص",
    "/admin/autocomplete/?app_label=announcements&model_name=delivery&field_name=channel&term=qus",
    "/admin/autocomplete/?app_label=schedules&model_name=stop&field_name=created_by&term=member",
]


# -- the public -----------------------------------------------------------------------------------------------------------

# Drawn from the same facts at a price; or about no timetable at all, or leading on to the admin.
NOT_WALKED = {
    "week-poster", "place-poster", "place-card", "notice-poster", "notice-card", "notice-card-jpeg",
    "styleguide", "metrics", "readyz", "admin_password_reset", None,
}  # fmt: skip


def public_names() -> set[str | None]:
    found: set[str | None] = set()
    waiting = list(get_resolver().url_patterns)
    while waiting:
        each = waiting.pop()
        if isinstance(each, URLResolver):
            if each.namespace != "admin":
                waiting.extend(each.url_patterns)
        else:
            found.add(each.name)
    return found


def public_addresses(world: World) -> list[str]:
    uid = world.own.changed.uid
    code, slug = world.other.place.code, world.other.district.slug
    api = [
        "", "schema/", "docs/", "districts/", f"districts/{slug}/", "vehicles/", f"vehicles/{world.other.vehicle.code}/",
        "places/", f"places/{code}/", "places/?q=سر", "services/", f"services/{world.other.service.slug}/", "stops/",
        f"stops/{uid}/", f"stops/{world.other.draft.uid}/", "stops/?past=1", "notices/", f"notices/{slug}/2026/1/",
    ]  # fmt: skip
    more = [
        "/?q=سر", "/?q=المسودة", "/suggestions/?q=سر", "/near/26.56,31.69/", "/notices/pages/1/", "/calendar/2026-W49/",
        "/calendar/?district=qus", "/healthz",
    ]  # fmt: skip
    drawn = (".pdf", ".png", ".jpg")
    # Months and weeks in which nothing is planned are as empty as one another.
    planned = re.compile(r"/calendar/(?!2026-(?:11|12|W4[789]|W50)/)\d|/map/(?!2026-11-(?:19|2[6-9]|30))\d")
    walked = (each for each in every_address(now=clock.now()) if not each.endswith(drawn) and not planned.search(each))
    open_data = [f"{table.name}.{ending}" for table in TABLES for ending in ("csv", "json")]
    return sorted(
        {
            *walked,
            *more,
            *(f"/api/v1/{each}" for each in api),
            *(f"/open-data/{each}" for each in (*open_data, ARCHIVE)),
        }
    )


# -- the matrix ---------------------------------------------------------------------------------------------------------


class TestMatrix(TestCase):
    """The world is built once, and what a test does to it is undone. A test for each person and method is added below."""

    world: World

    @classmethod
    def setUpClass(cls) -> None:
        cls.moment = time_machine.travel(NOW, tick=False)
        cls.moment.start()
        cls.addClassCleanup(cls.moment.stop)
        super().setUpClass()

    @classmethod
    def setUpTestData(cls) -> None:
        cls.world = build_world(PEOPLE)

    # -- every cell -------------------------------------------------------------------------------------------------------

    @override_settings(MIDDLEWARE=MIDDLEWARE, PATTERN_HORIZON_WEEKS=4)
    def ask(self, name: str, method: str) -> None:
        world, person = self.world, self.world.people[name]
        client, secrets = Asker(sign_in(person), person.user), unseen(person, world)
        fuller = [other for other in world.people.values() if person.is_outdone_by(other)]
        before = take_picture(world.other)
        wrong: dict[tuple[str, ...], str] = {}
        for row, page, own, address in cells(world, person, method):
            unit = world.unit(own)
            sent = {**(row.query(world, unit) if row.query else {})}
            kind: dict[str, Any] = {}
            if method == "post":
                sent |= row.data(world, unit) if row.data else {}
                kind = {"content_type": "application/json"} if row.json else {}
            expected = row.expect(person, method, own=own)
            # The words of a page are read for those of one sight who may do most: the others are shown less of it.
            is_read = expected != IN or all(row.expect(other, method, own=own) != IN for other in fuller)
            if not is_read and row.is_costly:
                continue
            if not secrets or not is_read or (method == "post" and not row.is_drawn):
                kind[UNDRAWN] = "1"
            with transaction.atomic(), Writes() as writes:
                response = getattr(client, method)(address, sent, **kind)
                told = read_answer(response)
                has_touched = (
                    bool(writes.tables - row.keeps) and not person.everywhere and take_picture(world.other) != before
                )
                transaction.set_rollback(True)
            tables = ", ".join(sorted(writes.tables - row.keeps))
            may_write = expected == IN and method == "post"
            must_change = row.changes(person, own=own) if may_write else False
            cell = (name, method, page, row.about, "own" if own else "other")
            if (happened := what_happened(response)) != expected:
                wrong[cell] = f"{happened}, not {expected}"
            elif tables and must_change is False and row is not LEAVING:
                wrong[cell] = f"must write nothing, and wrote to {tables}"
            elif must_change and not tables:
                wrong[cell] = "was let in and changed nothing: the request of the table is not a good one"
            elif has_touched:
                wrong[cell] = f"changed rows of another unit ({tables})"
            elif any(secret in told for secret in secrets):
                wrong[cell] = "tells of a plan that is not theirs to see"
        assert wrong == {}, tell(wrong)

    # -- what is planned stays in its unit --------------------------------------------------------------------------------

    def test_plans_are_shown_to_those_who_may_see_them(self) -> None:
        """The negatives above mean something: the words they look for do stand on the pages of those who may."""
        client = sign_in(self.world.people["officer"])
        own = self.world.own

        assert (
            own.secrets[0] in client.get(reverse("admin:schedules_stop_change", args=[own.draft.pk])).content.decode()
        )
        assert (
            own.secrets[1] in client.get(reverse("admin:schedules_stop_change", args=[own.changed.pk])).content.decode()
        )

    def test_ways_around_lead_nowhere(self) -> None:
        """Filters, searches and parameters of the framework show nothing that the list itself does not."""
        for name in ("editor", "head", "officer", "committee", "support", "administrator"):
            assert (name, self.try_ways_around(name)) == (name, {})

    def try_ways_around(self, name: str) -> dict[str, Any]:
        world = self.world
        person, other = world.people[name], world.other
        client = sign_in(person)
        rows = {
            "district": other.district.pk,
            "draft": other.draft.pk,
            "changed": other.changed.pk,
            "vehicle": other.vehicle.pk,
            "place": other.place.pk,
            "channel": other.channel.pk,
        }
        # Whoever reads of every unit reads the other's name and news as well; of a unit's people nobody does.
        hidden = unseen(person, world) + ([] if person.everywhere else [other.channel.name, str(other.draft.uid)])
        wrong = {}

        for address in AROUND:
            with transaction.atomic():
                response = client.get(address.format(**rows))
                told = read_answer(response)
                transaction.set_rollback(True)
            if response.status_code not in (200, 302, 400, 403, 404):
                wrong[address] = response.status_code
            elif shown := [each for each in hidden if each in told]:
                wrong[address] = shown

        return wrong

    def test_no_public_address_tells_of_a_plan(self) -> None:
        client, world = self.client, self.world
        secrets = [*world.own.secrets, *world.other.secrets]
        addresses = public_addresses(world)
        telling, names = [], set()

        for address in addresses:
            names.add(resolve(address.partition("?")[0]).url_name)
            if any(secret in read_answer(client.get(address)) for secret in secrets):
                telling.append(address)

        assert telling == []
        assert public_names() - names - NOT_WALKED == set()


for _number, _name in enumerate(PEOPLE):
    for _method in ("get", "post"):

        def _test(self: TestMatrix, name: str = _name, method: str = _method) -> None:
            self.ask(name, method)

        setattr(TestMatrix, f"test_{_method}_{_number:02}_{_name.replace(', ', '_').replace(' ', '_')}", _test)
