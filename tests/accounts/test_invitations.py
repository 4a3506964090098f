"""Invitations: by mail, for three days, once; and roles that nobody gives to themselves."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.test import Client

from accounts.actions_invitations import Offer, invite_person, send_again, withdraw_invitation
from accounts.enums import InvitationState
from accounts.models import Invitation
from accounts.queries import find_invitation, sign_invitation
from sohag_mobile.errors import DomainError, NotAllowed, RuleBroken
from tests.factories.users import PASSWORD, UserFactory, make_head, make_supervisor
from tests.factories.vehicles import DistrictFactory
from tests.support.staff import NOW
from tests.vehicles.test_admin import inline
from vehicles.enums import Role
from vehicles.models import District, Membership

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.usefixtures("clock")]
NEW = "sara.ali@unit.example"


@pytest.fixture
def keeper() -> User:
    user = UserFactory(email="keeper@unit.example")
    Membership.objects.create(user=user, role=Role.ADMINISTRATOR)
    return user  # type: ignore[no-any-return]


@pytest.fixture
def unit() -> District:
    return DistrictFactory(name_ar="نقادة")  # type: ignore[no-any-return]


@pytest.fixture
def at_desk(client: Client, keeper: User) -> Client:
    client.force_login(keeper)
    return client


@pytest.fixture
def sent(keeper: User, unit: District, django_capture_on_commit_callbacks: Any) -> Invitation:
    with django_capture_on_commit_callbacks(execute=True):
        return invite_person(Offer("سارة علي محمد", NEW, Role.HEAD, unit), by=keeper, now=NOW)


def told(unit: District | None, **changes: Any) -> dict[str, Any]:
    return {
        "name": "سارة علي محمد",
        "email": NEW,
        "role": Role.HEAD,
        "district": unit.pk if unit else "",
        "starts_on": "2026-11-23",
        "ends_on": "٣١/١٢/٢٠٢٦",
    } | changes


def link_in_mail() -> str:
    found = re.search(r"http://testserver(/admin/invitation/\S+)", mail.outbox[-1].body)
    assert found is not None
    return found[1]


def state_of(invitation: Invitation, now: dt.datetime = NOW) -> InvitationState:
    invitation.refresh_from_db()
    return invitation.state(now)


def test_invitation_makes_account_role_and_mail(
    at_desk: Client, unit: District, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        answer = at_desk.post("/admin/accounts/invitation/add/", told(unit), follow=True)

    user = User.objects.get(username=NEW)
    role = Membership.objects.get(user=user)
    assert answer.status_code == 200
    assert (user.get_full_name(), user.email, user.is_staff, user.has_usable_password()) == (
        "سارة علي محمد",
        NEW,
        True,
        False,
    )
    assert (role.role, role.district, role.starts_on, role.ends_on) == (
        Role.HEAD, unit, dt.date(2026, 11, 23), dt.date(2026, 12, 31),
    )  # fmt: skip
    (letter,) = mail.outbox
    assert (letter.to, letter.subject) == ([NEW], "دعوة إلى منظومة عمل المراكز التكنولوجية المتنقلة")
    assert "دورك: رئيس الوحدة (مركز نقادة)." in letter.body
    assert "حتى الأربعاء 25 نوفمبر 2026، 12:00" in letter.body
    assert link_in_mail() in str(letter.alternatives[0])
    assert state_of(Invitation.objects.get()) == InvitationState.OPEN


def test_invited_person_chooses_a_password_and_is_in(client: Client, sent: Invitation, unit: District) -> None:
    page = client.get(link_in_mail()).content.decode()
    again = client.get(link_in_mail())
    weak = client.post(link_in_mail(), {"new_password1": "12345", "new_password2": "12345"})
    done = client.post(link_in_mail(), {"new_password1": PASSWORD, "new_password2": PASSWORD})

    assert "10" in page
    assert "رئيس الوحدة" in page
    assert again.status_code == 200  # looking at it, as mail scanners do, uses nothing up
    assert (weak.status_code, list(weak.context["form"].errors)) == (422, ["new_password2"])
    assert done["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200
    assert state_of(sent) == InvitationState.ACCEPTED
    assert client.get(link_in_mail()).status_code == 410


def test_role_that_publishes_goes_on_to_the_second_factor(client: Client, required: None, sent: Invitation) -> None:
    done = client.post(link_in_mail(), {"new_password1": PASSWORD, "new_password2": PASSWORD})

    assert done["Location"].startswith("/admin/second-factor/")
    assert client.get("/admin/").status_code == 302


def test_link_ends_after_three_days(client: Client, clock: Any, sent: Invitation) -> None:
    clock.shift(72 * 60 * 60)

    answer = client.post(link_in_mail(), {"new_password1": PASSWORD, "new_password2": PASSWORD})

    assert answer.status_code == 410
    assert User.objects.get(username=NEW).has_usable_password() is False
    assert state_of(sent, NOW + dt.timedelta(hours=72)) == InvitationState.EXPIRED


def test_sending_again_replaces_the_link(
    at_desk: Client, sent: Invitation, django_capture_on_commit_callbacks: Any
) -> None:
    first = link_in_mail()

    with django_capture_on_commit_callbacks(execute=True):
        at_desk.post(f"/admin/accounts/invitation/{sent.pk}/send/")

    assert len(mail.outbox) == 2
    assert Client().get(first).status_code == 410
    assert Client().get(link_in_mail()).status_code == 200


def test_withdrawn_invitation_opens_nothing_and_leaves_no_account(
    at_desk: Client, sent: Invitation, keeper: User
) -> None:
    at_desk.post(f"/admin/accounts/invitation/{sent.pk}/withdraw/")

    sent.refresh_from_db()
    assert (state_of(sent), sent.withdrawn_by) == (InvitationState.WITHDRAWN, keeper)
    assert not User.objects.filter(username=NEW).exists()
    assert Client().get(link_in_mail()).status_code == 410
    # The same person may be invited anew.
    invite_person(Offer("سارة علي محمد", NEW, Role.COMMITTEE), by=keeper, now=NOW)


def test_what_is_over_is_neither_sent_nor_withdrawn(
    at_desk: Client, client: Client, sent: Invitation, keeper: User
) -> None:
    Client().post(link_in_mail(), {"new_password1": PASSWORD, "new_password2": PASSWORD})

    for act in (send_again, withdraw_invitation):
        with pytest.raises(DomainError):
            act(sent, by=keeper, now=NOW)
    assert User.objects.filter(username=NEW).exists()


@pytest.mark.parametrize("token", ["x", "", "WzEsMV0:1x:y", "⁂", "a" * 3000])
def test_forged_link_opens_nothing(client: Client, token: str) -> None:
    assert client.get(f"/admin/invitation/{token}/").status_code in (404, 410, 302)
    assert find_invitation(token) is None


def test_link_of_another_invitation_cannot_be_made_from_its_row(sent: Invitation) -> None:
    token = sign_invitation(sent)
    tampered = token[:-1] + ("A" if token[-1] != "A" else "B")

    assert find_invitation(token) == sent
    assert find_invitation(tampered) is None


def test_mail_that_does_not_leave_is_seen(
    keeper: User, unit: District, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9

    with django_capture_on_commit_callbacks(execute=True):
        invitation = invite_person(Offer("سارة", NEW, Role.HEAD, unit), by=keeper, now=NOW)

    assert state_of(invitation) == InvitationState.UNSENT


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"email": "keeper@unit.example"}, "email"),
        ({"email": "KEEPER@unit.example"}, "email"),
        ({"email": "not an address"}, "email"),
        ({"email": "سارة@unit.example"}, "email"),
        ({"email": f"{'a' * 150}@unit.example"}, "email"),
        ({"name": " \u200f "}, "name"),
        ({"role": "king"}, "role"),
        ({"district": ""}, "__all__"),
        ({"role": Role.COMMITTEE}, "__all__"),
        ({"ends_on": "2026-11-01"}, "__all__"),
        ({"ends_on": "غدًا"}, "ends_on"),
    ],
)
def test_bad_input_gets_a_sentence_beside_its_field(
    at_desk: Client, unit: District, changes: dict[str, Any], field: str
) -> None:
    answer = at_desk.post("/admin/accounts/invitation/add/", told(unit, **changes))

    assert answer.status_code == 200
    assert list(answer.context["adminform"].form.errors) == [field]
    assert not Invitation.objects.exists()


def test_second_invitation_of_an_address_is_refused(at_desk: Client, sent: Invitation, unit: District) -> None:
    answer = at_desk.post("/admin/accounts/invitation/add/", told(unit))

    assert list(answer.context["adminform"].form.errors) in (["email"], ["__all__"])
    assert Invitation.objects.count() == 1


def test_others_invite_nobody(client: Client, unit: District) -> None:
    head = make_head(unit)
    client.force_login(head)

    assert client.get("/admin/accounts/invitation/").status_code == 403
    assert client.post("/admin/accounts/invitation/add/", told(unit)).status_code == 403
    with pytest.raises(NotAllowed):
        invite_person(Offer("سارة", NEW, Role.HEAD, unit), by=head, now=NOW)


def test_administrators_are_made_by_administrators_alone(unit: District, keeper: User, sent: Invitation) -> None:
    offer = Offer("منى", "mona@unit.example", Role.ADMINISTRATOR)

    with pytest.raises(RuleBroken):
        invite_person(offer, by=make_supervisor(), now=NOW)
    invite_person(offer, by=keeper, now=NOW)

    assert Membership.objects.filter(role=Role.ADMINISTRATOR).count() == 2


@pytest.mark.parametrize("count", [1, 3])
def test_list_asks_the_same_number_of_questions(
    at_desk: Client, keeper: User, unit: District, django_assert_num_queries: Any, count: int
) -> None:
    for number in range(count):
        invite_person(Offer("سارة", f"s{number}@unit.example", Role.HEAD, unit), by=keeper, now=NOW)

    with django_assert_num_queries(8):
        at_desk.get("/admin/accounts/invitation/")


@pytest.mark.parametrize("count", [1, 3])
def test_list_of_accounts_asks_the_same_number_of_questions(
    at_desk: Client, django_assert_num_queries: Any, count: int
) -> None:
    for _number in range(count):
        make_head(DistrictFactory())

    with django_assert_num_queries(9):
        at_desk.get("/admin/auth/user/")


# -- roles --------------------------------------------------------------------------------------------------------------


def user_data(user: User, *rows: dict[str, Any], initial: int = 0) -> dict[str, Any]:
    return {"username": user.username, "is_active": "on", "is_staff": "on"} | inline(
        "memberships", *rows, initial=initial
    )


def test_nobody_gives_roles_to_themselves(at_desk: Client, keeper: User) -> None:
    at_desk.post(f"/admin/auth/user/{keeper.pk}/change/", user_data(keeper, {"district": "", "role": Role.SUPERVISOR}))

    assert [one.role for one in keeper.memberships.all()] == [Role.ADMINISTRATOR]


def test_superuser_gives_roles_to_themselves(client: Client) -> None:
    root = UserFactory(is_superuser=True)
    client.force_login(root)

    client.post(f"/admin/auth/user/{root.pk}/change/", user_data(root, {"district": "", "role": Role.SUPERVISOR}))

    assert [one.role for one in root.memberships.all()] == [Role.SUPERVISOR]


def test_supervisor_neither_gives_nor_takes_the_role_of_administrator(client: Client, keeper: User) -> None:
    client.force_login(make_supervisor())
    person = UserFactory()
    role = keeper.memberships.get()
    row = {"id": role.pk, "user": keeper.pk, "district": "", "role": Role.ADMINISTRATOR, "DELETE": "on"}

    given = client.post(
        f"/admin/auth/user/{person.pk}/change/", user_data(person, {"district": "", "role": Role.ADMINISTRATOR})
    )
    taken = client.post(f"/admin/auth/user/{keeper.pk}/change/", user_data(keeper, row, initial=1))

    assert (given.status_code, taken.status_code) == (200, 200)
    assert Membership.objects.filter(role=Role.ADMINISTRATOR).count() == 1


def test_days_of_a_role_are_typed_as_everywhere(at_desk: Client) -> None:
    person = UserFactory()
    row = {"district": "", "role": Role.COMMITTEE, "starts_on": "١/١٢/٢٠٢٦", "ends_on": "2026-12-31"}

    page = at_desk.get(f"/admin/auth/user/{person.pk}/change/").content.decode()
    at_desk.post(f"/admin/auth/user/{person.pk}/change/", user_data(person, row))

    assert page.count("vDateField") >= 2
    role = person.memberships.get()
    assert (role.starts_on, role.ends_on) == (dt.date(2026, 12, 1), dt.date(2026, 12, 31))
