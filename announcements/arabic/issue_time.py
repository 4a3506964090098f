"""When urgent news was issued (domain.md T4): «تنويه عاجل – {hh:mm} {date}», for a post is read hours after it was written."""

from __future__ import annotations

from announcements.arabic.dates import days_in_figures
from announcements.arabic.digits import WESTERN, convert
from announcements.arabic.facts import NoticeFacts
from announcements.arabic.times import time_in_figures, time_in_words


def issue_time(facts: NoticeFacts) -> str:
    """« – الساعة 11:40 صباحًا، يوم الأحد الموافق 29 نوفمبر 2026», to follow the head line; nothing when it is not known."""
    if facts.issued_at is None:
        return ""
    return f" – الساعة {time_in_figures(facts.issued_at.time())}، {days_in_figures([facts.issued_at.date()])}"


def issue_time_in_words(facts: NoticeFacts) -> str:
    """«، الساعة الثانية عشرة إلا الثلث ظهرًا», to follow the number; the day is told with the news."""
    return f"، الساعة {time_in_words(facts.issued_at.time())}" if facts.issued_at else ""


def without_issue_time(text: str, facts: NoticeFacts, *, digits: str = WESTERN) -> str:
    """A text of the notice without when it was issued: what two texts have in common that differ in their minute alone."""
    written, spoken = convert(issue_time(facts), digits), issue_time_in_words(facts)
    if not written:
        return text
    return text.replace(written, "", 1).replace(spoken, "", 1)
