"""docs/roles.md says what the table of roles says."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.utils import translation

from vehicles.enums import RIGHT_NAMES, ROLE_RIGHTS, UNIT_ROLES, Right, Role

pytestmark = pytest.mark.once
BEGIN, END = "<!-- roles: begin -->", "<!-- roles: end -->"


def draw_table() -> str:
    """A row for each right, a column for each role; «و» for the unit alone, «●» for the whole governorate."""
    heading = ["", *(f"{role.label.split(':')[0].split('：')[0]} (`{role.value}`)" for role in Role)]
    lines = [heading, ["---"] * len(heading)]
    for right in Right:
        marks = [
            "" if right not in ROLE_RIGHTS[role] else "الوحدة" if role in UNIT_ROLES else "المحافظة" for role in Role
        ]
        lines.append([f"{RIGHT_NAMES[right]} (`{right.value}`)", *marks])
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def test_page_about_roles_is_up_to_date() -> None:
    with translation.override("ar"):
        table = draw_table()
    page = (settings.BASE_DIR / "docs" / "roles.md").read_text(encoding="utf-8")

    assert page.partition(BEGIN)[2].partition(END)[0].strip() == table
