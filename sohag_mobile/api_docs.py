"""What the API says of itself: its entrance, its schema, and the schema as a page for people."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import translation
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.request import Request
from rest_framework.response import Response

from sohag_mobile.api_base import OpenView, public_url

SECTIONS = ("districts", "vehicles", "places", "services", "stops", "notices", "schema", "docs")

_ERROR = {
    "type": "object",
    "description": "Every error has this shape.",
    "properties": {
        "code": {"type": "string", "description": "Names the error for programs."},
        "message": {"type": "string", "description": "A sentence for people, in Arabic."},
        "fields": {
            "type": "object",
            "description": "Sentences by the name of the parameter they are about.",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        },
    },
    "required": ["code", "message", "fields"],
}


def describe_errors(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Add to the generated schema what every address can answer besides 200: errors in one shape, and 304."""
    result["components"]["schemas"]["Error"] = _ERROR
    answer = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}}
    for path, operations in result["paths"].items():
        for operation in operations.values():
            responses = operation["responses"]
            responses["304"] = {"description": "Not changed since the ETag that was sent in If-None-Match."}
            responses["400"] = {"description": "A parameter is not right.", **answer}
            if "{" in path:
                responses["404"] = {"description": "There is no such thing.", **answer}
    return result


class ApiRoot(OpenView):
    """The entrance: where everything is."""

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        return Response({name: public_url(reverse(f"api-{name}")) for name in SECTIONS})


class ApiSchema(OpenView, SpectacularAPIView):
    """OpenAPI 3, as YAML or JSON (by the Accept header, or `?format=json`)."""

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        # The descriptions are English, so the names of choices are as well.
        with translation.override("en"):
            response: Response = super().get(request, *args, **kwargs)
        return response


class ApiDocs(SpectacularSwaggerSplitView):
    """The schema to read and to try. Its script is a second answer of the same address, so the strict CSP stands."""

    url_name = "api-schema"
    template_name = "api/docs.html"
