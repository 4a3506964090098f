"""Errors that are answers: each tells a person, in their own language, what was refused and why."""

from __future__ import annotations

from django.utils.functional import Promise


class DomainError(Exception):
    """A rule of the domain refused an act.

    `code` names the rule for programs, `message` is the sentence for people, and `field` is the form or API field the sentence
    belongs beside ("" when it belongs to the whole).
    """

    code = "refused"

    def __init__(self, message: str | Promise, *, field: str = "", code: str = "") -> None:
        super().__init__(str(message))
        self.message = message
        self.field = field
        if code:
            self.code = code


class NotAllowed(DomainError):
    """The person may not do this, whatever the data."""

    code = "not_allowed"


class RuleBroken(DomainError):
    """One or more rules refuse the data; `problems` holds them all, so that a form can show each beside its field."""

    code = "rule_broken"

    def __init__(self, problems: list[DomainError]) -> None:
        first = problems[0]
        super().__init__(first.message, field=first.field, code=first.code)
        self.problems = problems
