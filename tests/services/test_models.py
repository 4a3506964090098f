"""Each rule twice: the sentence staff read, and the constraint that holds whichever code writes."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction

from services.models import Offer, Service
from tests.factories.services import CategoryFactory, FeeFactory, OfferFactory, ServiceFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]

DAY = dt.date(2026, 6, 15)
BEFORE, AFTER = DAY - dt.timedelta(days=1), DAY + dt.timedelta(days=1)


def assert_refused(row: models.Model, *, sentence: str, constraint: str) -> None:
    with pytest.raises(ValidationError) as refused:
        row.full_clean()
    assert sentence in refused.value.messages
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        row.save()


def test_service_ends_after_it_starts() -> None:
    assert_refused(
        ServiceFactory.build(category=CategoryFactory(), valid_from=DAY, valid_to=BEFORE),
        sentence="The last day must not come before the first.",
        constraint="service_ends_after_it_starts",
    )


@pytest.mark.parametrize(
    ("minimum", "maximum"), [(-1, None), (None, -1), (10, 5)], ids=["negative", "negative maximum", "reversed"]
)
def test_fee_is_a_sensible_range(minimum: int | None, maximum: int | None) -> None:
    assert_refused(
        FeeFactory.build(service=ServiceFactory(), minimum=minimum, maximum=maximum),
        sentence="The amounts must be positive, the larger one last.",
        constraint="fee_is_a_sensible_range",
    )


@pytest.mark.parametrize(("minimum", "maximum"), [(None, None), (0, 0), (5, None), (None, 5), (5, 10)])
def test_fee_may_be_unknown_exact_or_open(minimum: int | None, maximum: int | None) -> None:
    fee = FeeFactory.build(service=ServiceFactory(), minimum=minimum, maximum=maximum)

    fee.full_clean()
    fee.save()

    assert fee.service.fees.count() == 1


def test_vehicle_offers_a_service_once() -> None:
    first = OfferFactory()
    second = OfferFactory.build(vehicle=first.vehicle, service=first.service)

    with pytest.raises(ValidationError) as refused:
        second.full_clean()
    assert refused.value.messages == ["This vehicle already offers this service."]
    with pytest.raises(IntegrityError), transaction.atomic():
        second.save()


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "is_valid"),
    [
        (None, None, True),
        (DAY, DAY, True),
        (BEFORE, None, True),
        (None, AFTER, True),
        (AFTER, None, False),
        (None, BEFORE, False),
    ],
)
def test_service_is_valid_on_both_of_its_last_days(
    valid_from: dt.date | None, valid_to: dt.date | None, is_valid: bool
) -> None:
    service = ServiceFactory(valid_from=valid_from, valid_to=valid_to)
    offer = OfferFactory(service=service)

    assert service.is_valid_on(DAY) is is_valid
    assert Service.objects.valid_on(DAY).exists() is is_valid
    assert list(Offer.objects.valid_on(DAY)) == ([offer] if is_valid else [])


def test_offer_has_dates_of_its_own() -> None:
    OfferFactory(valid_from=AFTER)
    OfferFactory(valid_to=BEFORE)
    standing = OfferFactory(valid_from=DAY, valid_to=DAY)

    assert list(Offer.objects.valid_on(DAY)) == [standing]
