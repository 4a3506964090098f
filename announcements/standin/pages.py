"""What people see at the stand-in's address: posts as their readers would find them, with their history, and the radio's mail."""

from __future__ import annotations

import datetime as dt
import email.parser
import email.policy
import re
import zoneinfo
from email.message import EmailMessage
from html import escape

from .state import Mail, Post, State, Version

_SERVICES = {
    "facebook": "صفحة فيسبوك",
    "telegram": "قناة تيليجرام",
    "x": "حساب إكس",
    "instagram": "حساب إنستجرام",
    "webhook": "موقع يستقبل الإعلانات",
    "apprise": "إشعارات Apprise",
}
_MODES = {
    "timeout": "لا يرد",
    "rate_limit": "يطلب الانتظار",
    "server_error": "خطأ في الخادم",
    "expired_token": "رمز دخول منتهٍ",
    "accepted_no_answer": "ينفذ ولا يرد",
    "refuse": "يرفض",
    "garbled": "رد غير مفهوم",
    "duplicate": "يدعي أن النص مكرر",
    "too_long": "يدعي أن النص طويل",
    "refused_yet_live": "ينشر ثم يدعي أنه رفض",
    "bad_photo": "يدعي أن الصورة لا تصلح",
    "mixed": "أعطال متنوعة",
}
_NAMES = {
    "facebook": "فيسبوك",
    "telegram": "تيليجرام",
    "x": "إكس",
    "instagram": "إنستجرام",
    "webhook": "موقع الاستقبال",
    "apprise": "Apprise",
    "smtp": "البريد",
}
# The path under /live/ that shows a post; each service's own public addresses lead there in development.
_PATHS = {
    "facebook": "{id}",
    "telegram": "{place}/{id}",
    "x": "{place}/status/{id}",
    "instagram": "p/{id}",
    "webhook": "site/{place}/{id}",
    "apprise": "notification/{place}/{id}",
}

_STYLE = """
:root { color-scheme: light; --ink: #1d2433; --soft: #566075; --line: #d5dae3; --paper: #fff; --ground: #f2f4f8;
  --brand: #0b5a4b; }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink);
  font: 1rem/1.75 "Segoe UI", Tahoma, "Noto Naskh Arabic", "DejaVu Sans", sans-serif; }
header { background: var(--brand); color: #fff; padding: 1rem; }
header p { margin: 0; max-inline-size: 46rem; margin-inline: auto; }
h1 { font-size: 1.25rem; margin: 0 auto; max-inline-size: 46rem; line-height: 1.5; }
main { max-inline-size: 46rem; margin: 0 auto; padding: 0 .75rem 3rem; }
h2 { font-size: 1.1rem; margin: 1.75rem 0 .5rem; overflow-wrap: anywhere; }
article { background: var(--paper); border: 1px solid var(--line); border-radius: .6rem;
  padding: .9rem 1rem; margin: 0 0 .75rem; }
article.gone { border-style: dashed; background: var(--ground); }
pre { font: inherit; margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; }
.about { color: var(--soft); font-size: .85rem; margin: .5rem 0 0; overflow-wrap: anywhere; }
.label { display: inline-block; border-radius: .3rem; padding: 0 .5rem; font-size: .85rem; background: #fdf0d5; color: #6b4700; }
details { margin-block-start: .5rem; } summary { cursor: pointer; color: var(--brand); min-block-size: 1.75rem; }
details pre { border-inline-start: 3px solid var(--line); padding-inline-start: .75rem; color: var(--soft); }
.fault { background: #fbe4e2; color: #7d1a12; border-radius: .5rem; padding: .5rem .9rem; margin: 1rem 0 0; }
img { max-inline-size: 100%; block-size: auto; border-radius: .4rem; }
a { color: var(--brand); } h3 { margin: 0 0 .35rem; font-size: 1rem; overflow-wrap: anywhere; }
"""


def wall(state: State, timezone: zoneinfo.ZoneInfo) -> str:
    """The front page: each page and channel with its posts, newest first, then the station's mailboxes."""
    with state.lock:
        places = list(dict.fromkeys((one.service, one.place) for one in reversed(state.posts)))
        sections = [
            f"<section><h2>{_SERVICES[service]} {_code(place)}</h2>"
            + "".join(
                _post(one, timezone) for one in reversed(state.posts) if (one.service, one.place) == (service, place)
            )
            + "</section>"
            for service, place in places
        ]
        boxes = list(dict.fromkeys(recipient for one in reversed(state.mails) for recipient in one.recipients))
        sections += [
            f"<section><h2>صندوق بريد {_code(box)}</h2>"
            + "".join(_mail(one, timezone) for one in reversed(state.mails) if box in one.recipients)
            + "</section>"
            for box in boxes
        ]
        faults = "".join(
            f'<p class="fault">{_NAMES[service]}: {_MODES[fault.mode.value]}'
            + ("" if fault.share is None else f" ({fault.share:.0%} من الطلبات)")
            + ("" if fault.times is None else f" (الطلبات التالية: {fault.times})")
            + "</p>"
            for service, fault in state.faults.items()
        )
    empty = "<p>لم يُنشر شيء بعد.</p>"
    return _page("محاكاة القنوات", faults + ("".join(sections) or empty))


def single(post: Post, timezone: zoneinfo.ZoneInfo) -> str:
    """One post alone, as its public address shows it."""
    title = f"{_SERVICES[post.service]} {_code(post.place)}"
    return _page(post.place, f'<h2>{title}</h2>{_post(post, timezone)}<p><a href="/">كل ما نُشر</a></p>')


def live_path(post: Post) -> str:
    """Where under /live/ a post is shown."""
    return _PATHS[post.service].format(place=post.place.removeprefix("@").lower(), id=post.id)


def find_post(state: State, path: str) -> Post | None:
    """The live post that an address under /live/ or /photo/ shows, in whatever case it is written."""
    wanted = path.strip("/").partition("/")[2].lower()
    with state.lock:
        return next((one for one in state.posts if not one.is_deleted and live_path(one).lower() == wanted), None)


def not_found() -> str:
    """For an address that shows nothing."""
    return _page("غير موجود", '<p>لا يوجد شيء في هذا العنوان.</p><p><a href="/">كل ما نُشر</a></p>')


def attachments(mail: Mail) -> list[EmailMessage]:
    """The files that came with an e-mail."""
    return list(_parsed(mail).iter_attachments())


def filename(part: EmailMessage, index: int) -> str:
    """A file's name without anything that could leave a folder or a header line."""
    return re.sub(r"[^\w .()-]", "_", part.get_filename() or "") or f"file-{index}"


def _post(post: Post, timezone: zoneinfo.ZoneInfo) -> str:
    labels = []
    if post.is_deleted:
        labels.append('<span class="label">محذوف</span>')
    elif len(post.versions) > 1:
        labels.append('<span class="label">معدَّل</span>')
    history = "".join(_version(one, timezone) for one in reversed(post.versions[:-1]))
    details = (
        f"<details><summary>النصوص السابقة: {len(post.versions) - 1}</summary>{history}</details>" if history else ""
    )
    return (
        f'<article class="{"gone" if post.is_deleted else "live"}" id="{post.service}-{escape(post.id)}">'
        f'<pre dir="auto">{escape(post.text)}</pre>{_photo(post)}'
        f'<p class="about">{"".join(labels)} <a href="/live/{escape(live_path(post))}">{_time(post.made_at, timezone)}</a>'
        f" · {_code(post.id)}</p>{details}</article>"
    )


def _photo(post: Post) -> str:
    """The picture, or where the platform would have fetched it."""
    if post.photo:
        return f'<p><img src="/photo/{escape(live_path(post))}" alt=""></p>'
    return f'<p class="about">الصورة: {_code(post.photo_url)}</p>' if post.photo_url else ""


def _version(version: Version, timezone: zoneinfo.ZoneInfo) -> str:
    return f'<p class="about">{_time(version.at, timezone)}</p><pre dir="auto">{escape(version.text)}</pre>'


def _mail(mail: Mail, timezone: zoneinfo.ZoneInfo) -> str:
    parsed = _parsed(mail)
    body = parsed.get_body(("plain",))
    text = body.get_content() if body is not None else ""
    files = " · ".join(
        f'<a href="/mail/{mail.number}/{index}">{_code(filename(part, index))}</a>'
        for index, part in enumerate(parsed.iter_attachments())
    )
    about = [f"من {_code(mail.sender)}", _time(mail.at, timezone), _code(mail.message_id)]
    if parsed["In-Reply-To"]:
        about.append(f"ردًّا على {_code(str(parsed['In-Reply-To']))}")
    if mail.copies > 1:
        about.append(f"مرات الوصول: {mail.copies}")
    return (
        f'<article id="mail-{mail.number}"><h3 dir="auto">{escape(str(parsed["Subject"] or ""))}</h3>'
        f'<pre dir="auto">{escape(str(text))}</pre><p class="about">{" · ".join(about)}</p>'
        + (f'<p class="about">المرفقات: {files}</p>' if files else "")
        + "</article>"
    )


def _parsed(mail: Mail) -> EmailMessage:
    return email.parser.BytesParser(EmailMessage, policy=email.policy.default).parsebytes(mail.raw)


def _code(text: str) -> str:
    """An id or address, which reads from left to right whatever it begins with."""
    return f'<bdi dir="ltr">{escape(text)}</bdi>'


def _time(moment: dt.datetime, timezone: zoneinfo.ZoneInfo) -> str:
    local = moment.astimezone(timezone)
    return f'<time datetime="{local.isoformat()}"><bdi>{local:%Y-%m-%d %H:%M:%S}</bdi></time>'


def _page(title: str, content: str) -> str:
    return (
        '<!doctype html><html lang="ar" dir="rtl"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>"
        "<header><h1>محاكاة القنوات – للتطوير والاختبار فقط</h1>"
        "<p>هذا ما كان سيظهر للجمهور وللإذاعة. لا شيء هنا منشور فعلًا.</p></header>"
        f"<main>{content}</main></body></html>"
    )
