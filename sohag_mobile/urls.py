"""Where every address leads."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from sohag_mobile import error_pages, health, offline

handler400 = error_pages.bad_request
handler403 = error_pages.forbidden
handler404 = error_pages.not_found
handler500 = error_pages.server_error

urlpatterns = [
    # Under the name by which the framework's log-in page looks for it.
    path(
        "admin/password_reset/", RedirectView.as_view(pattern_name="admin:password_reset"), name="admin_password_reset"
    ),
    path("admin/", admin.site.urls),
    path("api/v1/", include("sohag_mobile.api_urls")),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    # At the root, because a worker answers for what lies below its own address.
    path("sw.js", offline.worker, name="worker"),
    path("", include("schedules.root_urls")),
    path("", include("exchange.root_urls")),
    path("", include("schedules.poster_urls")),
    path("", include("announcements.poster_urls")),
    *i18n_patterns(
        path("manifest.webmanifest", offline.manifest, name="manifest"),
        path("offline/", offline.offline, name="offline"),
        path("", include("schedules.urls")),
        path("", include("schedules.feed_urls")),
        path("", include("services.urls")),
        path("", include("exchange.urls")),
        path("", include("announcements.urls")),
        prefix_default_language=False,
    ),
    # Last: whatever is left is answered by the site's own page, also while DEBUG is on. A line break may hide in an address.
    re_path(r"^[\s\S]*\Z", error_pages.unknown_address),
]
