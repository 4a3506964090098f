"""Hands the public pages that Django has answered to the front, which answers them again."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from sohag_mobile.front import Wish
from sohag_mobile.pages import VARY, StoredPage, Variant


class PublicPagesMiddleware:
    """Stands first in MIDDLEWARE, so that what is kept has the security headers that the other middleware gives."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        variant: Variant | None = getattr(response, "public_variant", None)
        if variant is not None:
            # Other middleware cannot know that the answer depends on neither cookies nor the reader's languages.
            response["Vary"] = VARY
            page: StoredPage | None = getattr(response, "stored_page", None)
            wish = Wish.of(request.META)
            if page is not None and wish is not None:
                wish.keep(page, variant, list(response.items()))
        return response
