"""What every address of the public API has in common: reading only, open to all, honest about what it did not understand."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any
from urllib.parse import quote

import django_filters
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError as FormError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase, HttpResponsePermanentRedirect
from django.urls import resolve
from django.utils.cache import get_conditional_response, patch_cache_control, set_response_etag
from django.utils.translation import gettext_lazy as _
from rest_framework import generics, pagination, serializers
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

from sohag_mobile.api_errors import handle_api_error

FRESH_SECONDS = 60
DEFAULT_PAGE_SIZE = 100
LARGEST_PAGE_SIZE = 500
# Parameters of the paging and of content negotiation, which no filter knows.
COMMON_PARAMETERS = frozenset({"page", "page_size", "format"})
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_UNKNOWN = _("There is no such parameter.")


def public_url(request_path: str) -> str:
    """The absolute address of a path of this site, by the configured address and not by the Host that was sent."""
    return f"{settings.PUBLIC_BASE_URL}{request_path}"


class OpenView(APIView):
    """A view that anyone, and a script on any other site, may read; nobody is known, so no cookie is looked at."""

    http_method_names = ["get", "head", "options"]

    def get_exception_handler(self) -> Any:
        return handle_api_error

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer with an ETag over the finished body, and with 304 to who already has it."""
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        if isinstance(response, Response):
            response.render()
            if response.status_code == 200 and request.method in ("GET", "HEAD"):
                patch_cache_control(response, public=True, max_age=FRESH_SECONDS)
                set_response_etag(response)
                response = get_conditional_response(request, etag=response["ETag"], response=response) or response
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Expose-Headers"] = "ETag"
        return response

    def options(self, request: Request, *args: Any, **kwargs: Any) -> Response:  # type: ignore[override]  # DRF's Request
        """What a browser asks before a script of another site may send a conditional request."""
        response = Response(status=204)
        response["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
        response["Access-Control-Allow-Headers"] = "Accept, If-None-Match"
        response["Access-Control-Max-Age"] = "86400"
        return response


class BoundedPagination(pagination.PageNumberPagination):
    """`?page=` and `?page_size=`; a number that cannot be used is refused instead of silently replaced."""

    page_size = DEFAULT_PAGE_SIZE
    page_size_query_param = "page_size"
    max_page_size = LARGEST_PAGE_SIZE

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any] | None:
        _whole_number(request, "page", largest=None)
        return super().paginate_queryset(queryset, request, view)

    def get_page_number(self, request: Request, paginator: Any) -> str | int:
        # The framework also takes the word «last».
        return _whole_number(request, "page", largest=None) or 1

    def get_page_size(self, request: Request) -> int:
        return _whole_number(request, "page_size", largest=LARGEST_PAGE_SIZE) or DEFAULT_PAGE_SIZE

    def get_next_link(self) -> str | None:
        return self._link(self.page.next_page_number()) if self.page and self.page.has_next() else None

    def get_previous_link(self) -> str | None:
        return self._link(self.page.previous_page_number()) if self.page and self.page.has_previous() else None

    def _link(self, number: int) -> str:
        assert self.request is not None  # noqa: S101  # reason: for the type checker; set by paginate_queryset
        return replace_query_param(public_url(self.request.get_full_path()), "page", number)


def _whole_number(request: Request, name: str, *, largest: int | None) -> int | None:
    text = request.query_params.get(name, "")
    if not text:
        return None
    # The length is bounded first: the database cannot count further, and int() refuses thousands of digits.
    if not (text.isascii() and text.isdigit() and len(text) <= 9 and int(text) >= 1):
        raise ValidationError({name: _("Enter a whole number from 1.")})
    if largest is not None and int(text) > largest:
        raise ValidationError({name: _("The largest possible number is %(largest)d.") % {"largest": largest}})
    return int(text)


class StrictFilterSet(django_filters.FilterSet):
    """Filters that refuse what they do not know: a mistyped parameter must not look like an answer to the question."""

    def is_valid(self) -> bool:
        self.form.is_valid()
        for name in self.data:
            if name not in self.form.fields and name not in COMMON_PARAMETERS:
                self.form.errors.setdefault(name[:40], self.form.error_class()).append(_UNKNOWN)
        return not self.form.errors


class IsoDateField(forms.DateField):
    """2026-11-29 and nothing else, whatever the language."""

    default_error_messages = {"invalid": _("Enter a date as year-month-day, for example 2026-11-29.")}

    def to_python(self, value: Any) -> dt.date | None:
        if value in self.empty_values:
            return None
        text = str(value).strip()
        try:
            # The pattern first: Python also reads 2026-W48-7 and other digits than ours.
            return dt.date.fromisoformat(text if _ISO_DATE.fullmatch(text) else "")
        except ValueError as error:
            raise FormError(self.error_messages["invalid"], code="invalid") from error


class IsoDateFilter(django_filters.DateFilter):
    field_class = IsoDateField


class Coordinate(serializers.FloatField):
    """Decimal degrees (WGS 84) as a JSON number; null when not known."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(read_only=True, allow_null=True, **kwargs)


class PublicList(OpenView, generics.ListAPIView[Any]):
    """A list in pages. Its filters, where it has some, are a StrictFilterSet."""

    pagination_class = BoundedPagination
    filterset_class: type[StrictFilterSet] | None = None

    def filter_queryset(self, queryset: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
        if self.filterset_class is None:
            unknown = set(self.request.query_params) - COMMON_PARAMETERS
            if unknown:
                raise ValidationError({name[:40]: _UNKNOWN for name in sorted(unknown)})
            return queryset
        return super().filter_queryset(queryset)


class PublicDetail(OpenView, generics.RetrieveAPIView[Any]):
    """One thing by its public key."""


class NoSuchAddress(OpenView):
    """Whatever else is asked under the API's root: the API's own 404 instead of a page."""

    schema = None

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.path.endswith("/") and resolve(f"{request.path}/").func is not resolve(request.path).func:
            query = request.META.get("QUERY_STRING", "")
            return HttpResponsePermanentRedirect(f"{quote(request.path)}/" + (f"?{query}" if query else ""))
        raise NotFound
