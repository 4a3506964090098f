"""What a text says of the picture it stands under."""

from __future__ import annotations

from collections.abc import Sequence

from announcements.arabic.digits import WESTERN, convert
from announcements.arabic.facts import NoticeReference
from announcements.arabic.phrases import cited


def with_old_picture(text: str, cites: Sequence[NoticeReference], *, digits: str = WESTERN) -> str:
    """`text` as it stands under the picture of what it corrects: «الصورة المرفقة صدرت مع الإعلان رقم 5/2026 …».

    For platforms on which a post gets another text but no other picture.
    """
    told = f"الصورة المرفقة صدرت مع {cited(cites)} قبل هذا التنويه، والمعمول به هو ما ورد في هذا النص."
    heading, blank, rest = text.partition("\n\n")
    # Below the heading: of a long post the platform shows the first lines alone.
    return f"{heading}\n\n{convert(told, digits)}{blank}{rest}"
