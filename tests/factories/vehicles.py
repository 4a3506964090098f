"""The governorate, its units, their vehicles."""

from __future__ import annotations

import datetime as dt
from typing import Any

import factory

from tests.factories.users import UserFactory
from vehicles.enums import DistrictKind, GrammaticalGender, Role
from vehicles.models import Assignment, District, Governorate, Markaz, Membership, Vehicle

ASSIGNED_SINCE = dt.date(2026, 1, 1)


class GovernorateFactory(factory.django.DjangoModelFactory):
    """The one governorate of the installation: asking again gives the same row."""

    class Meta:
        model = Governorate
        django_get_or_create = ("name_ar",)

    name_ar = "قنا"
    name_en = "Qena"
    issuer_name_ar = "محافظة قنا"
    issuer_short_ar = "المحافظة"
    issuer_gender = GrammaticalGender.FEMININE
    station_name_ar = "إذاعة جنوب الصعيد"
    weekend_days = "5,6"


class DistrictFactory(factory.django.DjangoModelFactory):
    """A markaz with a feminine issuer. `DistrictFactory(hayy=True)` is a city district with a masculine one."""

    class Meta:
        model = District

    class Params:
        hayy = factory.Trait(
            kind=DistrictKind.HAYY,
            name_ar=factory.Sequence(lambda n: f"الحي{n}"),
            issuer_name_ar=factory.LazyAttribute(lambda o: f"حي {o.name_ar}"),
            issuer_short_ar="الحي",
            issuer_gender=GrammaticalGender.MASCULINE,
        )

    governorate = factory.SubFactory(GovernorateFactory)
    slug = factory.Sequence(lambda n: f"district-{n}")
    kind = DistrictKind.MARKAZ
    name_ar = factory.Sequence(lambda n: f"نقادة{n}")
    name_en = factory.Sequence(lambda n: f"Naqada{n}")
    issuer_name_ar = factory.LazyAttribute(lambda o: f"الوحدة المحلية لمركز ومدينة {o.name_ar}")
    issuer_short_ar = "الوحدة المحلية"
    issuer_gender = GrammaticalGender.FEMININE
    fixed_centre_name_ar = "المركز التكنولوجي لخدمة المواطنين"
    fixed_centre_name_en = "Citizen-service technology centre"


class MarkazFactory(factory.django.DjangoModelFactory):
    """A markaz at the southern end of a governorate."""

    class Meta:
        model = Markaz

    governorate = factory.SubFactory(GovernorateFactory)
    code = factory.Sequence(lambda n: f"M{n:03}")
    name_ar = factory.Sequence(lambda n: f"قفط{n}")
    latitude = "25.99000"
    longitude = "32.81000"


class VehicleFactory(factory.django.DjangoModelFactory):
    """A vehicle in use. `assigned_to=district` also assigns it to that unit, since ASSIGNED_SINCE and until further notice."""

    class Meta:
        model = Vehicle
        skip_postgeneration_save = True

    code = factory.Sequence(lambda n: f"VAN-{n}")
    name_ar = factory.Sequence(lambda n: f"السيارة {n}")
    name_en = factory.Sequence(lambda n: f"Vehicle {n}")

    @factory.post_generation
    def assigned_to(self, create: bool, extracted: District | None, **kwargs: Any) -> None:
        if create and extracted is not None:
            AssignmentFactory(vehicle=self, district=extracted)


class AssignmentFactory(factory.django.DjangoModelFactory):
    """An assignment since ASSIGNED_SINCE that lasts until further notice."""

    class Meta:
        model = Assignment

    vehicle = factory.SubFactory(VehicleFactory)
    district = factory.SubFactory(DistrictFactory)
    starts_on = ASSIGNED_SINCE
    ends_on = None


class MembershipFactory(factory.django.DjangoModelFactory):
    """An editor of a unit. See also make_editor, make_head and make_supervisor in users.py."""

    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    district = factory.SubFactory(DistrictFactory)
    role = Role.EDITOR
