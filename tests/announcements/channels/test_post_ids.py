"""What the address of a post tells of its id."""

import pytest

from announcements.channels.post_ids import id_of_post

PAGE = "100200300"


@pytest.mark.parametrize(
    ("kind", "address", "url", "expected"),
    [
        ("telegram", "@Unit_News", "https://t.me/unit_news/55", "@Unit_News:55"),
        ("telegram", "@Unit_News", "https://t.me/s/Unit_News/55/", "@Unit_News:55"),
        ("telegram", "-1001234567", "https://t.me/c/1234567/55", "-1001234567:55"),
        ("telegram", "@Unit_News", "https://t.me/another/55", ""),
        ("telegram", "@Unit_News", "https://t.me/Unit_News", ""),
        ("x", "@unit", "https://x.com/Unit/status/1790000000000000001?s=20", "1790000000000000001"),
        ("x", "@unit", "https://x.com/other/status/1790000000000000001", ""),
        ("facebook", PAGE, f"https://www.facebook.com/{PAGE}_77", f"{PAGE}_77"),
        ("facebook", PAGE, "https://www.facebook.com/sohag.unit/posts/77", f"{PAGE}_77"),
        ("facebook", PAGE, f"https://m.facebook.com/permalink.php?story_fbid=77&id={PAGE}", f"{PAGE}_77"),
        ("facebook", PAGE, "https://www.facebook.com/permalink.php?story_fbid=77&id=9", ""),
        ("facebook", PAGE, "https://www.facebook.com/sohag.unit/posts/pfbid02abcXYZ", ""),
        ("facebook", PAGE, "https://[broken", ""),
        ("instagram", "17841400000000001", "https://www.instagram.com/p/Cx1/", ""),
        ("mail", "press@office.example", "https://office.example/7", ""),
    ],
)
def test_id_is_read_from_the_address_or_left_open(kind: str, address: str, url: str, expected: str) -> None:
    assert id_of_post(kind, address, url) == expected
