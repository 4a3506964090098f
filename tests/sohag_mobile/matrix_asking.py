"""How the matrix asks: thousands of requests, each with what it wrote, and without drawing what nobody would look at.

Everything between the person and a view's answer is the product's own. Spared are the look-up of the session, which is the
same for all of them, the pages that say «no», and the drawing of a page whose words could tell its reader nothing new.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.test.client import ClientHandler

MIDDLEWARE = [
    "tests.sohag_mobile.matrix_asking.KnownPerson",
    *settings.MIDDLEWARE,
    "tests.sohag_mobile.matrix_asking.ShortAnswers",
]
UNDRAWN, PERSON = "tests.undrawn", "tests.person"

# Of every request, whoever makes it: that the person was seen.
_SEEN = {("UPDATE", "django_session"), ("INSERT", "django_session"), ("UPDATE", "accounts_staffsession")}
_WRITES = re.compile(r'\s*(INSERT|UPDATE|DELETE)(?: OR \w+)?(?: INTO| FROM)?\s+"(\w+)"')

_SAVEPOINT = re.compile(r"(ROLLBACK TO )?SAVEPOINT (.+)")


class KnownPerson:
    """The outermost middleware: who asks, as `django.contrib.auth` finds it out from the session and remembers it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if (person := request.META.get(PERSON)) is not None:
            request._cached_user = copy.copy(person)  # type: ignore[attr-defined]
        return self.get_response(request)


class ShortAnswers:
    """The innermost middleware: a refusal as its bare sentence, and no drawing where the request says so."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        status = {PermissionDenied: 403, Http404: 404}.get(type(exception))
        return HttpResponse(str(exception), status=status) if status else None

    def process_template_response(self, request: HttpRequest, response: Any) -> Any:
        if UNDRAWN in request.META:
            response.content = b""
        return response


class Asker(RequestFactory):
    """A browser in which one person is signed in. Unlike Django's it keeps no copies of templates and contexts."""

    def __init__(self, client: Client, user: User | None) -> None:
        super().__init__(**{PERSON: user} if user else {})
        self.cookies = client.cookies
        self.handler = ClientHandler(enforce_csrf_checks=False)

    def request(self, **request: Any) -> Any:
        return self.handler(self._base_environ(**request))


class Writes:
    """The tables that are written while it is entered. What a view takes back itself, as previews do, is not among them."""

    def __init__(self) -> None:
        self._written: list[str] = []
        self._savepoints: dict[str, int] = {}

    @property
    def tables(self) -> set[str]:
        return set(self._written)

    def __enter__(self) -> Writes:
        self._recording = connection.execute_wrapper(self._note)
        self._recording.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        self._recording.__exit__(*error)

    def _note(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if (found := _WRITES.match(sql)) and found.groups() not in _SEEN:
            self._written.append(found[2])
        elif found := _SAVEPOINT.match(sql):
            if found[1]:
                del self._written[self._savepoints.get(found[2], 0) :]
            else:
                self._savepoints[found[2]] = len(self._written)
        return execute(sql, params, many, context)
