"""Public addresses of the notices."""

from django.urls import path, re_path

from announcements import views

urlpatterns = [
    path("notices/", views.notices, name="notices"),
    # By path, because a file has no parameters.
    re_path(r"^notices/pages/(?P<page>[1-9][0-9]{0,4})/\Z", views.notices_page, name="notices-page"),
    # Not <int:…>: it accepts numbers longer than any database column.
    re_path(
        r"^notices/(?P<slug>[-a-zA-Z0-9_]+)/(?P<year>[0-9]{4})/(?P<number>[1-9][0-9]{0,5})/\Z",
        views.notice,
        name="notice",
    ),
]
