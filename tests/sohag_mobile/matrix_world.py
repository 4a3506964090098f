"""Two units with everything that a member of staff may meet, and one person of every kind."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Model
from django.test import Client
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.models import Invitation, StaffSession
from announcements.enums import ChannelKind, DeliveryStatus, TextForm, WordingSlot
from announcements.models import (
    Acknowledgement,
    Channel,
    Credential,
    Delivery,
    Notice,
    NoticeCounter,
    Pause,
    Wording,
)
from exchange.enums import JobState, Kind, RowState
from exchange.models import ImportJob, ImportRow
from schedules.enums import PlanActKind
from schedules.models import (
    PatternDate,
    Place,
    PlanAct,
    PlanActStop,
    Stop,
    StopPattern,
    StopRevision,
    VisitReport,
)
from services.models import Service
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
from vehicles.models import District, Membership, OutOfService, Vehicle

TODAY = NOW.date()
# Where the rows of a unit stand, and how they lead to it. What a person could change of another unit from a staff page is here.
OF_A_UNIT: tuple[tuple[type[Model], str], ...] = (
    (Stop, "district"),
    (Stop.services.through, "stop__district"),
    (StopRevision, "district"),
    (StopPattern, "district"),
    (PatternDate, "pattern__district"),
    (VisitReport, "stop__district"),
    (Notice, "district"),
    (Delivery, "notice__district"),
    (Acknowledgement, "notice__district"),
    (Wording, "district"),
    (Channel, "district"),
    (Credential, "channel__district"),
    (Pause, "channel__district"),
    (Vehicle, "assignments__district"),
    (OutOfService, "vehicle__assignments__district"),
    (Place, "district"),
    (Membership, "district"),
    (Invitation, "district"),
)


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
    pattern: StopPattern
    act: PlanAct
    job: ImportJob
    member: User
    out_of_service: OutOfService
    invitation: Invitation
    session: StaffSession
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

    def is_outdone_by(self, other: Person) -> bool:
        """Whether `other` may do all that this person may, and more, and sees no more of the plans."""
        return (
            (self.of_unit, self.everywhere) != (other.of_unit, other.everywhere)
            and self.of_unit <= other.of_unit
            and self.everywhere <= other.everywhere
            and all(
                self.has_for(Right.SEE_PLANS, own=own) == other.has_for(Right.SEE_PLANS, own=own)
                for own in (True, False)
            )
        )


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
    _hand_over(own, other, people)
    shared["former job"] = _build_job(own.district, own.secrets[0], people["head, until yesterday"].user)
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
    pattern = StopPattern.objects.create(
        vehicle=vehicle, place=place, district=district, landmark_ar=secrets[0], rrule="FREQ=WEEKLY;INTERVAL=4;BYDAY=WE",
        starts_on=STOP_DATE + dt.timedelta(days=10), starts_at=dt.time(9), ends_at=dt.time(14),
        created_by=root, updated_by=root,
    )  # fmt: skip
    pattern.services.add(service)
    act = PlanAct.objects.create(kind=PlanActKind.COPY, made_at=NOW, made_by=root)
    PlanActStop.objects.create(act=act, stop=draft, left_at=draft.updated_at)
    member = UserFactory(username=f"member-{slug}", email=f"member-{slug}@example.org")
    TOTPDevice.objects.create(user=member, name="phone", confirmed=True)
    return Unit(
        district=district, vehicle=vehicle, place=place, service=service, draft=draft,
        awaiting=awaiting, changed=stop, held=held.stop,
        notice=notice, delivery=delivery, channel=channel, pause=pause, wording=wording,
        pattern=pattern, act=act, job=_build_job(district, secrets[0], root), member=member, secrets=secrets,
        invitation=Invitation.objects.create(
            user=UserFactory(username=f"invited-{slug}", email=f"invited-{slug}@example.org"),
            name=f"مدعو {slug}", email=f"invited-{slug}@example.org", role=Role.EDITOR, district=district,
            invited_by=root, invited_at=NOW, sent_at=NOW, expires_at=NOW + dt.timedelta(days=2),
        ),
        session=StaffSession.objects.create(user=member, key_hash=slug, started_at=NOW, seen_at=NOW),
        out_of_service=OutOfService.objects.create(
            vehicle=vehicle, starts_on=STOP_DATE + dt.timedelta(days=200), cause=OutOfServiceCause.REPAIR
        ),
    )  # fmt: skip


def _build_job(district: District, landmark: str, by: User | None) -> ImportJob:
    """A file of stops that was checked and awaits a decision: what it would do is a plan as well."""
    job = ImportJob.objects.create(
        kind=Kind.STOPS,
        state=JobState.PREVIEWED,
        file_name=f"{district.slug}.csv",
        total=1,
        created_by=by,
        created_at=NOW,
    )
    ImportRow.objects.create(
        job=job,
        line=2,
        state=RowState.NEW,
        label=landmark,
        cells={"landmark_ar": landmark},
        after={"landmark_ar": landmark},
    )
    ImportRow.objects.create(job=job, line=3, state=RowState.REFUSED, label=landmark, cells={"landmark_ar": landmark})
    return job


def _hand_over(own: Unit, other: Unit, people: dict[str, Person]) -> None:
    """Whose acts and files they are. The editor has worked for the other unit before; the acts of those days are still hers."""
    PlanAct.objects.update(made_by=people["editor"].user)
    ImportJob.objects.filter(pk=own.job.pk).update(created_by=people["editor"].user)
    ImportJob.objects.filter(pk=other.job.pk).update(created_by=people["supervisor"].user)


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


def take_picture(unit: Unit) -> dict[str, list[str]]:
    """Every row of a unit as it is stored, by model. Of its people and their sessions and imports as well."""
    rows = {model.__name__: model._default_manager.filter(**{path: unit.district}) for model, path in OF_A_UNIT}
    rows |= {
        "User": User.objects.filter(pk=unit.member.pk),
        "StaffSession": StaffSession.objects.filter(user=unit.member),
        "ImportJob": ImportJob.objects.filter(pk=unit.job.pk),
        "PlanAct": PlanAct.objects.filter(pk=unit.act.pk),
    }
    return {name: sorted(map(repr, found.values_list())) for name, found in rows.items()}
