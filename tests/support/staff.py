"""What tests of staff pages share: the clock they stand at, and what a clerk types into the form of a stop."""

from __future__ import annotations

import datetime as dt
from typing import Any

from schedules.models import Place
from services.models import Service
from tests.factories.schedules import CAIRO, STOP_DATE
from vehicles.models import Vehicle

NOW = dt.datetime(2026, 11, 22, 12, 0, tzinfo=CAIRO)


def stop_form_data(offering: Vehicle, village: Place, chosen: list[Service], /, **changes: Any) -> dict[str, Any]:
    """A form that is accepted, with `changes`."""
    return {
        "vehicle": offering.pk,
        "place": village.pk,
        "landmark_ar": "أمام مركز شباب القرية",
        "landmark_en": "",
        "date": STOP_DATE.isoformat(),
        "starts_at": "09:00",
        "ends_at": "14:00",
        "last_intake": "13:30",
        "services": [service.pk for service in chosen],
        "payment_means": [],
        "off_day_reason": "",
    } | changes


def form_errors(response: Any) -> dict[str, list[str]]:
    """The codes of the refusals beside each field of the form in a response."""
    errors = response.context["adminform"].form.errors.as_data()
    return {field: [error.code for error in found] for field, found in errors.items()}
