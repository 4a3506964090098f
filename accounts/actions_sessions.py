"""What is written about where people are signed in, and what is noted about their accounts."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.enums import AccountEventKind
from accounts.models import AccountEvent, StaffSession
from accounts.queries import hash_session_key, iterate_sessions_of
from sohag_mobile.errors import NotAllowed
from vehicles.enums import Right
from vehicles.queries import holds

SEEN_EVERY = dt.timedelta(minutes=1)


def note_event(user: User, kind: AccountEventKind, *, by: User | None, now: dt.datetime, reason: str = "") -> None:
    """Write down that `kind` was done about the account of `user`."""
    AccountEvent.objects.create(user=user, kind=kind, by=by, reason=reason, at=now)


def see_session(user: User, *, key: str, user_agent: str, address: str | None, now: dt.datetime) -> None:
    """Write down that `user` is at work in the session `key`; its row is made when there is none yet.

    Nothing is written within a minute of the last time.
    """
    known = StaffSession.objects.filter(key_hash=hash_session_key(key), user=user)
    if known.filter(seen_at__gt=now - SEEN_EVERY).exists():
        return
    what = {"user_agent": user_agent.replace("\0", "")[:400], "address": address, "seen_at": now}
    StaffSession.objects.update_or_create(
        key_hash=hash_session_key(key),
        defaults={"user": user, **what},
        create_defaults={"user": user, "started_at": now, **what},
    )


def follow_session(*, old_key: str, new_key: str) -> None:
    """A session goes on under another key (after a new password); so does its row."""
    StaffSession.objects.filter(key_hash=hash_session_key(old_key)).update(key_hash=hash_session_key(new_key))


def end_session(session: StaffSession, *, by: User, now: dt.datetime) -> None:
    """Sign a person out in one browser. Raises NotAllowed for a session of somebody else."""
    if session.user_id != by.pk:
        raise NotAllowed(_("This is not your session."))
    with transaction.atomic():
        for one in iterate_sessions_of(by, now=now):
            if hash_session_key(one.session_key) == session.key_hash:
                one.delete()
        session.delete()


def end_sessions(user: User, *, now: dt.datetime, keep: str | None = None) -> int:
    """Sign `user` out everywhere, but not in the session with the key `keep`. Returns in how many browsers it was."""
    keys = [one.session_key for one in iterate_sessions_of(user, now=now) if one.session_key != keep]
    with transaction.atomic():
        Session.objects.filter(session_key__in=keys).delete()
        rows = StaffSession.objects.filter(user=user)
        if keep is not None:
            rows = rows.exclude(key_hash=hash_session_key(keep))
        rows.delete()
    return len(keys)


def sign_out_person(user: User, *, by: User, now: dt.datetime) -> int:
    """End every session of somebody else, as after a stolen telephone. Returns how many. Raises NotAllowed."""
    check_keeper(user, by=by)
    with transaction.atomic():
        number = end_sessions(user, now=now)
        note_event(user, AccountEventKind.SESSIONS_ENDED, by=by, now=now)
    return number


def check_keeper(user: User, *, by: User) -> None:
    """Raises NotAllowed unless `by` keeps accounts and may touch that of `user`: a superuser's is for superusers alone."""
    if not holds(by, Right.KEEP_ACCOUNTS) or (user.is_superuser and not by.is_superuser):
        raise NotAllowed(_("This account is kept by others."))


def purge_sessions(*, now: dt.datetime) -> int:
    """Remove what is left of sessions that have ended. Returns how many rows; idempotent."""
    Session.objects.filter(expire_date__lte=now).delete()
    live = {hash_session_key(key) for key in Session.objects.values_list("session_key", flat=True)}
    dead = [row.pk for row in StaffSession.objects.only("pk", "key_hash") if row.key_hash not in live]
    return StaffSession.objects.filter(pk__in=dead).delete()[0]
