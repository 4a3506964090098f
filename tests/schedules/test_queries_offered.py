"""What is given at a stop and what to bring, in two queries."""

import datetime as dt
from decimal import Decimal

import pytest
from pytest_django import DjangoAssertNumQueries

from schedules.queries_offered import list_offered
from services.models import PaymentMeans
from tests.factories.schedules import StopRevisionFactory
from tests.factories.services import DocumentFactory, FeeFactory, ServiceFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("services", [1, 3])
def test_offered_services_come_with_their_own_papers_fees_and_means(
    django_assert_num_queries: DjangoAssertNumQueries, services: int
) -> None:
    offered = [ServiceFactory() for _ in range(services)]
    papers = {service: [DocumentFactory(service=service, position=place) for place in (2, 1)] for service in offered}
    fees = {service: FeeFactory(service=service, minimum="10.50", as_of=dt.date(2026, 1, 18)) for service in offered}
    DocumentFactory(service=ServiceFactory())  # of a service that is not given here
    revision = StopRevisionFactory(services=offered)
    means = [
        PaymentMeans.objects.create(code=code, name_ar=code, position=place) for code, place in (("b", 2), ("a", 1))
    ]
    revision.payment_means.set(means)

    with django_assert_num_queries(2):
        rows = list_offered(revision)
        shown = {row.service: list(row.service.documents.all()) for row in rows}
        paid = {row.service: list(row.service.fees.all()) for row in rows}
        payment = [each.name for each in revision.payment_means.all()]

    assert shown == {service: list(reversed(papers[service])) for service in offered}
    assert paid == {service: [fees[service]] for service in offered}
    assert {fee.minimum for (fee,) in paid.values()} == {Decimal("10.50")}
    assert {fee.as_of for (fee,) in paid.values()} == {dt.date(2026, 1, 18)}
    assert payment == ["a", "b"]


def test_service_without_papers_has_none(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    revision = StopRevisionFactory(services=[ServiceFactory()])
    revision.payment_means.clear()

    with django_assert_num_queries(2):
        (row,) = list_offered(revision)
        assert (list(row.service.documents.all()), list(row.service.fees.all())) == ([], [])
        assert list(revision.payment_means.all()) == []
