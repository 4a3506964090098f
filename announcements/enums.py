"""Closed lists of the announcements app, and the moves a delivery may make."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class NoticeKind(TextChoices):
    """What a notice does to what the public was told before."""

    ANNOUNCEMENT = "announcement", _("Announcement")
    BULLETIN = "bulletin", _("Bulletin of the governorate")
    CHANGE = "change", _("Change")
    POSTPONEMENT = "postponement", _("Postponement")
    CANCELLATION = "cancellation", _("Cancellation")
    URGENT = "urgent", _("Urgent notice")
    RESUMPTION = "resumption", _("Resumption")
    HOURS = "hours", _("Hours for a period")


class TextForm(TextChoices):
    """The shapes one notice is written in."""

    SOCIAL = "social", _("Social page")
    PLAIN = "plain", _("Social page, without emoji")
    WHATSAPP = "whatsapp", _("WhatsApp")
    SMS = "sms", _("SMS")
    RADIO = "radio", _("Radio")
    LOUDSPEAKER = "loudspeaker", _("Loudspeaker")


class WordingSlot(TextChoices):
    """What staff may word themselves (`arabic.wording_slots`)."""

    VISIT = "visit", _("Announcement of one visit")
    WEEK = "week", _("Announcement of several visits")
    CANCELLED = "cancelled", _("Cancellation of one visit")
    POSTPONED = "postponed", _("Postponement of one visit without a date")
    MOVED = "moved", _("Other day or hours of one visit")


class ChannelKind(TextChoices):
    """The kinds of channel there is an adapter for."""

    FACEBOOK = "facebook", _("Facebook page")
    TELEGRAM = "telegram", _("Telegram channel")
    X = "x", _("X account")
    INSTAGRAM = "instagram", _("Instagram account")
    WEBHOOK = "webhook", _("Web site by webhook")
    MAIL = "mail", _("Media office by e-mail")
    RADIO_MAIL = "radio_mail", _("Radio station by e-mail")
    RADIO_FOLDER = "radio_folder", _("Radio outbox folder")
    APPRISE = "apprise", _("Another service through Apprise")


CHANNEL_FORM = {
    ChannelKind.FACEBOOK: TextForm.SOCIAL,
    ChannelKind.TELEGRAM: TextForm.SOCIAL,
    # 280 characters there: the short text fits, the long one never does.
    ChannelKind.X: TextForm.SMS,
    ChannelKind.INSTAGRAM: TextForm.SOCIAL,
    ChannelKind.WEBHOOK: TextForm.SOCIAL,
    ChannelKind.MAIL: TextForm.SOCIAL,
    ChannelKind.RADIO_MAIL: TextForm.RADIO,
    ChannelKind.RADIO_FOLDER: TextForm.RADIO,
    ChannelKind.APPRISE: TextForm.SOCIAL,
}


# The kinds that are opened by no token: the mail server and the folder are settings.
WITHOUT_TOKEN = frozenset({ChannelKind.MAIL, ChannelKind.RADIO_MAIL, ChannelKind.RADIO_FOLDER})

# The kinds that show a picture with the text; the last shows nothing without one.
WITH_PICTURE = frozenset({ChannelKind.FACEBOOK, ChannelKind.TELEGRAM, ChannelKind.INSTAGRAM})


class DeliveryStatus(TextChoices):
    """Where one text stands on its way to one channel (architecture.md 4)."""

    PENDING = "pending", _("Waiting")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")
    UNCONFIRMED = "unconfirmed", _("Unconfirmed: check whether it went out")
    SUPERSEDED = "superseded", _("Superseded by newer news")
    EXPIRED = "expired", _("Expired: the news was over")
    REHEARSED = "rehearsed", _("Dry run: not sent")


OPEN = frozenset({DeliveryStatus.PENDING, DeliveryStatus.SENDING})
# A person can settle these: send again, say that it did go out, or give up.
NEEDS_A_PERSON = frozenset({DeliveryStatus.FAILED, DeliveryStatus.UNCONFIRMED})
# The reason of a failed delivery about which a person has decided: nothing more is to be done.
GIVEN_UP = "given_up"

DELIVERY_MOVES: dict[str, frozenset[str]] = {
    DeliveryStatus.PENDING: frozenset(
        {DeliveryStatus.SENDING, DeliveryStatus.SUPERSEDED, DeliveryStatus.EXPIRED, DeliveryStatus.FAILED}
    ),
    DeliveryStatus.SENDING: frozenset(
        {
            DeliveryStatus.SENDING,  # an expired lease is claimed again
            DeliveryStatus.PENDING,
            DeliveryStatus.SENT,
            DeliveryStatus.FAILED,
            DeliveryStatus.UNCONFIRMED,
            DeliveryStatus.SUPERSEDED,
            DeliveryStatus.EXPIRED,
            DeliveryStatus.REHEARSED,
        }
    ),
    DeliveryStatus.UNCONFIRMED: frozenset({DeliveryStatus.PENDING, DeliveryStatus.SENT, DeliveryStatus.FAILED}),
    DeliveryStatus.FAILED: frozenset({DeliveryStatus.PENDING, DeliveryStatus.SENT, DeliveryStatus.FAILED}),
    DeliveryStatus.SENT: frozenset(),
    DeliveryStatus.SUPERSEDED: frozenset(),
    DeliveryStatus.EXPIRED: frozenset(),
    # What was rehearsed is never sent afterwards: a training must not end in public.
    DeliveryStatus.REHEARSED: frozenset(),
}


class ExpiryStage(TextChoices):
    """How near the end of a token is; somebody is told once at each."""

    WEEK = "week", _("Ends within seven days")
    DAY = "day", _("Ends within a day")
    EXPIRED = "expired", _("Does not work any more")


class WaitReason(TextChoices):
    """What a waiting delivery waits for, other than its first or next attempt."""

    PREDECESSOR = "predecessor", _("for what it corrects")
    PACE = "pace", _("for its turn in the channel")
    QUIET = "quiet", _("for the end of the quiet hours")


class AttemptOutcome(TextChoices):
    """How one attempt at a delivery ended."""

    POSTED = "posted", _("Went out")
    EDITED = "edited", _("Written into the live post")
    FOUND = "found", _("Found on the platform: it had gone out")
    LATER = "later", _("Not now: to be tried again")
    IN_DOUBT = "in_doubt", _("In doubt: it may have gone out")
    REFUSED = "refused", _("Refused")
    NOT_SENT = "not_sent", _("Not sent: overtaken or over")
    REHEARSED = "rehearsed", _("Dry run: not sent")
    NO_ANSWER = "no_answer", _("No answer: the worker stopped")


class AcknowledgementKind(TextChoices):
    """What a person did with a text by hand."""

    POSTED = "posted", _("Posted on the page")
    AIRED = "aired", _("Aired on the radio")
