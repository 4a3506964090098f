"""The work on an import: it can be stopped, taken over and repeated, and never leaves half of «all or nothing»."""

from __future__ import annotations

import contextlib
import datetime as dt
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError, connection
from django.db.models.signals import post_save
from django.test.utils import CaptureQueriesContext

from exchange import progress
from exchange.actions import cancel_import, decide, forget_files, submit_file
from exchange.actions_run import CHUNK, run_import
from exchange.enums import JobState
from exchange.models import ImportFile, ImportJob
from schedules.models import Place
from sohag_mobile.errors import DomainError, NotAllowed
from tests.exchange.helpers import NOW, apply, csv_of, reasons, send, states, work
from tests.factories.users import make_supervisor
from tests.factories.vehicles import DistrictFactory

pytestmark = pytest.mark.django_db

HEADINGS = ("code", "kind", "name_ar", "district")


@pytest.fixture
def keeper() -> User:
    DistrictFactory(slug="sohag")
    return make_supervisor()


def places(count: int, *, start: int = 0) -> list[list[str]]:
    return [[f"P{number}", "village", f"قرية {number}", "sohag"] for number in range(start, start + count)]


@contextlib.contextmanager
def at_place(code: str, act: Callable[[], object]) -> Iterator[None]:
    """Something that happens at the moment at which the place `code` is written."""

    def receive(instance: Place, **_kwargs: Any) -> None:
        if instance.code == code:
            act()

    post_save.connect(receive, sender=Place)
    try:
        yield
    finally:
        post_save.disconnect(receive, sender=Place)


def go_away() -> None:
    """The database is gone, as when a worker is lost."""
    raise OperationalError("server closed the connection")


def test_file_problem_is_the_reason_of_the_job_and_changes_nothing(keeper: User) -> None:
    job = send("places", csv_of(("code", "اسم غريب", "name_ar", "name_ar")), by=keeper)
    assert job.state == JobState.REFUSED
    assert job.refusal == "ليس في الملف إلا سطر العناوين."
    twice = send("places", csv_of(("code", "name_ar", "الاسم"), ["1", "2", "3"]), by=keeper)
    assert twice.refusal == "العمود «الاسم» مكرر."
    unknown = send("places", csv_of(("code", "الطول", "name_ar"), ["1", "2", "3"]), by=keeper)
    assert unknown.refusal == (
        "أعمدة ناقصة: النوع، الوحدة. أعمدة غير معروفة: الطول. يجب أن تكون في السطر الأول عناوين الأعمدة كما في النموذج."
    )
    nameless = send("places", csv_of((*HEADINGS, ""), [*places(1)[0], "x"]), by=keeper)
    assert nameless.refusal == "الخلية E2 فيها بيانات، لكن عمودها بلا عنوان."
    assert not Place.objects.exists()


def test_examples_are_left_out_and_long_lines_refused(keeper: User) -> None:
    rows = [["مثال", *places(1)[0]], ["", *places(1, start=1)[0]], ["", *places(1, start=2)[0], "x"]]
    job = send("places", csv_of(("سطر مثال", *HEADINGS), *rows), by=keeper)

    assert (job.examples, job.total, states(job)) == (1, 2, ["new", "refused"])
    assert reasons(job) == {4: [("", "عدد خلايا السطر 6، وعدد عناوين الأعمدة 5.")]}
    only = send("places", csv_of(("سطر مثال", *HEADINGS), rows[0]), by=keeper)
    assert only.refusal == "ليس في الملف إلا أسطر الأمثلة التي في النموذج."


def test_import_of_three_hundred_rows(keeper: User) -> None:
    job = apply(send("places", csv_of(HEADINGS, *places(300)), by=keeper), "all")

    assert (job.state, Place.objects.count()) == (JobState.DONE, 300)
    assert job.rows.filter(applied_at=NOW).count() == 300


def test_queries_grow_by_rows_and_not_by_what_is_looked_up(keeper: User) -> None:
    def queries(count: int, start: int) -> int:
        job = submit_file(
            kind="places", name="x", data=csv_of(HEADINGS, *places(count, start=start)), by=keeper, now=NOW
        )
        with CaptureQueriesContext(connection) as found:
            run_import(job.pk, now=NOW)
        return len(found)

    one, three, five = queries(1, 0), queries(3, 10), queries(5, 20)
    # Writing and undoing a row, the constraints of its model, and savepoints where the database is asked for them.
    assert (five - three) == (three - one) <= 80


def test_worker_lost_in_all_or_nothing_leaves_nothing(keeper: User) -> None:
    job = send("places", csv_of(HEADINGS, *places(3)), by=keeper)
    with at_place("P2", go_away):
        apply(job, "all")
    assert (job.state, Place.objects.count(), job.rows.filter(applied_at__isnull=False).count()) == ("applying", 0, 0)

    work(job)
    assert (job.state, Place.objects.count()) == (JobState.DONE, 3)


def test_worker_lost_among_good_rows_goes_on_behind_the_last_note(keeper: User) -> None:
    job = send("places", csv_of(HEADINGS, *places(CHUNK * 2 + 5)), by=keeper)
    with at_place(f"P{CHUNK + 10}", go_away):
        apply(job, "good")
    done = Place.objects.count()
    assert job.state == "applying"
    assert 0 < done < CHUNK + 10
    assert job.rows.filter(applied_at__isnull=False).count() == done

    work(job)
    assert (job.state, Place.objects.count()) == (JobState.DONE, CHUNK * 2 + 5)


def test_worker_that_was_overtaken_writes_nothing(keeper: User) -> None:
    job = send("places", csv_of(HEADINGS, *places(CHUNK + 1)), by=keeper)
    with at_place("P0", lambda: ImportJob.objects.filter(pk=job.pk).update(run=99)):
        apply(job, "good")
    # The first chunk was held while it was written; the second is the other worker's.
    assert (job.run, job.state, Place.objects.count() <= CHUNK) == (99, JobState.APPLYING, True)


def test_only_one_worker_at_a_time(keeper: User) -> None:
    job = submit_file(kind="places", name="x", data=csv_of(HEADINGS, *places(1)), by=keeper, now=NOW)
    progress.tell(job.pk, 1, 0, 1)
    assert work(job).state == JobState.WAITING
    progress.rest(job.pk)
    assert work(job).state == JobState.PREVIEWED


@pytest.mark.parametrize("choice", ["all", "good"])
def test_running_import_is_stopped_at_its_next_row(keeper: User, choice: str) -> None:
    job = send("places", csv_of(HEADINGS, *places(CHUNK + 20)), by=keeper)

    def stop() -> None:
        cancel_import(ImportJob.objects.get(pk=job.pk), by=keeper, now=NOW)
        time.sleep(0.4)  # longer than a worker goes on without asking

    with at_place(f"P{CHUNK + 5}", stop):
        apply(job, choice)
    assert job.state == JobState.CANCELLED
    assert Place.objects.count() == job.rows.filter(applied_at__isnull=False).count()
    assert (Place.objects.count() == 0) is (choice == "all")
    work(job)
    assert job.state == JobState.CANCELLED


def test_waiting_and_previewed_imports_are_stopped_at_once(keeper: User) -> None:
    waiting = submit_file(kind="places", name="x", data=csv_of(HEADINGS, *places(1)), by=keeper, now=NOW)
    previewed = send("places", csv_of(HEADINGS, *places(1)), by=keeper)
    for job in (waiting, previewed):
        cancel_import(job, by=keeper, now=NOW)
        assert work(job).state == JobState.CANCELLED
        with pytest.raises(DomainError):
            cancel_import(job, by=keeper, now=NOW)
    with pytest.raises(DomainError):
        decide(previewed, choice="good", by=keeper, now=NOW)
    assert not Place.objects.exists()


def test_decision_is_taken_once_and_by_the_sender(keeper: User) -> None:
    job = send("places", csv_of(HEADINGS, *places(1)), by=keeper)
    with pytest.raises(NotAllowed):
        decide(job, choice="good", by=make_supervisor(), now=NOW)
    with pytest.raises(DomainError):
        decide(job, choice="some", by=keeper, now=NOW)
    decide(job, choice="good", by=keeper, now=NOW)
    with pytest.raises(DomainError):
        decide(job, choice="good", by=keeper, now=NOW)
    again = send("places", csv_of(HEADINGS, *places(1)), by=keeper)
    work(job)
    apply_again = work(again)
    assert states(apply_again) == ["new"]
    # What was previewed as new has been added by the other import.
    apply(again, "good")
    assert (states(again), Place.objects.count()) == (["refused"], 1)


def test_fault_of_the_program_is_told_and_nothing_is_applied(keeper: User) -> None:
    job = send("places", csv_of(HEADINGS, *places(2)), by=keeper)

    with at_place("P1", lambda: 1 // 0):
        apply(job, "all")
    assert (job.state, Place.objects.count()) == (JobState.FAILED, 0)


def test_files_are_deleted_and_results_kept(keeper: User, settings: Any) -> None:
    settings.IMPORT_FILE_DAYS = 14
    job = send("places", csv_of(HEADINGS, *places(1)), by=keeper)
    assert forget_files(now=NOW + dt.timedelta(days=14)) == 0
    assert forget_files(now=NOW + dt.timedelta(days=14, seconds=1)) == 1
    assert (ImportFile.objects.count(), states(job)) == (0, ["new"])
    apply(job, "good")
    assert job.state == JobState.DONE


def test_file_beyond_the_limit_is_refused(keeper: User, settings: Any) -> None:
    settings.IMPORT_MAX_BYTES = 10
    with pytest.raises(DomainError):
        submit_file(kind="places", name="x", data=b"x" * 11, by=keeper, now=NOW)
