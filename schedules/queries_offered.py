"""What is given at a stop and what to bring: services with their papers and fees, and how to pay."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import CharField, DateField, DecimalField, IntegerField, Model, Value

from schedules.models import RevisionService, StopRevision
from services.models import Document, Fee, PaymentMeans

_FEE, _DOCUMENT, _MEANS = "fee", "document", "means"


def list_offered(revision: StopRevision) -> list[RevisionService]:
    """The services announced for a stop, each with its papers and the fees of that day; the stop then has its payment means, too.

    Two queries.
    """
    offered = list(
        RevisionService.objects.filter(revision=revision)
        .select_related("service__category")
        .order_by("service__category__position", "service__name_ar")
    )
    fees: dict[int, list[Fee]] = {}
    documents: dict[int, list[Document]] = {}
    means: list[PaymentMeans] = []
    for kind, owner, key, position, name_ar, name_en, source, minimum, maximum, as_of in _read_rows(revision):
        if kind == _FEE:
            fee = Fee(pk=key, service_id=owner, label_ar=name_ar, label_en=name_en, source=source)
            fee.minimum, fee.maximum, fee.as_of = minimum, maximum, as_of
            fees.setdefault(owner, []).append(fee)
        elif kind == _DOCUMENT:
            paper = Document(pk=key, service_id=owner, text_ar=name_ar, text_en=name_en, position=position)
            documents.setdefault(owner, []).append(paper)
        else:
            means.append(PaymentMeans(pk=key, code=source, name_ar=name_ar, name_en=name_en, position=position))
    for row in offered:
        _hand_over(row.service, "documents", documents.get(row.service_id, ()))
        _hand_over(row.service, "fees", fees.get(row.service_id, ()))
    means.sort(key=lambda each: (each.position, each.code))
    _hand_over(revision, "payment_means", means)
    return offered


def _read_rows(revision: StopRevision) -> Iterable[tuple[Any, ...]]:
    """Papers, fees and payment means under one head, because each query is a wait: all are short lists of short rows."""
    services = RevisionService.objects.filter(revision=revision).values("service")
    nothing = (Value(None, DecimalField()), Value(None, DecimalField()), Value(None, DateField()))
    # The first of the three gives the columns their types.
    fees = Fee.objects.valid_on(revision.date).filter(service__in=services).values_list(
        Value(_FEE, CharField()), "service", "pk", Value(0, IntegerField()),
        "label_ar", "label_en", "source", "minimum", "maximum", "as_of",
    )  # fmt: skip
    documents = Document.objects.filter(service__in=services).values_list(
        Value(_DOCUMENT, CharField()), "service", "pk", "position",
        "text_ar", "text_en", Value("", CharField()), *nothing,
    )  # fmt: skip
    means = PaymentMeans.objects.filter(
        pk__in=StopRevision.payment_means.through.objects.filter(stoprevision=revision).values("paymentmeans")
    ).values_list(
        Value(_MEANS, CharField()), Value(0, IntegerField()), "pk", "position",
        "name_ar", "name_en", "code", *nothing,
    )  # fmt: skip
    rows = fees.order_by().union(documents.order_by(), means.order_by(), all=True)
    return sorted(rows, key=lambda row: (row[0], row[1], row[3], row[2]))


def _hand_over(owner: Model, relation: str, rows: Iterable[Model]) -> None:
    """Make `rows` what `owner.relation.all()` gives, as prefetching would."""
    found = getattr(owner, relation).all()
    found._result_cache = list(rows)
    found._prefetch_done = True
    if not hasattr(owner, "_prefetched_objects_cache"):
        owner._prefetched_objects_cache = {}  # type: ignore[attr-defined]
    owner._prefetched_objects_cache[relation] = found  # type: ignore[attr-defined]
