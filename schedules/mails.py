"""E-mail to heads and editors: written in the transaction of what it is about, sent by the worker, each once.

A mail is claimed by moving its next attempt; one whose worker dies in between goes out again under the same Message-ID, which a
mail program shows once.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import logging
import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from announcements.channels.base import ChannelError, TemporaryChannelError
from announcements.channels.staff_mail import send_staff_mail
from schedules.models import StaffMail, Stop

if TYPE_CHECKING:
    from django.contrib.auth.models import User

logger = logging.getLogger(__name__)

_MOST_ATTEMPTS: Final = 6
_PAUSE: Final = dt.timedelta(minutes=10)
_DONE: Final[dict[str, Any]] = {"next_attempt_at": None, "text": "", "html": ""}


@dataclasses.dataclass(frozen=True, slots=True)
class Written:
    """A mail as it will be read."""

    subject: str
    text: str
    html: str


def write_text(name: str, subject: str, **context: Any) -> Written:
    """The mail of the templates `schedules/mail/<name>.txt` and `.html`, in the language that is active."""
    context |= {"subject": subject}
    text = render_to_string(f"schedules/mail/{name}.txt", context)
    lines = [line.rstrip() for line in text.strip().splitlines()]
    return Written(subject, "\n".join(lines) + "\n", render_to_string(f"schedules/mail/{name}.html", context))


def staff_url(name: str, *args: Any) -> str:
    """The absolute address of a staff page."""
    return f"{settings.PUBLIC_BASE_URL}{reverse(f'admin:{name}', args=args)}"


def write_return_mails(stops: Sequence[Stop], *, comment: str, by: User, now: dt.datetime) -> None:
    """Tell whoever submitted `stops` (as they were before) that they were sent back, and why. Nothing to those without e-mail."""
    of_person: dict[int, list[Stop]] = {}
    for stop in stops:
        person = stop.submitted_by
        if person is not None and person != by and person.is_active and person.email:
            of_person.setdefault(person.pk, []).append(stop)
    with translation.override("ar"):
        mails = []
        for person_id, theirs in of_person.items():
            written = write_text(
                "returned",
                _("Sent back to be mended: %(unit)s") % {"unit": theirs[0].district.label_ar},
                lines=[{"text": _line(stop), "url": staff_url("schedules_stop_change", stop.pk)} for stop in theirs],
                comment=comment,
                head=by.get_full_name() or by.get_username(),
            )
            mails.append(
                StaffMail(
                    name=f"returned-{uuid.uuid4()}",
                    recipient_id=person_id,
                    created_at=now,
                    next_attempt_at=now,
                    **dataclasses.asdict(written),
                )
            )
    StaffMail.objects.bulk_create(mails)


def _line(stop: Stop) -> str:
    return f"{date_format(stop.date, 'l j F Y')}: {stop.place.label} – {stop.vehicle.name}"


def send_mails(*, now: dt.datetime) -> int:
    """Send what is due at `now` (aware); returns how many left. Safe to run twice, and in two processes."""
    return sum(_send(mail, now=now) for mail in StaffMail.objects.due(now=now).select_related("recipient"))


def _send(mail: StaffMail, *, now: dt.datetime) -> bool:
    """One attempt, if nobody else is at it."""
    mine = StaffMail.objects.filter(pk=mail.pk, next_attempt_at=mail.next_attempt_at, attempts=mail.attempts)
    if not mine.update(attempts=mail.attempts + 1, next_attempt_at=now + _PAUSE):
        return False
    row = StaffMail.objects.filter(pk=mail.pk)
    if not mail.recipient.is_active or not mail.recipient.email:
        row.update(**_DONE, error_code="no_address")
        return False
    try:
        send_staff_mail(mail.recipient.email, uid=mail.name, subject=mail.subject, text=mail.text, html=mail.html)
    except ChannelError as error:
        logger.warning("mail %s did not reach account %s (%s)", mail.name, mail.recipient_id, error.code)
        is_over = not isinstance(error, TemporaryChannelError) or mail.attempts + 1 >= _MOST_ATTEMPTS
        row.update(error_code=error.code[:60], **(_DONE if is_over else {}))
        return False
    row.update(**_DONE, sent_at=now, error_code="")
    return True
