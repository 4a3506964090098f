"""What is written about units besides their master data."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import transaction

from vehicles.enums import DistrictKind
from vehicles.models import Assignment, District, Governorate, Vehicle

if TYPE_CHECKING:
    from django.contrib.auth.models import User

# The address word of the governorate's own notices; of a second governorate in the same installation with its number.
GOVERNORATE_SLUG = "governorate"

# What the governorate's own row repeats, so that its notices are signed as the governorate is called today.
_SHARED = ("name_ar", "name_en", "issuer_name_ar", "issuer_short_ar", "issuer_gender", "contact_phone")


def keep_governorate_issuer(governorate: Governorate) -> District:
    """The row under which `governorate` itself issues notices, made or brought up to date (docs/decisions/0014)."""
    names = {field: getattr(governorate, field) for field in _SHARED}
    with transaction.atomic():
        # One at a time: two bulletins issued at once would both make the row.
        Governorate.objects.select_for_update().get(pk=governorate.pk)
        issuer = District.issuers.filter(governorate=governorate, kind=DistrictKind.GOVERNORATE).first()
        if issuer is None:
            return District.issuers.create(
                governorate=governorate, kind=DistrictKind.GOVERNORATE, slug=_free_slug(governorate), **names
            )
        if any(getattr(issuer, field) != value for field, value in names.items()):
            for field, value in names.items():
                setattr(issuer, field, value)
            issuer.save(update_fields=list(names))
    return issuer


def _free_slug(governorate: Governorate) -> str:
    taken = District.issuers.filter(slug=GOVERNORATE_SLUG).exists()
    return f"{GOVERNORATE_SLUG}-{governorate.pk}" if taken else GOVERNORATE_SLUG


def write_vehicle(vehicle: Vehicle, *, unit: District | None, since: dt.date | None, by: User) -> Vehicle:
    """Store a vehicle and, with a `unit`, assign it there from the local day `since` until further notice.

    Whoever calls raises the content version (`bump_content_version`), once for however many vehicles. Raises ValidationError when
    it is assigned elsewhere from then on.
    """
    vehicle._history_user = by  # type: ignore[attr-defined]  # reason: read by whatever records who changed a row
    with transaction.atomic():
        vehicle.save()
        if unit is not None and since is not None:
            assignment = Assignment(vehicle=vehicle, district=unit, starts_on=since)
            assignment.full_clean()
            assignment.save()
    return vehicle
