"""Public addresses of the poster and the card of a place. Mounted at the root alone: they are in Arabic."""

from django.urls import re_path

from schedules import poster_views

_PLACE = r"^places/(?P<code>[A-Za-z0-9-]{1,20})/"

urlpatterns = [
    re_path(rf"{_PLACE}poster\.pdf\Z", poster_views.place_poster, name="place-poster"),
    re_path(rf"{_PLACE}card\.png\Z", poster_views.place_card, name="place-card"),
]
