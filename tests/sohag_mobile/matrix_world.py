"""Two units with everything that a member of staff may meet, and one person of every kind."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

from django.contrib.auth.models import User
from django.test import Client

from announcements.enums import ChannelKind, DeliveryStatus, TextForm, WordingSlot
from announcements.models import (
    Acknowledgement,
    Channel,
    Credential,
    Delivery,
    Notice,
    NoticeCounter,
    NoticeText,
    Pause,
    Wording,
)
from schedules.models import Holiday, HoursPeriod, Place, Stop, StopRevision, VisitReport
from services.models import Category, Document, Fee, Offer, PaymentMeans, Service
from tests.factories.announcements import ChannelFactory, DeliveryFactory, NoticeFactory, NoticeItemFactory
from tests.factories.schedules import (
    STOP_DATE,
    HolidayFactory,
    HoursPeriodFactory,
    PlaceFactory,
    StopFactory,
    StopRevisionFactory,
)
from tests.factories.services import DocumentFactory, FeeFactory, OfferFactory, PaymentMeansFactory
from tests.factories.users import UserFactory
from tests.factories.vehicles import DistrictFactory, GovernorateFactory, MarkazFactory, VehicleFactory
from tests.support.staff import NOW
from vehicles.actions import keep_governorate_issuer
from vehicles.enums import UNIT_ROLES, OutOfServiceCause, Right, Role
from vehicles.models import Assignment, District, Governorate, Markaz, Membership, OutOfService, Vehicle

TODAY = NOW.date()
# Everything a person could change from a staff page; two pictures of it are compared before and after each POST.
WATCHED = (
    Stop, StopRevision, VisitReport, Notice, NoticeText, Delivery, Acknowledgement, Wording, Channel, Credential, Pause,
    Governorate, District, Markaz, Vehicle, Assignment, OutOfService, Membership, User, Place, Holiday, HoursPeriod,
    Category, Service, Document, Fee, Offer, PaymentMeans,
)  # fmt: skip


@dataclasses.dataclass(frozen=True, slots=True)
class Unit:
    """The rows of one unit. `secrets` are words that stand in its working copies and were never announced."""

    district: District
    vehicle: Vehicle
    place: Place
    service: Service
    draft: Stop
    awaiting: Stop
    changed: Stop
    held: Stop
    notice: Notice
    delivery: Delivery
    channel: Channel
    pause: Pause
    wording: Wording
    member: User
    out_of_service: OutOfService
    secrets: tuple[str, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Person:
    """Somebody who opens pages: their account (None: nobody is signed in) and what they may do, by today's date.

    `of_unit` are rights in the first unit alone, `everywhere` those for the whole governorate.
    """

    name: str
    user: User | None
    of_unit: frozenset[Right] = frozenset()
    everywhere: frozenset[Right] = frozenset()

    def has(self, right: Right) -> bool:
        return right in self.of_unit or right in self.everywhere

    def has_for(self, right: Right, *, own: bool) -> bool:
        return right in self.everywhere or (own and right in self.of_unit)


@dataclasses.dataclass(frozen=True, slots=True)
class World:
    """`own` is the unit of those who have one, `other` never is; what no unit owns stands beside them."""

    own: Unit
    other: Unit
    shared: dict[str, Any]
    people: dict[str, Person]
    read: dict[str, dict[str, Any]]

    def unit(self, own: bool) -> Unit:
        return self.own if own else self.other


def build_world(roles: dict[str, tuple[frozenset[Right], frozenset[Right]]]) -> World:
    """`roles` are the names of people with what they may do: in their unit, and everywhere."""
    governorate = GovernorateFactory()
    issuer = keep_governorate_issuer(governorate)
    root = UserFactory(username="root", is_superuser=True)
    own, other = (_build_unit(slug, root) for slug in ("naqada", "qus"))
    service = own.service
    shared = {
        "governorate": governorate,
        "issuer": issuer,
        "markaz": MarkazFactory(),
        "district": own.district,
        "vehicle": own.vehicle,
        "category": service.category,
        "service": service,
        "paymentmeans": PaymentMeansFactory(),
        "place": own.place,
        "holiday": HolidayFactory(),
        "hoursperiod": HoursPeriodFactory(starts_on=STOP_DATE + dt.timedelta(days=60)),
    }
    DocumentFactory(service=service)
    FeeFactory(service=service)
    people = {name: Person(name, _build_user(name, own.district, root), *rights) for name, rights in roles.items()}
    world = World(own=own, other=other, shared=shared, people=people, read={})
    _read_previews(world, root)
    return world


def _build_unit(slug: str, root: User) -> Unit:
    """A draft, another that awaits approval, a changed stop and one that was held, with all that was told of them."""
    district = DistrictFactory(slug=slug)
    place = PlaceFactory(code=f"P-{slug}", district=district)
    vehicle = VehicleFactory(code=f"V-{slug}", assigned_to=district)
    service = OfferFactory(vehicle=vehicle).service
    secrets = (f"أمام سرّ المسودة {slug}", f"خلف سرّ التعديل {slug}")
    told = {"vehicle": vehicle, "place": place, "services": [service], "created_by": root}
    draft = StopFactory(
        **told, date=STOP_DATE + dt.timedelta(days=1), landmark_ar=secrets[0], off_day_reason=secrets[0]
    )
    awaiting = StopFactory(
        **told, date=STOP_DATE + dt.timedelta(days=2), landmark_ar=secrets[0], submitted_at=NOW, submitted_by=root
    )
    del told["created_by"]
    facts = {**told, "stop__created_by": root}
    changed = StopRevisionFactory(**facts, date=STOP_DATE)
    held = StopRevisionFactory(**facts, date=TODAY - dt.timedelta(days=3))
    notice = NoticeFactory(district=district, issued_by=root)
    NoticeCounter.objects.create(district=district, year=notice.year, last=notice.number)
    for revision in (changed, held):
        NoticeItemFactory(notice=notice, revision=revision)
    stop = changed.stop
    stop.landmark_ar, stop.has_unpublished_changes = secrets[1], True
    stop.save()
    channel = ChannelFactory(name=f"صفحة {slug}", district=district)
    Credential.objects.create(channel=channel, sealed="sealed", set_by=root, set_at=NOW)
    delivery = DeliveryFactory(
        notice=notice, channel=channel, status=DeliveryStatus.FAILED, next_attempt_at=None, error_code="unreachable"
    )
    pause = Pause.objects.create(
        channel=ChannelFactory(name=f"قناة {slug}", district=district, kind=ChannelKind.TELEGRAM),
        reason="صيانة",
        paused_by=root,
        paused_at=NOW,
    )
    wording = Wording.objects.create(
        district=district,
        slot=WordingSlot.VISIT,
        form=TextForm.SOCIAL,
        body=f"صياغة {slug}",
        updated_by=root,
        updated_at=NOW,
    )
    return Unit(
        district=district, vehicle=vehicle, place=place, service=service, draft=draft,
        awaiting=awaiting, changed=stop, held=held.stop,
        notice=notice, delivery=delivery, channel=channel, pause=pause, wording=wording,
        member=UserFactory(username=f"member-{slug}"), secrets=secrets,
        out_of_service=OutOfService.objects.create(
            vehicle=vehicle, starts_on=STOP_DATE + dt.timedelta(days=200), cause=OutOfServiceCause.REPAIR
        ),
    )  # fmt: skip


def _build_user(name: str, district: District, root: User) -> User | None:
    if name == "nobody":
        return None
    if name == "superuser":
        return root
    role, _, days = name.partition(", ")
    user = UserFactory(username=name.replace(", ", "-").replace(" ", "-"), is_staff=days != "no member of staff")
    if role in Role.values:
        Membership.objects.create(
            user=user,
            role=role,
            district=district if role in UNIT_ROLES else None,
            starts_on=TODAY + dt.timedelta(days=1) if days == "from tomorrow" else None,
            ends_on=TODAY - dt.timedelta(days=1) if days == "until yesterday" else None,
        )
    return user


def _read_previews(world: World, root: User) -> None:
    """What a form says that was sent by somebody who has read the texts: the strongest request that can be refused."""
    client = Client()
    client.force_login(root)
    for own in (True, False):
        unit = world.unit(own)
        pages = {
            "publish": ("/admin/schedules/stop/publish/", {"ids": str(unit.draft.pk)}),
            "cancel": (f"/admin/schedules/stop/{unit.changed.pk}/cancel/", {"cause": "weather"}),
            "postpone": (f"/admin/schedules/stop/{unit.changed.pk}/postpone/", {"cause": "weather"}),
            "hours": (f"/admin/schedules/stop/hours/{world.shared['hoursperiod'].pk}/{unit.district.pk}/", {}),
            "day": (
                "/admin/schedules/stop/day/",
                {"date": STOP_DATE.isoformat(), "units": str(unit.district.pk), "act": "cancel", "cause": "weather"},
            ),
        }
        for name, (path, data) in pages.items():
            context = client.get(path, data).context
            world.read[f"{name} {unit.district.slug}"] = data | {"texts": context["fingerprint"]}
        page = client.get("/admin/schedules/stop/head/", {"district": unit.district.pk}).context
        world.read[f"approve {unit.district.slug}"] = {
            "district": unit.district.pk, "act": page["act"], "stop": page["seen"], "texts": page["fingerprint"],
        }  # fmt: skip
    client.logout()


def take_picture(world: World) -> dict[str, Any]:
    """Every watched row as it is stored; what belongs to the other unit stands under «other» as well."""
    rows = {model.__name__: sorted(map(repr, model.objects.values_list())) for model in WATCHED}
    other = world.other.district
    rows["other"] = [
        *map(repr, Stop.objects.filter(district=other).values_list()),
        *map(repr, StopRevision.objects.filter(district=other).values_list()),
        *map(repr, VisitReport.objects.filter(stop__district=other).values_list()),
        *map(repr, Notice.objects.filter(district=other).values_list()),
        *map(repr, Delivery.objects.filter(notice__district=other).values_list()),
        *map(repr, Acknowledgement.objects.filter(notice__district=other).values_list()),
        *map(repr, Wording.objects.filter(district=other).values_list()),
        *map(repr, Channel.objects.filter(district=other).values_list()),
        *map(repr, Pause.objects.filter(channel__district=other).values_list()),
        *map(repr, Stop.services.through.objects.filter(stop__district=other).values_list()),
    ]
    return rows
