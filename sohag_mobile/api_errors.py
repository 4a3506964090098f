"""Every error of the API in one shape: `{code, message, fields}`.

`code` names the error for programs, `message` is a sentence for people, `fields` maps the name of a parameter to the
sentences about it (empty when the error is about the whole request).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import set_rollback

from sohag_mobile.errors import DomainError, NotAllowed, RuleBroken

# Rules that refuse because of the state of things, not because of what was sent.
CONFLICT_CODES = frozenset({"stale", "illegal_move", "vehicle_already_booked"})


def handle_api_error(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """Turn an error into an answer; None (an unknown error) leaves it to Django, which logs it."""
    if isinstance(error, DomainError):
        set_rollback()
        return _answer(_status_of(error), error.code, str(error.message), _fields_of(error))
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    elif isinstance(error, BadRequest):
        error = exceptions.ParseError()
    if not isinstance(error, exceptions.APIException):
        return None
    set_rollback()
    return _answer(error.status_code, *_describe(error))


def _answer(status_code: int, code: str, message: str, fields: dict[str, list[str]]) -> Response:
    return Response({"code": code, "message": message, "fields": fields}, status=status_code)


def _status_of(error: DomainError) -> int:
    if isinstance(error, NotAllowed):
        return status.HTTP_403_FORBIDDEN
    return status.HTTP_409_CONFLICT if error.code in CONFLICT_CODES else status.HTTP_400_BAD_REQUEST


def _fields_of(error: DomainError) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {}
    for problem in error.problems if isinstance(error, RuleBroken) else [error]:
        if problem.field:
            fields.setdefault(problem.field, []).append(str(problem.message))
    return fields


def _describe(error: exceptions.APIException) -> tuple[str, str, dict[str, list[str]]]:
    """The code, the sentence and the fields of an error of the framework."""
    if isinstance(error, exceptions.ValidationError):
        return "invalid", _("Some parameters are not right."), _flatten(error.detail)
    detail = error.detail
    message = str(detail) if isinstance(detail, str) else str(error.default_detail)
    code = getattr(detail, "code", None) or error.default_code
    return str(code), message, {}


def _flatten(detail: Any) -> dict[str, list[str]]:
    """Lists of sentences by dotted field name; what concerns no field is under «»."""
    if not isinstance(detail, Mapping):
        return {"": _sentences(detail)}
    fields: dict[str, list[str]] = {}
    for name, value in detail.items():
        if isinstance(value, Mapping):
            fields |= {f"{name}.{inner}": sentences for inner, sentences in _flatten(value).items()}
        else:
            fields[str(name)] = _sentences(value)
    return fields


def _sentences(value: Any) -> list[str]:
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [sentence for each in value for sentence in _sentences(each)]
    return [str(value)]
