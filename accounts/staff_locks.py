"""Who is locked out after failed attempts, and letting them in again."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.actions_factor import lift_lock
from accounts.queries import list_locks, may_lift_locks
from accounts.staff_sign_in import render
from sohag_mobile import clock
from sohag_mobile.admin import staff_of
from sohag_mobile.forms import is_row_key


def locks_view(request: HttpRequest) -> HttpResponse:
    """For the technical support and for those who keep accounts: the lock-outs of people who have an account."""
    by, now = staff_of(request), clock.now()
    if not may_lift_locks(by):
        raise PermissionDenied
    if request.method == "POST":
        chosen = request.POST.get("user", "")
        person = User.objects.filter(pk=int(chosen)).first() if is_row_key(chosen) else None
        if person is None:
            messages.info(request, _("There is no such account."))
        else:
            lift_lock(person, by=by, now=now)
            messages.success(request, _("%(name)s may try again at once.") % {"name": person.get_username()})
        return HttpResponseRedirect(reverse("admin:locks"))
    locks = list_locks(now=now)
    people = {one.username: one for one in User.objects.filter(username__in=[lock.username for lock in locks])}
    # Names that nobody has are guesses of strangers, and no business of the support.
    lines = [(lock, people[lock.username]) for lock in locks if lock.username in people]
    return render(request, "locks.html", {"title": _("Locked out"), "lines": lines})
