"""The daily summary for supervisors: what was said yesterday, what became of it, what waits for a decision, what is on today.

One row for each day and person makes it idempotent: the timer may tick as often as it likes, in any number of workers.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import logging
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import Count, F, Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from announcements.channels.base import ChannelError, TemporaryChannelError
from announcements.channels.staff_mail import send_staff_mail
from announcements.enums import OPEN, DeliveryStatus
from announcements.models import Channel, Delivery, Notice, NoticeItem, Pause, SummaryMail
from schedules.enums import RevisionState
from vehicles.enums import Right
from vehicles.queries import list_holders

logger = logging.getLogger(__name__)
MOST_ATTEMPTS = 6
PAUSE = dt.timedelta(minutes=10)
# Of the decisions that wait, the mail names these many; the ledger has all of them.
LISTED = 20


@dataclasses.dataclass(frozen=True, slots=True)
class Summary:
    """What the mail of `day` (local) says; `yesterday` is the day before it."""

    day: dt.date
    yesterday: dt.date
    notices: Sequence[Notice]
    channels: Sequence[Channel]  # each with the counts of yesterday
    decisions: Sequence[Delivery]
    decision_count: int
    pauses: Sequence[Pause]
    held_count: int
    stops: Sequence[NoticeItem]

    @property
    def is_empty(self) -> bool:
        return not (
            self.notices or self.channels or self.decision_count or self.pauses or self.held_count or self.stops
        )

    @property
    def late_count(self) -> int:
        return sum(notice.is_late for notice in self.notices)


def _midnight(day: dt.date) -> dt.datetime:
    # Where midnight does not exist (summer time begins), this is the first moment after it.
    return dt.datetime.combine(day, dt.time(), ZoneInfo(settings.TIME_ZONE)).astimezone(dt.UTC)


def build_summary(day: dt.date, *, now: dt.datetime) -> Summary:
    """What there is to say on the morning of `day`."""
    yesterday = day - dt.timedelta(days=1)
    begins, ends = _midnight(yesterday), _midnight(day)
    undecided = Delivery.objects.undecided()

    def counted(condition: Q) -> Count:
        return Count(
            "deliveries", filter=condition & Q(deliveries__created_at__gte=begins, deliveries__created_at__lt=ends)
        )

    late = Q(deliveries__sent_at__gt=F("deliveries__late_from"))
    channels = Channel.objects.annotate(
        sent=counted(Q(deliveries__status=DeliveryStatus.SENT)),
        failed=counted(Q(deliveries__status=DeliveryStatus.FAILED)),
        unconfirmed=counted(Q(deliveries__status=DeliveryStatus.UNCONFIRMED)),
        waiting=counted(Q(deliveries__status__in=OPEN)),
        late=counted(late),
        all_of_them=counted(Q()),
    )
    told = NoticeItem.objects.filter(
        revision__date=day, revision__is_current=True, revision__state=RevisionState.SCHEDULED
    ).select_related("revision__place__district", "revision__vehicle", "revision__district")
    in_order = told.order_by("revision__starts_at", "revision__district__name_ar", "-pk")
    return Summary(
        day=day,
        yesterday=yesterday,
        notices=list(
            Notice.objects.filter(issued_at__gte=begins, issued_at__lt=ends)
            .select_related("district")
            .order_by("issued_at", "pk")
        ),
        channels=list(channels.filter(all_of_them__gt=0).order_by("name", "pk")),
        decisions=list(undecided.select_related("notice__district", "channel").order_by("created_at", "pk")[:LISTED]),
        decision_count=undecided.count(),
        pauses=list(Pause.objects.open().select_related("channel")),
        held_count=Delivery.objects.held().count(),
        # Told by its unit and again by the governorate's bulletin, a visit is still one visit.
        stops=list({item.revision_id: item for item in in_order}.values()),
    )


def render_summary(summary: Summary) -> tuple[str, str, str]:
    """Subject, plain text and HTML, in Arabic."""
    with translation.override("ar"):
        subject = _("Daily summary: %(day)s") % {"day": date_format(summary.day, "l j F Y")}
        base = settings.PUBLIC_BASE_URL
        context = {
            "summary": summary,
            "subject": subject,
            "decisions": [
                (one, base + reverse("admin:announcements_delivery_change", args=[one.pk])) for one in summary.decisions
            ],
            "ledger_url": f"{base}{reverse('admin:announcements_delivery_changelist')}?state=look",
        }
        text = render_to_string("announcements/mail/summary.txt", context)
        html = render_to_string("announcements/mail/summary.html", context)
    lines = [line.rstrip() for line in text.strip().splitlines()]
    return subject, "\n".join(lines) + "\n", html


def list_recipients() -> list[User]:
    """Supervisors with an account in use and an e-mail address."""
    return list(list_holders(Right.SUPERVISE).exclude(email="").order_by("pk"))


def send_summaries(*, now: dt.datetime) -> int:
    """Send the summary of the local day of `now` (aware) to whoever has not got it, once SUMMARY_HOUR has come.

    Returns how many were sent. A day of which there is nothing to say, and a mailbox that refuses, are left alone.
    """
    local = now.astimezone(ZoneInfo(settings.TIME_ZONE))
    if local.hour < settings.SUMMARY_HOUR:
        return 0
    day = local.date()
    SummaryMail.objects.bulk_create(
        [SummaryMail(day=day, recipient=user, next_attempt_at=now) for user in list_recipients()], ignore_conflicts=True
    )
    due = list(SummaryMail.objects.filter(day=day, next_attempt_at__lte=now).select_related("recipient"))
    if not due:
        return 0
    summary = build_summary(day, now=now)
    if summary.is_empty:
        SummaryMail.objects.filter(pk__in=[mail.pk for mail in due]).update(next_attempt_at=None)
        return 0
    subject, text, html = render_summary(summary)
    return sum(_send(mail, subject=subject, text=text, html=html, now=now) for mail in due)


def _send(mail: SummaryMail, *, subject: str, text: str, html: str, now: dt.datetime) -> bool:
    """One attempt, if nobody else is at it."""
    mine = SummaryMail.objects.filter(pk=mail.pk, next_attempt_at=mail.next_attempt_at, attempts=mail.attempts)
    if not mine.update(attempts=mail.attempts + 1, next_attempt_at=now + PAUSE):
        return False
    row = SummaryMail.objects.filter(pk=mail.pk)
    uid = f"summary-{mail.day.isoformat()}-{mail.recipient_id}"
    try:
        send_staff_mail(mail.recipient.email, uid=uid, subject=subject, text=text, html=html)
    except ChannelError as error:
        logger.warning("the summary of %s did not reach account %s (%s)", mail.day, mail.recipient_id, error.code)
        is_over = not isinstance(error, TemporaryChannelError) or mail.attempts + 1 >= MOST_ATTEMPTS
        row.update(error_code=error.code[:60])
        if is_over:
            row.update(next_attempt_at=None)
        return False
    row.update(sent_at=now, next_attempt_at=None, error_code="")
    return True
