"""What people did with texts by hand, and what a correction therefore asks of them (domain.md (d) 5)."""

from __future__ import annotations

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q

from announcements.enums import AcknowledgementKind
from announcements.models import Acknowledgement, Notice, NoticeItem

Kind = AcknowledgementKind


def was_done(kind: Kind) -> Exists:
    """Whether the notice of a query has been posted, or aired, by hand."""
    return Exists(Acknowledgement.objects.filter(notice=OuterRef("pk"), kind=kind))


def is_owed(kind: Kind) -> Q:
    """Whether the notice of a query still has to be posted, or aired, by hand: something that it corrects was, and it was not.

    What a newer notice speaks for in its place is owed no more.
    """
    of_its_stops = Acknowledgement.objects.filter(
        kind=kind,
        notice__lt=OuterRef("pk"),
        notice__district=OuterRef("district"),
        notice__items__revision__stop__revisions__notice_items__notice=OuterRef("pk"),
    )
    of_the_whole = Acknowledgement.objects.filter(kind=kind, notice__replaced_by=OuterRef("pk"))
    in_force = NoticeItem.objects.filter(notice=OuterRef("pk"), revision__is_current=True)
    corrects = NoticeItem.objects.filter(notice=OuterRef("pk"), replaces__isnull=False)
    about_stops = Q(Exists(corrects)) & Q(Exists(of_its_stops)) & Q(Exists(in_force))
    return ~Q(was_done(kind)) & (about_stops | (Q(Exists(of_the_whole)) & Q(replaced_by__isnull=True)))


def list_owed(notice: Notice) -> list[Kind]:
    """What has to be done with `notice` by hand, because it was done with what it corrects. One query."""
    owed = {kind.value: ExpressionWrapper(is_owed(kind), BooleanField()) for kind in Kind}
    found = Notice.objects.filter(pk=notice.pk).annotate(**{f"owes_{kind}": each for kind, each in owed.items()})
    row = found.values(*(f"owes_{kind}" for kind in owed)).get()
    return [kind for kind in Kind if row[f"owes_{kind.value}"]]
