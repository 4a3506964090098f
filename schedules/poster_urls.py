"""Public addresses of the poster and the card of a place, and of the sheet of a unit's week.

Mounted at the root alone: they are in Arabic.
"""

from django.urls import re_path

from schedules import poster_views

_PLACE = r"^places/(?P<code>[A-Za-z0-9-]{1,20})/"

urlpatterns = [
    re_path(
        r"^districts/(?P<slug>[-a-zA-Z0-9_]+)/(?P<name>[0-9]{4}-W[0-9]{2})/poster\.pdf\Z",
        poster_views.week_poster,
        name="week-poster",
    ),
    re_path(rf"{_PLACE}poster\.pdf\Z", poster_views.place_poster, name="place-poster"),
    re_path(rf"{_PLACE}card\.png\Z", poster_views.place_card, name="place-card"),
]
