"""The catalogue of services."""

from __future__ import annotations

import factory

from services.enums import Outcome
from services.models import Category, Document, Fee, Offer, PaymentMeans, Service
from tests.factories.vehicles import VehicleFactory


class CategoryFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Category

    slug = factory.Sequence(lambda n: f"category-{n}")
    name_ar = factory.Sequence(lambda n: f"مجال {n}")
    name_en = factory.Sequence(lambda n: f"Category {n}")
    position = factory.Sequence(lambda n: n)


class PaymentMeansFactory(factory.django.DjangoModelFactory):
    """Cash, unless told otherwise; asking again for the same code gives the same row."""

    class Meta:
        model = PaymentMeans
        django_get_or_create = ("code",)

    code = "cash"
    name_ar = "نقدًا"
    name_en = "Cash"


class ServiceFactory(factory.django.DjangoModelFactory):
    """A service that is always valid, with no documents and no fees."""

    class Meta:
        model = Service

    category = factory.SubFactory(CategoryFactory)
    slug = factory.Sequence(lambda n: f"service-{n}")
    name_ar = factory.Sequence(lambda n: f"خدمة {n}")
    name_en = factory.Sequence(lambda n: f"Service {n}")
    announce_ar = factory.Sequence(lambda n: f"استلام طلبات الخدمة {n}")
    outcome = Outcome.RECEIVED


class DocumentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Document

    service = factory.SubFactory(ServiceFactory)
    text_ar = "صورة بطاقة الرقم القومي"
    text_en = "Copy of the national identity card"


class FeeFactory(factory.django.DjangoModelFactory):
    """A fee whose amount is not known, until minimum or maximum are given."""

    class Meta:
        model = Fee

    service = factory.SubFactory(ServiceFactory)
    label_ar = "رسم الفحص"
    label_en = "Examination fee"


class OfferFactory(factory.django.DjangoModelFactory):
    """A vehicle takes requests for a service."""

    class Meta:
        model = Offer

    vehicle = factory.SubFactory(VehicleFactory)
    service = factory.SubFactory(ServiceFactory)
    outcome = factory.SelfAttribute("service.outcome")
