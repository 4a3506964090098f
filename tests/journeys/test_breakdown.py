"""A vehicle breaks down where it stands, the visit is completed on another day, and a storm puts that day off."""

import datetime as dt
import json
import subprocess
import sys

import pytest
from django.utils import timezone

from announcements.arabic.times import time_in_figures, time_in_words
from announcements.enums import TextForm
from tests.journeys.people import next_working_day
from tests.support.system import ROOT, wait_until

pytestmark = [pytest.mark.journey, pytest.mark.once]

PLACE, NAME = "EG260323", "جزيرة شندويل"
SECONDS = 8

# A vehicle of its own, which stands there the whole day: this story can be told at any hour, on a Friday too.
STANDING = f"""
import datetime as dt
from django.contrib.auth.models import User
from django.utils import timezone
from schedules.actions import draft_stop, publish_stops
from schedules.models import Place
from schedules.validators import StopData
from services.models import Offer, PaymentMeans
from vehicles.models import Assignment, Governorate, Vehicle
now = timezone.now()
Governorate.objects.update(friday_prayer_starts_at=None, friday_prayer_ends_at=None)
place = Place.objects.get(code="{PLACE}")
vehicle = Vehicle.objects.create(code="SOH-B", name_ar="سيارة احتياطية", name_en="Spare vehicle")
Assignment.objects.create(vehicle=vehicle, district=place.district, starts_on=dt.date(2026, 1, 1))
offer = Offer.objects.filter(vehicle__code="SOH-1", outcome="finished").first()
offer.pk, offer.vehicle = None, vehicle
offer.save()
stop = draft_stop(StopData(vehicle=vehicle, place=place, date=timezone.localdate(now),
    starts_at=dt.time(0), ends_at=dt.time(23, 59),
    last_intake=None, landmark_ar="أمام المدرسة", services=(offer.service,),
    payment_means=tuple(PaymentMeans.objects.all()), off_day_reason="تجربة",
    landmark_confirmed_for=timezone.localdate(now)),
    by=User.objects.get(username="supervisor"), now=now)
publish_stops([stop], by=User.objects.get(username="supervisor"), now=now)
print("stop", stop.pk)
"""


def stand_at_the_place(system):
    """Publish a visit that stands now; the address of its page in the admin."""
    made = subprocess.run(
        [sys.executable, "manage.py", "shell", "-v", "0", "-c", STANDING],
        cwd=ROOT,
        env=system.environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return f"/admin/schedules/stop/{made.stdout.split('stop ')[1].strip()}/change/"


def post_about(system, service):
    return next(
        (post for post in system.standin_state()["posts"] if post["service"] == service and NAME in post["text"]), None
    )


def wait_for_post(system, words, *, service="facebook"):
    wait_until(
        lambda: (post := post_about(system, service)) and words in post["text"],
        seconds=SECONDS,
        what=f"«{words}» on {service}",
    )


def status_on(system, day):
    (stop,) = json.loads(system.get(f"/api/v1/stops/?place={PLACE}&date_from={day}&date_to={day}"))["results"]
    return stop["status"]


def without_minutes(text: str, *, now: dt.datetime) -> str:
    """A text without the last minutes: urgent news tells when it was issued, which is a little after it was previewed."""
    for past in range(5):
        minute = (now - dt.timedelta(minutes=past)).time()
        text = text.replace(time_in_figures(minute), "…").replace(time_in_words(minute), "…")
    return text


def test_a_breakdown_its_completion_and_a_storm(system, log_in, citizen, pictures):
    def picture(page, name):
        if pictures:
            page.screenshot(path=pictures / f"{name}.png", full_page=True)

    today = timezone.localdate()
    later = next_working_day(today + dt.timedelta(days=40))
    address = stand_at_the_place(system)
    wait_for_post(system, "إعلان رقم")
    head = log_in("head-sohag-markaz")

    # 1. It stops: one form, every text to read, and everybody is told.
    head.open(address)
    head.page.get_by_role("link", name="توقفت عن العمل…").click()
    stopped_at = (timezone.localtime() - dt.timedelta(minutes=2)).strftime("%H:%M")
    head.page.fill("#id_stopped_at", stopped_at)
    head.page.fill("#id_continuation_date", later.isoformat())
    head.page.fill("#id_continuation_starts_at", "9")
    head.page.fill("#id_continuation_ends_at", "2 م")
    head.page.check("#id_requests_stay_valid")
    head.show_texts("network")
    texts = head.texts()
    assert len(texts) == len(TextForm)
    assert "تنويه عاجل" in texts[0]
    picture(head.page, "breakdown")
    head.page.locator("[name=decide]").click()
    head.page.locator(".messagelist .success").wait_for()
    now = timezone.localtime()
    assert [without_minutes(text, now=now) for text in head.texts()] == [
        without_minutes(text, now=now) for text in texts
    ]
    for service in ("facebook", "telegram"):
        wait_for_post(system, "قد توقفت عن العمل بسبب عطل في شبكة الاتصال", service=service)
    citizen.goto(f"{system.url}/places/{PLACE}/")
    seen = citizen.inner_text("main")
    assert "توقفت السيارة عن العمل اليوم" in seen
    assert "الطلبات التي استُلمت في ذلك اليوم سارية" in seen
    picture(citizen, "stopped-360")
    assert (status_on(system, today), status_on(system, later)) == ("stopped", "scheduled")

    # 2. It works again.
    head.open(address)
    head.page.get_by_role("link", name="عادت إلى العمل…").click()
    head.page.locator("form[method=get] .btn").click()
    head.page.locator("[name=decide]").click()
    wait_for_post(system, "قد استأنفت العمل")
    assert status_on(system, today) == "scheduled"

    # 3. A storm puts the completing day off; the debt is counted until it has a date.
    head.open("/admin/schedules/stop/day/")
    head.page.fill("#id_date", later.isoformat())
    head.show_texts("weather")
    assert any("موعد يُعلن عنه لاحقًا" in text for text in head.texts())
    picture(head.page, "day")
    head.page.locator("[name=decide]").click()
    head.page.locator(".messagelist .success").wait_for()
    assert status_on(system, later) == "postponed"
    head.open("/admin/schedules/stop/?state=owed")
    head.page.locator("#result_list a", has_text=NAME).first.click()
    anew = next_working_day(later)
    head.page.fill("#id_date", anew.isoformat())
    head.page.locator("[name=_publish]").click()
    head.page.locator("[name=publish]").click()
    head.page.locator(".messagelist .success").wait_for()
    assert status_on(system, anew) == "scheduled"
    head.open("/admin/")
    assert head.page.locator("a[href*='state=owed']").count() == 0
