"""WSGI entry point: `granian --interface wsgi sohag_mobile.wsgi:application`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from granian.utils.proxies import wrap_wsgi_with_proxy_headers

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sohag_mobile.settings.production")

application: WSGIApplication = get_wsgi_application()
if settings.TRUSTED_PROXIES:
    # Else every visitor would seem to come from the proxy, and one guesser would lock out everybody.
    application = wrap_wsgi_with_proxy_headers(application, trusted_hosts=settings.TRUSTED_PROXIES)

from sohag_mobile.front import Front  # noqa: E402  # reason: it reads models, which exist once Django is set up

application = Front(application)
