"""Every kind of error in the one shape of the API."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404
from rest_framework import exceptions

from sohag_mobile.api_errors import handle_api_error
from sohag_mobile.errors import DomainError, NotAllowed, RuleBroken


def _answer(error: Exception) -> tuple[int, Any]:
    response = handle_api_error(error, {})
    assert response is not None
    return response.status_code, response.data


@pytest.mark.parametrize(
    ("error", "status", "code", "fields"),
    [
        (DomainError("جملة"), 400, "refused", {}),
        (DomainError("جملة", field="place", code="outside"), 400, "outside", {"place": ["جملة"]}),
        (NotAllowed("جملة"), 403, "not_allowed", {}),
        (DomainError("جملة", code="stale"), 409, "stale", {}),
    ],
)
def test_refusal_of_the_domain_keeps_its_code_sentence_and_field(
    error: DomainError, status: int, code: str, fields: dict[str, list[str]]
) -> None:
    assert _answer(error) == (status, {"code": code, "message": "جملة", "fields": fields})


def test_broken_rules_are_told_each_beside_its_field() -> None:
    problems = [
        DomainError("أولا", field="ends_at", code="ends_too_early"),
        DomainError("ثانيا", field="services"),
        DomainError("ثالثا", field="services"),
        DomainError("رابعا"),
    ]

    status, data = _answer(RuleBroken(problems))

    assert status == 400
    assert data["message"] == "أولا"
    assert data["fields"] == {"ends_at": ["أولا"], "services": ["ثانيا", "ثالثا"]}


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (Http404(), 404, "not_found"),
        (PermissionDenied(), 403, "permission_denied"),
        (BadRequest(), 400, "parse_error"),
        (exceptions.MethodNotAllowed("POST"), 405, "method_not_allowed"),
        (exceptions.NotAcceptable(), 406, "not_acceptable"),
        (exceptions.UnsupportedMediaType("text/csv"), 415, "unsupported_media_type"),
    ],
)
def test_error_of_the_framework_has_the_same_shape(error: Exception, status: int, code: str) -> None:
    answered, data = _answer(error)

    assert (answered, data["code"], data["fields"]) == (status, code, {})
    assert isinstance(data["message"], str)
    assert data["message"]


def test_nested_validation_is_flattened_to_dotted_names() -> None:
    error = exceptions.ValidationError({"stop": {"date": ["أ"], "place": "ب"}, "page": ["ج", "د"]})

    assert _answer(error)[1]["fields"] == {"stop.date": ["أ"], "stop.place": ["ب"], "page": ["ج", "د"]}


def test_validation_of_the_whole_has_no_field_name() -> None:
    assert _answer(exceptions.ValidationError(["أ"]))[1]["fields"] == {"": ["أ"]}


def test_unknown_error_is_left_to_the_server() -> None:
    assert handle_api_error(RuntimeError("secret"), {}) is None
