"""The part of the staff's first page that is about tokens."""

from __future__ import annotations

from typing import Any

from django import template

from announcements.queries_credentials import TokenWarning, list_token_warnings
from sohag_mobile import clock
from sohag_mobile.admin import scope_of

register = template.Library()


@register.simple_tag(takes_context=True)
def list_ending_tokens(context: Any) -> list[TokenWarning]:
    """The channels whose tokens end soon or have ended, of those that carry the notices of the person's units.

    Nothing for people who only read: there is nothing they could do about it.
    """
    scope = scope_of(context["request"])
    if not (scope.sees_plans or scope.carries or scope.keeps_channels):
        return []
    return [
        one
        for one in list_token_warnings(now=clock.now())
        if one.channel.district_id is None or one.channel.district_id in scope.reads
    ]
