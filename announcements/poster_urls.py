"""Public addresses of posters and cards. Mounted at the root alone: they are in Arabic, whatever the page that leads there."""

from django.urls import re_path

from announcements import views

_NOTICE = r"^notices/(?P<slug>[-a-zA-Z0-9_]+)/(?P<year>[0-9]{4})/(?P<number>[1-9][0-9]{0,5})/"

urlpatterns = [
    re_path(rf"{_NOTICE}poster\.pdf\Z", views.notice_drawing, {"drawing": "poster.pdf"}, name="notice-poster"),
    re_path(rf"{_NOTICE}card\.png\Z", views.notice_drawing, {"drawing": "card.png"}, name="notice-card"),
    re_path(rf"{_NOTICE}card\.jpg\Z", views.notice_drawing, {"drawing": "card.jpg"}, name="notice-card-jpeg"),
]
