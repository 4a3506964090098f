"""What is written about units besides their master data."""

from __future__ import annotations

from django.db import transaction

from vehicles.enums import DistrictKind
from vehicles.models import District, Governorate

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
