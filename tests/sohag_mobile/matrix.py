"""Who may open and use which address of the staff: one row for each kind of page.

A new page of the admin belongs here before the suite passes. Most are like one that is there: add the name of its address to
that row's `names`. A row reads «asked in this order, each with what happens to those who do not pass it»; whoever passes all
is let in.

    A gate is (who passes, what happens to the others); "who" is a right and where it has to be held:
      anywhere(right)    for some unit, or for the governorate
      of_unit(right)     for the unit that the row in the address belongs to
      everywhere(right)  for the whole governorate
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.http import urlsafe_base64_encode

from accounts.queries import sign_invitation
from schedules.actions_bulk import fingerprint_stops
from schedules.models import Stop
from sohag_mobile.history import history_of
from sohag_mobile.weeks import Week
from tests.factories.schedules import STOP_DATE
from tests.sohag_mobile.matrix_world import Person, Unit, World
from tests.support.staff import stop_form_data
from vehicles.enums import ROLE_RIGHTS, Right, Role

# What happens to a request.
IN, LOGIN, REFUSED, UNKNOWN, GONE, NO_SUCH_METHOD = "in", "login", "refused", "unknown", "gone", "no such method"

Passes = Callable[[Person, bool], bool]
Gate = tuple[Passes, str]


def anywhere(right: Right) -> Passes:
    return lambda person, own: person.has(right)


def of_unit(right: Right) -> Passes:
    return lambda person, own: person.has_for(right, own=own)


def everywhere(right: Right) -> Passes:
    return lambda person, own: right in person.everywhere


def either(*passes: Passes) -> Passes:
    return lambda person, own: any(each(person, own) for each in passes)


def nobody(person: Person, own: bool) -> bool:
    return False


def is_staff(person: Person, own: bool) -> bool:
    return person.user is not None and person.user.is_staff


def is_superuser(person: Person, own: bool) -> bool:
    return person.user is not None and person.user.is_superuser


def is_one_of(*names: str) -> Passes:
    return lambda person, own: person.name in names


def is_stranger(person: Person, own: bool) -> bool:
    return not is_staff(person, own)


@dataclasses.dataclass(frozen=True, slots=True)
class Row:
    """Addresses that answer alike.

    `args` makes the arguments of the address from the unit whose rows are asked for (None: the address names no row of a unit,
    and is asked once). `get` and `post` are gates; None: the method does not exist there. `data` is what is sent.

    Where `acts`, it must change something for those who are let in. Is it somebody (`of_unit(…)`), then for these, and for the
    others who are let in nothing: the address takes rows of any unit, and refuses those of another beside their field.
    """

    names: tuple[str, ...]
    get: tuple[Gate, ...] | None = ()
    post: tuple[Gate, ...] | None = ()
    args: Callable[[World, Unit], list[Any]] | None = None
    query: Callable[[World, Unit], Mapping[str, Any]] | None = None
    data: Callable[[World, Unit], Mapping[str, Any]] | None = None
    acts: bool | Passes = False
    of_units: bool = True  # whether it is asked once with the rows of either unit
    is_open: bool = False  # also to those who are not signed in
    json: bool = False  # whether `data` is sent as JSON
    about: str = ""  # what is asked for, where an address has more than one row
    is_costly: bool = False  # asked once for each kind of answer: not where somebody with more rights is let in as well
    keeps: frozenset[str] = frozenset()  # tables in which an answer keeps what it has worked out
    is_drawn: bool = True  # whether answers to POST are read as well; not where they are the page that GET has shown

    def expect(self, person: Person, method: str, *, own: bool) -> str:
        """What must happen to a request of `person`."""
        if not self.is_open and not is_staff(person, own):
            return LOGIN
        gates = self.get if method == "get" else self.post
        if gates is None:
            return NO_SUCH_METHOD
        return next((otherwise for passes, otherwise in gates if not passes(person, own)), IN)

    def changes(self, person: Person, *, own: bool) -> bool | None:
        """Whether a POST of `person`, who is let in, has to change something; None: that is not said."""
        if callable(self.acts):
            return self.acts(person, own)
        return True if self.acts else None


READS = (anywhere(Right.READ), REFUSED)
PLANS = (anywhere(Right.SEE_PLANS), REFUSED)
NOBODY = ((nobody, REFUSED),)


def section(label: str, *pages: str) -> tuple[str, ...]:
    return tuple(f"{label}_{page}" for page in pages)


def _stop(world: World, unit: Unit) -> list[Any]:
    return [unit.changed.pk]


def _stop_data(world: World, unit: Unit) -> dict[str, Any]:
    later = {"date": "2026-12-06", "landmark_ar": "مكان آخر"}
    return stop_form_data(unit.vehicle, unit.place, [unit.service], **later)


def _stop_edit(world: World, unit: Unit) -> dict[str, Any]:
    stop = Stop.objects.get(pk=unit.changed.pk)
    return _stop_data(world, unit) | {"seen": stop.updated_at.isoformat()}


def _slot(world: World, unit: Unit) -> dict[str, Any]:
    stop = Stop.objects.get(pk=unit.changed.pk)
    hours = {"starts_at": f"{stop.starts_at:%H:%M}", "ends_at": f"{stop.ends_at:%H:%M}"}
    return {"vehicle": stop.vehicle_id, "date": "2026-12-06", "seen": stop.updated_at.isoformat()} | hours


def _copied(world: World, unit: Unit) -> dict[str, Any]:
    slot = _slot(world, unit) | {"stop": unit.changed.pk}
    return {name: value for name, value in slot.items() if name != "seen"}


def _seen(world: World, unit: Unit) -> dict[str, Any]:
    return {"stop": unit.changed.pk, "seen": _slot(world, unit)["seen"]}


def _read(name: str) -> Callable[[World, Unit], Mapping[str, Any]]:
    return lambda world, unit: world.read[f"{name} {unit.district.slug}"]


def _act(world: World, unit: Unit) -> list[Any]:
    return [unit.act.pk]


def _copied_week(world: World, unit: Unit) -> dict[str, Any]:
    return {
        "source": Week.of(STOP_DATE).name,
        "targets": Week.of(STOP_DATE).plus(2).name,
        "districts": unit.district.pk,
    }


def _week(world: World, unit: Unit) -> dict[str, Any]:
    return {"district": unit.district.pk, "week": "2026-W49"}


def _moved(world: World, unit: Unit) -> dict[str, Any]:
    """The draft two weeks later, as somebody sends it who has seen what changes."""
    seen = fingerprint_stops(list(Stop.objects.filter(pk=unit.draft.pk)))
    return {"ids": unit.draft.pk, "days": "14", "change": "1", "seen": seen}


# -- everybody's own account, and what the framework brings -----------------------------------------------------------------
AT_THE_DOOR = ((is_staff, LOGIN),)
ACCOUNT = [
    Row(("login",), get=((is_stranger, GONE),), is_open=True),
    # No second factor is asked for here: whoever is in goes on, and nobody else has shown a password.
    Row(("login_code",), get=(*AT_THE_DOOR, (nobody, GONE)), post=(*AT_THE_DOOR, (nobody, GONE)), is_open=True),
    Row(("second_factor_set_up",), get=AT_THE_DOOR, post=AT_THE_DOOR, is_open=True, acts=nobody),
    Row(
        ("password_reset", "password_reset_done", "password_reset_complete"),
        data=lambda world, unit: {"email": "not an address"},
        acts=nobody,
        of_units=False,
        is_open=True,
    ),
    Row(
        ("password_reset_confirm",),
        args=lambda world, unit: [urlsafe_base64_encode(str(unit.member.pk).encode()), "abc-forged"],
        data=lambda world, unit: {"new_password1": "x", "new_password2": "x"},
        acts=nobody,
        is_open=True,
    ),
    # Whoever holds the link may begin: it is the key. A forged one opens nothing.
    Row(("invitation",), args=lambda world, unit: [sign_invitation(unit.invitation)], acts=nobody, is_open=True),
    Row(
        ("invitation",),
        about="forged",
        args=lambda world, unit: ["forged"],
        data=lambda world, unit: {"new_password1": "kursi-biruni-52", "new_password2": "kursi-biruni-52"},
        acts=nobody,
        of_units=False,
        is_open=True,
    ),
    Row(("account", "account_factor"), acts=nobody),
    # The session that is named is another person's.
    Row(("account_sessions",), data=lambda world, unit: {"session": unit.session.pk}, acts=nobody),
    Row(
        ("locks",),
        get=((everywhere(Right.LIFT_LOCKS), REFUSED),),
        post=((everywhere(Right.LIFT_LOCKS), REFUSED),),
        data=lambda world, unit: {"user": unit.member.pk},
        acts=True,
    ),
    Row(("index", "password_change")),
    Row(("password_change_done", "jsi18n"), post=((nobody, NO_SUCH_METHOD),)),
    Row(
        ("view_on_site",),
        get=((nobody, UNKNOWN),),
        post=((nobody, UNKNOWN),),
        args=lambda world, unit: [_content_type(Stop), unit.draft.pk],
    ),
    Row(
        ("autocomplete",),
        get=(PLANS,),
        post=((nobody, NO_SUCH_METHOD),),
        query=lambda world, unit: {
            "app_label": "schedules", "model_name": "visitreport", "field_name": "stop", "term": "",
        },
        of_units=False,
    ),
    Row(("app_list",), get=((anywhere(Right.READ), UNKNOWN),), post=((anywhere(Right.READ), UNKNOWN),),
        args=lambda world, unit: ["schedules"], of_units=False),
]  # fmt: skip


def _content_type(model: Any) -> int:
    from django.contrib.contenttypes.models import ContentType

    return ContentType.objects.get_for_model(model).pk


def _state(row: Any) -> list[Any]:
    """The oldest state that is kept of a row."""
    return [row.pk, row._meta.model_name, history_of(type(row)).filter(id=row.pk).earliest().history_id]


# -- master data: all members read, its keepers write, nobody deletes -------------------------------------------------------
DATA = {
    "vehicles": ("governorate", "markaz", "district", "vehicle"),
    "services": ("category", "paymentmeans", "service"),
    "schedules": ("place", "holiday", "hoursperiod"),
}
KEEPS_DATA = ((everywhere(Right.KEEP_DATA), REFUSED),)


def _master_data() -> list[Row]:
    rows = []
    for app, models in DATA.items():
        for model in models:
            label = f"{app}_{model}"

            def args(world: World, unit: Unit, name: str = model) -> list[Any]:
                return [world.shared[name].pk]

            rows += [
                Row(section(label, "changelist"), get=(READS,), post=(READS,)),
                # There is one governorate: nobody adds a second.
                Row(section(label, "add"), *((NOBODY,) * 2 if model == "governorate" else (KEEPS_DATA,) * 2)),
                Row(section(label, "change"), get=(READS,), post=KEEPS_DATA, args=args, of_units=False),
                Row(section(label, "history"), get=(READS,), post=(READS,), args=args, of_units=False),
                Row(section(label, "delete"), get=NOBODY, post=NOBODY, args=args, of_units=False),
                Row(
                    section(label, "restore"),
                    get=KEEPS_DATA,
                    post=KEEPS_DATA,
                    args=lambda world, unit, name=model: _state(world.shared[name]),  # type: ignore[misc]
                    of_units=False,
                ),
            ]
    return rows


# -- days on which a vehicle cannot work: written by the head of its unit as well ----------------------------------------------
def _out_of_service(world: World, unit: Unit) -> list[Any]:
    return [unit.out_of_service.pk]


KEEPS_OR_HEADS = ((either(everywhere(Right.KEEP_DATA), anywhere(Right.PUBLISH)), REFUSED),)
KEEPS_OR_HEADS_IT = ((either(everywhere(Right.KEEP_DATA), of_unit(Right.PUBLISH)), REFUSED),)
OUT_OF_SERVICE = [
    Row(("vehicles_outofservice_changelist",), get=(READS,), post=(READS,)),
    Row(("vehicles_outofservice_add",), get=KEEPS_OR_HEADS, post=KEEPS_OR_HEADS),
    Row(("vehicles_outofservice_change",), get=(READS,), post=KEEPS_OR_HEADS_IT, args=_out_of_service),
    Row(("vehicles_outofservice_history",), get=(READS,), post=(READS,), args=_out_of_service),
    Row(
        ("vehicles_outofservice_delete",),
        get=KEEPS_OR_HEADS_IT,
        post=KEEPS_OR_HEADS_IT,
        args=_out_of_service,
        data=lambda world, unit: {"post": "yes"},
        acts=True,
    ),
]

# -- stops: the plan ----------------------------------------------------------------------------------------------------------
ITS_PLAN = (of_unit(Right.SEE_PLANS), UNKNOWN)
PUBLISHES = (of_unit(Right.PUBLISH), REFUSED)
ONLY_SENT = (PLANS, (nobody, NO_SUCH_METHOD))
# Both acts are the editor's, and one unit is hers no more.
WHOSE_ACT: Passes = lambda person, own: own and person.name == "editor"  # noqa: E731  # reason: one of the gates above
ITS_ACT = (WHOSE_ACT, UNKNOWN)
DISTANCES = frozenset({"schedules_place"})
STOPS = [
    Row(("schedules_stop_changelist",), get=(PLANS,), post=(PLANS,)),
    Row(
        ("schedules_stop_add",),
        get=((anywhere(Right.EDIT), REFUSED),),
        post=((anywhere(Right.EDIT), REFUSED),),
        data=_stop_data,
        acts=of_unit(Right.EDIT),
    ),
    Row(
        ("schedules_stop_change",),
        get=(PLANS, (of_unit(Right.SEE_PLANS), GONE)),
        post=((anywhere(Right.EDIT), REFUSED), (of_unit(Right.SEE_PLANS), GONE), (of_unit(Right.EDIT), REFUSED)),
        args=_stop,
        data=_stop_edit,
        acts=True,
    ),
    Row(
        ("schedules_stop_history",),
        get=((of_unit(Right.SEE_PLANS), GONE),),
        post=((of_unit(Right.SEE_PLANS), GONE),),
        args=_stop,
    ),
    Row(("schedules_stop_delete",), get=NOBODY, post=NOBODY, args=_stop),
    Row(
        ("schedules_stop_publish",),
        get=(PLANS, (of_unit(Right.SEE_PLANS), IN)),
        post=(PLANS, (of_unit(Right.SEE_PLANS), IN), PUBLISHES),
        query=lambda world, unit: {"ids": unit.draft.pk},
        data=_read("publish"),
    ),
    Row(
        ("schedules_stop_week",),
        get=(PLANS,),
        post=((anywhere(Right.SEE_PLANS), REFUSED), (nobody, NO_SUCH_METHOD)),
        query=_week,
    ),
    # What is not theirs to see is not among the stops that are named: nothing is left to do, and they are led back.
    Row(
        ("schedules_stop_submit",),
        get=(PLANS,),
        post=(PLANS, (of_unit(Right.SEE_PLANS), IN), (of_unit(Right.EDIT), REFUSED)),
        query=lambda world, unit: {"ids": unit.draft.pk},
    ),
    Row(
        ("schedules_stop_withdraw",),
        get=(PLANS, (nobody, NO_SUCH_METHOD)),
        post=(PLANS, (of_unit(Right.SEE_PLANS), IN), (of_unit(Right.EDIT), REFUSED)),
        query=lambda world, unit: {"ids": unit.awaiting.pk},
    ),
    Row(
        ("schedules_stop_return",),
        get=(PLANS, (of_unit(Right.SEE_PLANS), IN), PUBLISHES),
        post=(PLANS, (of_unit(Right.SEE_PLANS), IN), PUBLISHES),
        query=lambda world, unit: {"ids": unit.awaiting.pk, "comment": "صحّح العلامة"},
    ),
    Row(
        ("schedules_stop_head",),
        get=(PLANS, (anywhere(Right.PUBLISH), REFUSED)),
        post=(PLANS, (anywhere(Right.PUBLISH), REFUSED), PUBLISHES),
        query=lambda world, unit: {"district": unit.district.pk},
        data=_read("approve"),
        acts=True,
    ),
    Row(
        ("schedules_stop_tick",),
        get=(PLANS, (nobody, NO_SUCH_METHOD)),
        post=(PLANS, (of_unit(Right.PUBLISH), UNKNOWN)),
        args=lambda world, unit: [unit.notice.pk],
        data=lambda world, unit: {"kind": "posted", "happened_at": "2026-11-22T12:00"},
        acts=True,
    ),
    Row(
        ("schedules_stop_resend",),
        get=(PLANS, (nobody, NO_SUCH_METHOD)),
        post=(PLANS, (of_unit(Right.PUBLISH), UNKNOWN)),
        args=lambda world, unit: [unit.delivery.pk],
        acts=True,
    ),
    Row(
        ("schedules_stop_board", "schedules_stop_board_data"),
        get=(PLANS,),
        post=(PLANS, (nobody, NO_SUCH_METHOD)),
        query=lambda world, unit: {"week": "2026-W49", "unit": unit.district.pk},
    ),
    Row(
        ("schedules_stop_board_slot",),
        get=(PLANS, ITS_PLAN, (of_unit(Right.EDIT), REFUSED)),
        post=(PLANS, ITS_PLAN, (of_unit(Right.EDIT), REFUSED)),
        args=lambda world, unit: [unit.changed.pk, "move"],
        data=_slot,
        acts=True,
    ),
    Row(
        ("schedules_stop_board_move",),
        get=ONLY_SENT,
        post=(PLANS, ITS_PLAN, (of_unit(Right.EDIT), REFUSED)),
        data=lambda world, unit: _slot(world, unit) | {"stop": unit.changed.pk},
        acts=True,
        json=True,
    ),
    Row(
        ("schedules_stop_board_copy",),
        get=ONLY_SENT,
        post=(PLANS, ITS_PLAN, (anywhere(Right.EDIT), REFUSED)),
        data=_copied,
        json=True,
    ),
    Row(
        ("schedules_stop_board_discard",),
        get=ONLY_SENT,
        post=(PLANS, ITS_PLAN, (of_unit(Right.EDIT), REFUSED)),
        data=_seen,
        acts=True,
        json=True,
    ),
    Row(
        ("schedules_stop_board_take_back",),
        get=ONLY_SENT,
        post=(PLANS, ITS_ACT),
        data=lambda world, unit: {"act": unit.act.pk},
        json=True,
        acts=True,
    ),
    # An act that is not theirs is said to be none of theirs, above the board.
    Row(
        ("schedules_stop_board_undo",),
        get=ONLY_SENT,
        post=(PLANS,),
        data=lambda world, unit: {"act": unit.act.pk},
        acts=WHOSE_ACT,
    ),
    Row(
        (
            "schedules_stop_attention",
            "schedules_stop_conflicts",
            "schedules_stop_conflicts_list",
            "schedules_stop_acts",
        ),
        get=(PLANS,),
        post=((anywhere(Right.SEE_PLANS), REFUSED), (nobody, NO_SUCH_METHOD)),
    ),
    Row(
        ("schedules_stop_bulk",),
        get=(PLANS,),
        post=(PLANS,),
        query=lambda world, unit: {"unit": unit.district.pk},
        data=lambda world, unit: {"act": "days", "stop": unit.draft.pk},
    ),
    Row(
        ("schedules_stop_bulk_act",),
        get=(PLANS, (anywhere(Right.EDIT), REFUSED)),
        post=(PLANS, (anywhere(Right.EDIT), REFUSED)),
        args=lambda world, unit: ["days"],
        query=lambda world, unit: {"ids": unit.draft.pk},
        data=_moved,
        acts=of_unit(Right.EDIT),
    ),
    Row(
        ("schedules_stop_bulk_act",),
        about="calling off",
        get=(PLANS, (anywhere(Right.PUBLISH), REFUSED)),
        post=(PLANS, (anywhere(Right.PUBLISH), REFUSED)),
        args=lambda world, unit: ["cancel"],
        query=lambda world, unit: {"ids": unit.changed.pk, "cause": "weather"},
        acts=nobody,
    ),
    Row(
        ("schedules_stop_undo",),
        get=((anywhere(Right.SEE_PLANS), REFUSED), (nobody, NO_SUCH_METHOD)),
        post=(PLANS, ITS_ACT),
        args=_act,
        acts=True,
    ),
    Row(("schedules_stop_act",), get=(PLANS, ITS_ACT), post=(PLANS, ITS_ACT), args=_act, acts=True),
    Row(
        ("schedules_stop_copy",),
        get=(PLANS, (anywhere(Right.EDIT), REFUSED)),
        post=(PLANS, (anywhere(Right.EDIT), REFUSED)),
        data=_copied_week,
        query=_copied_week,
        acts=of_unit(Right.EDIT),
    ),
    Row(
        ("schedules_stop_hours",),
        get=(PLANS, ITS_PLAN),
        post=(PLANS, ITS_PLAN, PUBLISHES),
        args=lambda world, unit: [world.shared["hoursperiod"].pk, unit.district.pk],
        data=_read("hours"),
        acts=True,
    ),
    Row(
        ("schedules_stop_bulletin",),
        get=(PLANS, (everywhere(Right.SUPERVISE), REFUSED)),
        post=(PLANS, (everywhere(Right.SUPERVISE), REFUSED)),
    ),
    Row(
        ("schedules_stop_day",),
        get=(PLANS, (anywhere(Right.PUBLISH), REFUSED)),
        post=(PLANS, (anywhere(Right.PUBLISH), REFUSED)),
        data=_read("day"),
    ),
    Row(
        ("schedules_stop_cancel",),
        get=(PLANS, ITS_PLAN),
        post=(PLANS, ITS_PLAN, PUBLISHES),
        args=_stop,
        data=_read("cancel"),
        acts=True,
    ),
    Row(
        ("schedules_stop_postpone",),
        get=(PLANS, ITS_PLAN),
        post=(PLANS, ITS_PLAN, PUBLISHES),
        args=_stop,
        data=_read("postpone"),
        acts=True,
    ),
    Row(
        ("schedules_stop_stopped", "schedules_stop_resumed"),
        get=(PLANS, ITS_PLAN),
        post=(PLANS, ITS_PLAN, PUBLISHES),
        args=_stop,
    ),
    Row(
        ("schedules_stop_discard",),
        get=(PLANS, ITS_PLAN, (of_unit(Right.EDIT), REFUSED)),
        post=(PLANS, ITS_PLAN, (of_unit(Right.EDIT), REFUSED)),
        args=_stop,
        acts=True,
    ),
    Row(
        ("schedules_stop_record",),
        get=(PLANS, ITS_PLAN),
        post=(PLANS, ITS_PLAN, (of_unit(Right.REPORT), REFUSED)),
        args=lambda world, unit: [unit.held.pk],
        data=lambda world, unit: {"report-citizens_served": "7", "report-note": "", "report-seen": ""},
        acts=True,
    ),
    Row(
        ("schedules_stop_visits",),
        get=(READS,),
        post=((anywhere(Right.READ), REFUSED), (nobody, NO_SUCH_METHOD)),
        query=lambda world, unit: {"unit": unit.district.pk},
    ),
    Row(
        ("schedules_stop_units",),
        get=(READS,),
        post=((anywhere(Right.READ), REFUSED), (nobody, NO_SUCH_METHOD)),
    ),
    Row(
        ("schedules_stop_coverage",),
        get=(READS,),
        post=((anywhere(Right.READ), REFUSED), (nobody, NO_SUCH_METHOD)),
        query=lambda world, unit: {"unit": unit.district.pk},
        keeps=DISTANCES,
    ),
    Row(
        ("schedules_stop_visits_file", "schedules_stop_coverage_file", "schedules_stop_units_file"),
        get=(READS,),
        post=((anywhere(Right.READ), REFUSED), (nobody, NO_SUCH_METHOD)),
        args=lambda world, unit: ["xlsx"],
        of_units=False,
        keeps=DISTANCES,
    ),
    Row(
        ("schedules_stop_coverage_draft",),
        get=((anywhere(Right.SEE_PLANS), REFUSED), (nobody, NO_SUCH_METHOD)),
        post=(PLANS, (of_unit(Right.READ), UNKNOWN), (of_unit(Right.EDIT), REFUSED)),
        args=lambda world, unit: [unit.place.pk],
    ),
]


# -- recurring visits: a plan as well ------------------------------------------------------------------------------------------
def _pattern(world: World, unit: Unit) -> list[Any]:
    return [unit.pattern.pk]


def _rule(world: World, unit: Unit) -> dict[str, Any]:
    """Every fourth Thursday, at hours at which nothing else is planned."""
    return {
        "vehicle": unit.vehicle.pk,
        "place": unit.place.pk,
        "landmark_ar": "أمام مركز شباب القرية",
        "how_often": "WEEKLY-4",
        "weekdays": ["4"],
        "starts_on": "2026-12-10",
        "starts_at": "09:00",
        "ends_at": "14:00",
        "services": [unit.service.pk],
        "is_active": "on",
    }


EDITS_IT = (of_unit(Right.EDIT), REFUSED)
GONE_PLAN = (of_unit(Right.SEE_PLANS), GONE)
PATTERNS = [
    Row(("schedules_stoppattern_changelist",), get=(PLANS,), post=(PLANS,), is_drawn=False),
    Row(
        ("schedules_stoppattern_add",),
        get=((anywhere(Right.EDIT), REFUSED),),
        post=((anywhere(Right.EDIT), REFUSED),),
        data=_rule,
        acts=of_unit(Right.EDIT),
    ),
    Row(
        ("schedules_stoppattern_change",),
        get=(ITS_PLAN,),
        post=(ITS_PLAN, EDITS_IT),
        args=_pattern,
        data=_rule,
        acts=True,
    ),
    Row(("schedules_stoppattern_history",), get=(GONE_PLAN,), post=(GONE_PLAN,), args=_pattern, is_drawn=False),
    Row(("schedules_stoppattern_delete",), get=NOBODY, post=NOBODY, args=_pattern),
    Row(
        ("schedules_stoppattern_day",),
        get=(ITS_PLAN, EDITS_IT),
        post=(ITS_PLAN, EDITS_IT),
        args=_pattern,
        data=lambda world, unit: {"kind": "left_out", "date": "2026-12-09", "reason": ""},
        acts=True,
    ),
]


# -- imports: files of stops are the editor's and the supervisor's; what they would do is a plan ---------------------------------
def _job(world: World, unit: Unit) -> list[Any]:
    return [unit.job.pk]


def _file(world: World, unit: Unit) -> dict[str, Any]:
    return {"file": SimpleUploadedFile("file.csv", b"code\n")}


def _sees_job(person: Person, own: bool) -> bool:
    return Right.SUPERVISE in person.everywhere or (own and person.name == "editor")


def _sent_job(person: Person, own: bool) -> bool:
    return person.name == ("editor" if own else "supervisor")


IMPORTS = (either(anywhere(Right.EDIT), everywhere(Right.KEEP_DATA)), REFUSED)
IMPORTS_STOPS = (anywhere(Right.EDIT), REFUSED)
ITS_JOB = (_sees_job, UNKNOWN)
ONLY_READ, ONLY_DONE = (IMPORTS, (nobody, NO_SUCH_METHOD)), (IMPORTS, (nobody, NO_SUCH_METHOD))
IMPORT_PAGES = ("exchange_importjob_change", "exchange_importjob_progress", "exchange_importjob_refused")
EXCHANGE = [
    Row(("exchange_importjob_changelist",), get=(IMPORTS,), post=(IMPORTS,), is_drawn=False),
    Row(("exchange_importjob_add",), get=NOBODY, post=NOBODY),
    Row(("exchange_importjob_delete",), get=NOBODY, post=NOBODY, args=_job),
    Row(IMPORT_PAGES, get=(IMPORTS, ITS_JOB), post=ONLY_READ, args=_job),
    Row(
        ("exchange_importjob_history",),
        get=((_sees_job, GONE), IMPORTS),
        post=((_sees_job, GONE), IMPORTS),
        args=_job,
        is_drawn=False,
    ),
    # Sent by somebody whose role has ended.
    Row(
        IMPORT_PAGES,
        about="of a former head",
        get=(IMPORTS, (everywhere(Right.SUPERVISE), UNKNOWN)),
        post=ONLY_READ,
        args=lambda world, unit: [world.shared["former job"].pk],
        of_units=False,
    ),
    Row(
        ("exchange_importjob_new",),
        get=(IMPORTS, IMPORTS_STOPS),
        post=(IMPORTS, IMPORTS_STOPS),
        args=lambda world, unit: ["stops"],
        data=_file,
        of_units=False,
        acts=True,
    ),
    Row(
        ("exchange_importjob_new",),
        about="of master data",
        get=(IMPORTS, *KEEPS_DATA),
        post=(IMPORTS, *KEEPS_DATA),
        args=lambda world, unit: ["places"],
        data=_file,
        of_units=False,
        acts=True,
    ),
    Row(
        ("exchange_importjob_blank",),
        get=(IMPORTS, IMPORTS_STOPS),
        post=ONLY_READ,
        args=lambda world, unit: ["stops", "csv"],
        of_units=False,
    ),
    Row(
        ("exchange_importjob_blank",),
        about="of master data",
        get=(IMPORTS, *KEEPS_DATA),
        post=ONLY_READ,
        args=lambda world, unit: ["vehicles", "csv"],
        of_units=False,
    ),
    Row(
        ("exchange_importjob_decide",),
        get=ONLY_DONE,
        post=(IMPORTS, ITS_JOB, (_sent_job, REFUSED)),
        args=_job,
        data=lambda world, unit: {"choice": "good"},
        acts=True,
    ),
    Row(("exchange_importjob_cancel",), get=ONLY_DONE, post=(IMPORTS, ITS_JOB), args=_job, acts=True),
    Row(
        ("exchange_importjob_export",),
        get=(PLANS,),
        post=((nobody, NO_SUCH_METHOD),),
        args=lambda world, unit: ["stops", "csv"],
        of_units=False,
    ),
    *(
        Row(
            ("exchange_importjob_export",),
            about=f"of {kind}",
            get=(READS,),
            post=((nobody, NO_SUCH_METHOD),),
            args=lambda world, unit, kind=kind: [kind, "json"],  # type: ignore[misc]
            of_units=False,
        )
        for kind in ("places", "services", "vehicles")
    ),
]

# -- notices, deliveries: what was made public --------------------------------------------------------------------------------
ITS_NEWS = (of_unit(Right.READ), UNKNOWN)
ITS_ROW = (of_unit(Right.READ), GONE)
CARRIES = (of_unit(Right.CARRY), REFUSED)
READ_ONLY = ((anywhere(Right.READ), REFUSED), (nobody, NO_SUCH_METHOD))


def _notice(*more: Any) -> Callable[[World, Unit], list[Any]]:
    return lambda world, unit: [unit.notice.pk, *more]


NEWS = [
    Row(
        section("announcements_notice", "csv", "xlsx") + section("announcements_delivery", "csv", "xlsx"),
        get=(READS,),
        post=(READS,),
        is_costly=True,
    ),
    Row(
        section("announcements_notice", "changelist") + section("announcements_delivery", "changelist"),
        get=(READS,),
        post=(READS,),
        is_drawn=False,
    ),
    Row(section("announcements_notice", "add") + section("announcements_delivery", "add"), get=NOBODY, post=NOBODY),
    Row(section("announcements_notice", "change"), get=(READS, ITS_ROW), post=NOBODY, args=_notice()),
    Row(section("announcements_notice", "history"), get=(ITS_ROW,), post=(ITS_ROW,), args=_notice()),
    Row(section("announcements_notice", "delete"), get=NOBODY, post=NOBODY, args=_notice()),
    Row(("announcements_notice_check_text",), get=((anywhere(Right.READ), REFUSED), (nobody, NO_SUCH_METHOD)),
        post=(READS, (anywhere(Right.EDIT), REFUSED))),
    # Without a notice in the week there is nothing to load down: what is said then is the same for everybody.
    Row(("announcements_notice_week",), get=(READS,), post=READ_ONLY, query=_week),
    Row(
        ("announcements_notice_week_export",),
        get=(READS, ITS_NEWS),
        post=READ_ONLY,
        args=lambda world, unit: ["plain", "txt"],
        query=_week,
    ),
    Row(
        ("announcements_notice_week_file",),
        get=(READS, ITS_NEWS),
        post=READ_ONLY,
        args=lambda world, unit: ["everything.zip"],
        query=_week,
        is_costly=True,
    ),
    Row(("announcements_notice_file",), get=(READS, ITS_NEWS), post=READ_ONLY, args=_notice("everything.zip"),
        is_costly=True),
    Row(("announcements_notice_listen",), get=(READS, ITS_NEWS), post=READ_ONLY, args=_notice()),
    Row(("announcements_notice_export",), get=(READS, ITS_NEWS), post=READ_ONLY, args=_notice("plain", "txt")),
    Row(
        ("announcements_notice_acknowledge",),
        get=READ_ONLY,
        post=(READS, ITS_NEWS, CARRIES),
        args=_notice(),
        data=lambda world, unit: {"kind": "posted", "happened_at": "2026-11-22T12:00", "note": ""},
        acts=True,
    ),
    Row(section("announcements_delivery", "change"), get=(READS, ITS_ROW), post=NOBODY,
        args=lambda world, unit: [unit.delivery.pk]),
    Row(section("announcements_delivery", "history"), get=(ITS_ROW,), post=(ITS_ROW,),
        args=lambda world, unit: [unit.delivery.pk]),
    Row(section("announcements_delivery", "delete"), get=NOBODY, post=NOBODY,
        args=lambda world, unit: [unit.delivery.pk]),
    Row(
        ("announcements_delivery_settle",),
        get=READ_ONLY,
        post=(READS, ITS_NEWS, CARRIES),
        args=lambda world, unit: [unit.delivery.pk, "give-up"],
        data=lambda world, unit: {"note": "لم يُنشر"},
        acts=True,
    ),
]  # fmt: skip

# -- channels, pauses, wordings -----------------------------------------------------------------------------------------------
KEEPS_CHANNELS = (everywhere(Right.KEEP_CHANNELS), REFUSED)


def _channel(world: World, unit: Unit) -> list[Any]:
    return [unit.channel.pk]


def _pause(world: World, unit: Unit) -> list[Any]:
    return [unit.pause.pk]


def _wording(world: World, unit: Unit) -> list[Any]:
    return [unit.wording.pk]


CHANNELS = [
    Row(section("announcements_channel", "changelist"), get=(READS,), post=(READS,)),
    Row(section("announcements_channel", "add"), get=(KEEPS_CHANNELS,), post=(KEEPS_CHANNELS,)),
    Row(section("announcements_channel", "change"), get=(READS, ITS_ROW), post=(KEEPS_CHANNELS,), args=_channel),
    Row(section("announcements_channel", "history"), get=(ITS_ROW,), post=(ITS_ROW,), args=_channel),
    Row(
        ("announcements_channel_restore",),
        get=(KEEPS_CHANNELS,),
        post=(KEEPS_CHANNELS,),
        args=lambda world, unit: _state(unit.channel),
    ),
    Row(section("announcements_channel", "delete"), get=NOBODY, post=NOBODY, args=_channel),
    Row(("announcements_channel_try_token",), get=None, post=(KEEPS_CHANNELS,), args=_channel),
    Row(("announcements_channel_forget_token",), get=None, post=(KEEPS_CHANNELS,), args=_channel, acts=True),
    Row(section("announcements_pause", "changelist"), get=(READS,), post=(READS,)),
    Row(
        section("announcements_pause", "add"),
        get=((everywhere(Right.CARRY), REFUSED),),
        post=((everywhere(Right.CARRY), REFUSED),),
        data=lambda world, unit: {"channel": unit.channel.pk, "reason": "عاصفة"},
        acts=True,
    ),
    Row(section("announcements_pause", "change"), get=(READS, ITS_ROW), post=NOBODY, args=_pause),
    Row(section("announcements_pause", "history"), get=(ITS_ROW,), post=(ITS_ROW,), args=_pause),
    Row(section("announcements_pause", "delete"), get=NOBODY, post=NOBODY, args=_pause),
    Row(
        ("announcements_pause_resume",),
        get=None,
        post=((of_unit(Right.READ), UNKNOWN), (everywhere(Right.CARRY), REFUSED)),
        args=_pause,
        acts=True,
    ),
    Row(section("announcements_wording", "changelist"), get=(READS,), post=(READS,)),
    Row(
        section("announcements_wording", "add"),
        get=((anywhere(Right.PUBLISH), REFUSED),),
        post=((anywhere(Right.PUBLISH), REFUSED),),
        query=lambda world, unit: {"district": unit.district.pk},
        data=lambda world, unit: {"district": unit.district.pk, "slot": "visit", "form": "plain", "body": "x"},
    ),
    Row(
        section("announcements_wording", "change"),
        get=(READS, ITS_ROW),
        post=((anywhere(Right.PUBLISH), REFUSED), ITS_ROW, (of_unit(Right.PUBLISH), REFUSED)),
        args=_wording,
    ),
    Row(section("announcements_wording", "history"), get=(ITS_ROW,), post=(ITS_ROW,), args=_wording),
    Row(
        section("announcements_wording", "delete"),
        get=((anywhere(Right.PUBLISH), REFUSED), ITS_ROW),
        post=((anywhere(Right.PUBLISH), REFUSED), ITS_ROW),
        args=_wording,
        data=lambda world, unit: {"post": "yes"},
        acts=True,
    ),
    Row(("announcements_wording_preview",), get=None, post=(READS,)),
]

# -- accounts -----------------------------------------------------------------------------------------------------------------
KEEPS_ACCOUNTS = ((everywhere(Right.KEEP_ACCOUNTS), REFUSED),)


def _member(world: World, unit: Unit) -> list[Any]:
    return [unit.member.pk]


def _root(world: World, unit: Unit) -> list[Any]:
    return [world.people["superuser"].user.pk]  # type: ignore[union-attr]


def _invitation(world: World, unit: Unit) -> list[Any]:
    return [unit.invitation.pk]


ACCOUNTS = [
    Row(section("auth_user", "changelist", "add"), get=KEEPS_ACCOUNTS, post=KEEPS_ACCOUNTS),
    Row(section("auth_user", "change", "history", "password_change"), get=KEEPS_ACCOUNTS, post=KEEPS_ACCOUNTS,
        args=_member),
    Row(section("auth_user", "delete"), get=NOBODY, post=NOBODY, args=_member),
    Row(
        section("auth_user", "reset_factor", "sign_out", "lift_lock"),
        get=None,
        post=KEEPS_ACCOUNTS,
        args=_member,
        data=lambda world, unit: {"reason": "فقد هاتفه، وعرفناه بصوته"},
        acts=True,
    ),
    # What a superuser is, a superuser alone changes.
    Row(section("auth_user", "change"), about="of a superuser", get=KEEPS_ACCOUNTS,
        post=(*KEEPS_ACCOUNTS, (is_superuser, REFUSED)), args=_root, of_units=False, acts=nobody),
    Row(section("auth_user", "password_change"), about="of a superuser", get=(*KEEPS_ACCOUNTS, (is_superuser, REFUSED)),
        post=(*KEEPS_ACCOUNTS, (is_superuser, REFUSED)), args=_root, of_units=False, acts=nobody),
    Row(section("auth_user", "sign_out"), about="of a superuser", get=None,
        post=(*KEEPS_ACCOUNTS, (is_superuser, REFUSED)), args=_root, of_units=False),
    # Nobody resets their own.
    Row(
        section("auth_user", "reset_factor"),
        about="of a superuser",
        get=None,
        post=(*KEEPS_ACCOUNTS, (nobody, REFUSED)),
        args=_root,
        data=lambda world, unit: {"reason": "x"},
        of_units=False,
    ),
    Row(section("accounts_invitation", "changelist"), get=KEEPS_ACCOUNTS, post=KEEPS_ACCOUNTS, is_drawn=False),
    Row(
        section("accounts_invitation", "add"),
        get=KEEPS_ACCOUNTS,
        post=KEEPS_ACCOUNTS,
        data=lambda world, unit: {
            "name": "سعاد حسن", "email": "suad@example.org", "role": "editor", "district": unit.district.pk,
        },
        acts=True,
    ),
    Row(section("accounts_invitation", "change"), get=KEEPS_ACCOUNTS, post=NOBODY, args=_invitation),
    Row(section("accounts_invitation", "history"), get=KEEPS_ACCOUNTS, post=KEEPS_ACCOUNTS, args=_invitation),
    Row(section("accounts_invitation", "delete"), get=NOBODY, post=NOBODY, args=_invitation),
    Row(section("accounts_invitation", "send", "withdraw"), get=None, post=KEEPS_ACCOUNTS, args=_invitation, acts=True),
]  # fmt: skip

# The last, because it is done.
LEAVING = Row(("logout",), get=((nobody, NO_SUCH_METHOD),), is_open=True)

TABLE: list[Row] = [
    *ACCOUNT, *_master_data(), *OUT_OF_SERVICE, *STOPS, *PATTERNS, *EXCHANGE, *NEWS, *CHANNELS, *ACCOUNTS, LEAVING,
]  # fmt: skip

# Who opens pages. A role by itself has what the table of roles says; the others are people who have none today.
NONE: frozenset[Right] = frozenset()
PEOPLE: dict[str, tuple[frozenset[Right], frozenset[Right]]] = {
    "no role": (NONE, NONE),
    "nobody": (NONE, NONE),
    "head, no member of staff": (NONE, NONE),
    "head, until yesterday": (NONE, NONE),
    "supervisor, from tomorrow": (NONE, NONE),
    **{
        str(role): (ROLE_RIGHTS[role], NONE)
        if role in (Role.EDITOR, Role.HEAD, Role.OFFICER)
        else (NONE, ROLE_RIGHTS[role])
        for role in Role
    },
    "superuser": (NONE, frozenset(Right)),
}
