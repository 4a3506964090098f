"""The yardstick: Django with one view, no middleware, no database, thirty kilobytes."""

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path

BODY = b"x" * 30 * 1024


def page(request: HttpRequest) -> HttpResponse:
    # The length is given, as Django's CommonMiddleware would: else the server sends the body in chunks.
    return HttpResponse(BODY, content_type="text/html; charset=utf-8", headers={"Content-Length": str(len(BODY))})


urlpatterns = [path("", page)]

settings.configure(
    ALLOWED_HOSTS=["127.0.0.1"],
    DEBUG=False,
    MIDDLEWARE=[],
    ROOT_URLCONF=__name__,
    SECRET_KEY="only-for-measuring",
)
application = get_wsgi_application()
