"""Addresses of the feeds; a contract that calendars and feed readers out there rely on. Mounted at the root, per language."""

from django.urls import path

from schedules import feeds

urlpatterns = [
    path("calendar.ics", feeds.calendar, name="calendar-feed"),
    path("districts/<slug:slug>/calendar.ics", feeds.district_calendar, name="district-calendar-feed"),
    path("vehicles/<slug:code>/calendar.ics", feeds.vehicle_calendar, name="vehicle-calendar-feed"),
    path("places/<slug:code>/calendar.ics", feeds.place_calendar, name="place-calendar-feed"),
    path("notices.atom", feeds.notice_feed, name="notice-feed"),
    path("districts/<slug:slug>/notices.atom", feeds.district_notice_feed, name="district-notice-feed"),
    path("vehicles/<slug:code>/notices.atom", feeds.vehicle_notice_feed, name="vehicle-notice-feed"),
    path("places/<slug:code>/notices.atom", feeds.place_notice_feed, name="place-notice-feed"),
]
