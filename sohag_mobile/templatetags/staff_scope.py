"""What the pages of staff offer follows from what the person may do."""

from __future__ import annotations

from typing import Any

from django import template

from sohag_mobile.admin import Scope, scope_of

register = template.Library()


@register.simple_tag(takes_context=True)
def read_scope(context: Any) -> Scope:
    """What the person of this request may do (`sohag_mobile.admin.scope_of`)."""
    return scope_of(context["request"])
