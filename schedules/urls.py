"""Public addresses of the timetable."""

from django.urls import path, re_path

from schedules import map_views, near_views, suggestion_views, views, widget
from schedules.styleguide import styleguide

urlpatterns = [
    path("", views.home, name="home"),
    re_path(r"^places/(?P<code>[A-Za-z0-9-]{1,20})/\Z", views.place, name="place"),
    re_path(r"^places/(?P<code>[A-Za-z0-9-]{1,20})/visits\.json\Z", widget.place_visits, name="place-visits"),
    path("districts/", views.districts, name="districts"),
    path("districts/<slug:slug>/", views.district, name="district"),
    re_path(r"^vehicles/(?P<code>[A-Za-z0-9-]{1,20})/\Z", views.vehicle, name="vehicle"),
    path("calendar/", views.calendar, name="calendar"),
    re_path(r"^calendar/(?P<name>[0-9]{4}-W[0-9]{2})/\Z", views.week, name="week"),
    re_path(r"^calendar/(?P<name>[0-9]{4}-[0-9]{2})/\Z", views.month, name="month"),
    path("districts/<slug:slug>/visits.json", widget.district_visits, name="district-visits"),
    path("widget/", widget.widget, name="widget"),
    path("services/<slug:slug>/", views.service, name="service"),
    path("suggestions/", suggestion_views.suggestions, name="suggestions"),
    path("near/", near_views.near, name="near"),
    re_path(r"^near/(?P<problem>denied|unavailable)/\Z", near_views.near, name="near-problem"),
    re_path(
        r"^near/(?P<latitude>-?[0-9]{1,2}\.[0-9]{2}),(?P<longitude>-?[0-9]{1,3}\.[0-9]{2})/\Z",
        near_views.near_point,
        name="near-point",
    ),
    path("map/", map_views.map_today, name="map"),
    re_path(r"^map/(?P<name>[0-9]{4}-[0-9]{2}-[0-9]{2})/\Z", map_views.map_day, name="map-day"),
    path("styleguide/", styleguide, name="styleguide"),
]
