"""Writing the catalogue other than on its own pages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import transaction

from services.models import Document, Service

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def write_service(service: Service, *, papers: Iterable[str] | None, by: User) -> Service:
    """Store a service and, unless None, exactly these papers in this order; a paper that stays keeps its English text.

    Whoever calls raises the content version (`bump_content_version`), once for however many services.
    """
    service._history_user = by  # type: ignore[attr-defined]  # reason: read by whatever records who changed a row
    with transaction.atomic():
        service.save()
        if papers is None:
            return service
        known = {paper.text_ar: paper for paper in Document.objects.filter(service=service)}
        kept = set()
        for position, text in enumerate(dict.fromkeys(papers)):
            paper = known.get(text) or Document(service=service, text_ar=text)
            if paper.pk is None or paper.position != position:
                paper.position = position
                paper.save()
            kept.add(paper.pk)
        Document.objects.filter(service=service).exclude(pk__in=kept).delete()
    return service
