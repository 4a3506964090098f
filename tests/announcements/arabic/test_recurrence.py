"""Rules of recurrence in Arabic, checked by hand."""

import datetime as dt

import pytest

from announcements.arabic.recurrence import by_months, by_weeks, with_period

pytestmark = pytest.mark.once
SUNDAY = dt.date(2026, 11, 29)


@pytest.mark.parametrize(
    ("weekdays", "every", "text"),
    [
        ([7], 1, "يوم الأحد من كل أسبوع"),
        ([7], 2, "يوم الأحد كل أسبوعين"),
        ([7], 3, "يوم الأحد كل ثلاثة أسابيع"),
        ([2, 7], 1, "يومي الأحد والثلاثاء من كل أسبوع"),
        ([2, 7], 2, "يومي الأحد والثلاثاء كل أسبوعين"),
        ([1, 6, 7], 1, "أيام السبت والأحد والاثنين من كل أسبوع"),
        ([5], 4, "يوم الجمعة كل أربعة أسابيع"),
        ([7], 12, "يوم الأحد كل اثني عشر أسبوعًا"),
        ([1, 2, 3, 4, 5, 6, 7], 1, "كل يوم"),
    ],
)
def test_by_weeks(weekdays: list[int], every: int, text: str) -> None:
    assert by_weeks(weekdays, every) == text


@pytest.mark.parametrize(
    ("weekdays", "positions", "every", "text"),
    [
        ([7], [1], 1, "يوم الأحد الأول من كل شهر"),
        ([1], [3, 1], 1, "يومي الاثنين الأول والثالث من كل شهر"),
        ([1], [1, 2, 4], 1, "أيام الاثنين الأول والثاني والرابع من كل شهر"),
        ([4], [-1], 1, "آخر خميس من كل شهر"),
        ([1], [-1], 1, "آخر اثنين من كل شهر"),
        ([4], [-1], 2, "آخر خميس كل شهرين"),
        ([3], [2], 3, "يوم الأربعاء الثاني كل ثلاثة أشهر"),
        ([7], [-1, 1], 1, "يومي الأحد الأول والأخير من كل شهر"),
        ([2, 7], [1], 1, "يومي الأحد الأول والثلاثاء الأول من كل شهر"),
        ([2, 7], [1, 3], 1, "أيام الأحد الأول والثالث، والثلاثاء الأول والثالث من كل شهر"),
        ([3, 7], [-1], 1, "آخر أحد وآخر أربعاء من كل شهر"),
        ([6], [4], 12, "يوم السبت الرابع كل اثني عشر شهرًا"),
    ],
)
def test_by_months(weekdays: list[int], positions: list[int], every: int, text: str) -> None:
    assert by_months(weekdays, positions, every) == text


@pytest.mark.parametrize(("weekdays", "positions"), [([], [1]), ([7], [])])
def test_nothing_to_tell(weekdays: list[int], positions: list[int]) -> None:
    with pytest.raises(ValueError, match="no days"):
        by_months(weekdays, positions, 1)
    with pytest.raises(ValueError, match="no dates"):
        by_weeks([], 1)


def test_until_further_notice() -> None:
    assert with_period("يوم الأحد كل أسبوعين", starts_on=SUNDAY, ends_on=None) == (
        "يوم الأحد كل أسبوعين، اعتبارًا من يوم الأحد الموافق 29 نوفمبر 2026 وحتى إشعار آخر"
    )


def test_between_two_days_with_exceptions() -> None:
    told = with_period(
        "يوم الأحد من كل أسبوع",
        starts_on=SUNDAY,
        ends_on=dt.date(2027, 5, 30),
        left_out=[dt.date(2026, 12, 13)],
        added=[dt.date(2026, 12, 14), dt.date(2026, 12, 16)],
    )
    assert told == (
        "يوم الأحد من كل أسبوع، اعتبارًا من يوم الأحد الموافق 29 نوفمبر 2026 وحتى يوم الأحد الموافق 30 مايو 2027،"
        " عدا يوم الأحد الموافق 13 ديسمبر 2026، إضافة إلى يومي الاثنين والأربعاء الموافقين 14 و16 ديسمبر 2026"
    )
