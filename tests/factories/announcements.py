"""Notices, channels and the outbox."""

from __future__ import annotations

import datetime as dt
from typing import Any

import factory

from announcements.enums import AcknowledgementKind, ChannelKind, DeliveryStatus, NoticeKind, TextForm
from announcements.models import Acknowledgement, Channel, Delivery, Notice, NoticeItem, NoticeText
from tests.factories.schedules import PUBLISHED_AT, StopRevisionFactory
from tests.factories.users import UserFactory
from tests.factories.vehicles import DistrictFactory

_ADDRESS = {
    ChannelKind.FACEBOOK: "10000000000{n:04}",
    ChannelKind.TELEGRAM: "@channel_{n}",
    ChannelKind.X: "@unit_{n}",
    ChannelKind.INSTAGRAM: "1784140000000{n:04}",
    ChannelKind.WEBHOOK: "https://site-{n}.invalid/notices",
    ChannelKind.MAIL: "media{n}@unit.invalid",
    ChannelKind.RADIO_MAIL: "newsroom{n}@radio.invalid",
    ChannelKind.RADIO_FOLDER: "station-{n}",
    ChannelKind.APPRISE: "service-{n}",
}


_WITHOUT_TOKEN = (ChannelKind.MAIL, ChannelKind.RADIO_MAIL, ChannelKind.RADIO_FOLDER)


class NoticeFactory(factory.django.DjangoModelFactory):
    """The next announcement of a unit in 2026, with a text in every form and no items."""

    class Meta:
        model = Notice
        skip_postgeneration_save = True

    district = factory.SubFactory(DistrictFactory)
    year = 2026
    number = factory.LazyAttribute(lambda o: Notice.objects.filter(district=o.district, year=o.year).count() + 1)
    kind = NoticeKind.ANNOUNCEMENT
    title_ar = factory.LazyAttribute(lambda o: f"إعلان رقم {o.number}/{o.year}")
    facts = factory.LazyFunction(dict)
    issued_at = PUBLISHED_AT
    issued_by = factory.SubFactory(UserFactory)

    @factory.post_generation
    def texts(self, create: bool, extracted: dict[TextForm, str] | None, **kwargs: Any) -> None:
        if create:
            bodies = {form: f"{self.title_ar} ({form})" for form in TextForm} if extracted is None else extracted
            for form, body in bodies.items():
                NoticeText.objects.create(notice=self, form=form, body=body)


class NoticeItemFactory(factory.django.DjangoModelFactory):
    """One published stop in a notice of its unit."""

    class Meta:
        model = NoticeItem

    revision = factory.SubFactory(StopRevisionFactory)
    notice = factory.SubFactory(NoticeFactory, district=factory.SelfAttribute("..revision.district"))


class ChannelFactory(factory.django.DjangoModelFactory):
    """A Facebook page that carries the notices of every unit; its token is the one in the test settings."""

    class Meta:
        model = Channel

    class Params:
        n = factory.Sequence(lambda n: n)

    kind = ChannelKind.FACEBOOK
    name = factory.LazyAttribute(lambda o: f"{o.kind} {o.n}")
    address = factory.LazyAttribute(lambda o: _ADDRESS[ChannelKind(o.kind)].format(n=o.n))
    token_name = factory.LazyAttribute(lambda o: "" if o.kind in _WITHOUT_TOKEN else str(o.kind))


class DeliveryFactory(factory.django.DjangoModelFactory):
    """A delivery that waits and is due since the notice was issued; it expires a week later."""

    class Meta:
        model = Delivery

    notice = factory.SubFactory(NoticeFactory)
    channel = factory.SubFactory(ChannelFactory)
    status = DeliveryStatus.PENDING
    subject = factory.SelfAttribute("notice.title_ar")
    marker = factory.SelfAttribute("notice.title_ar")
    text = factory.LazyAttribute(lambda o: f"{o.notice.title_ar}\nنص الإعلان")
    next_attempt_at = factory.SelfAttribute("notice.issued_at")
    expires_at = factory.LazyAttribute(lambda o: o.notice.issued_at + dt.timedelta(days=7))
    created_at = factory.SelfAttribute("notice.issued_at")


class AcknowledgementFactory(factory.django.DjangoModelFactory):
    """Somebody posted the text by hand half an hour after it was issued."""

    class Meta:
        model = Acknowledgement

    notice = factory.SubFactory(NoticeFactory)
    kind = AcknowledgementKind.POSTED
    happened_at = factory.LazyAttribute(lambda o: o.notice.issued_at + dt.timedelta(minutes=30))
    recorded_at = factory.SelfAttribute("happened_at")
    recorded_by = factory.SubFactory(UserFactory)
