"""Addresses of the public API, version 1. Public keys only: a row number never leaves the database."""

from django.urls import path, re_path

from announcements.api import NoticeDetail, NoticeList
from schedules.api import PlaceDetail, PlaceList, StopDetail, StopList
from services.api import ServiceDetail, ServiceList
from sohag_mobile.api_base import NoSuchAddress
from sohag_mobile.api_docs import ApiDocs, ApiRoot, ApiSchema
from vehicles.api import DistrictDetail, DistrictList, VehicleDetail, VehicleList

urlpatterns = [
    path("", ApiRoot.as_view(), name="api-root"),
    path("schema/", ApiSchema.as_view(), name="api-schema"),
    path("docs/", ApiDocs.as_view(), name="api-docs"),
    path("districts/", DistrictList.as_view(), name="api-districts"),
    path("districts/<slug:slug>/", DistrictDetail.as_view(), name="api-district"),
    path("vehicles/", VehicleList.as_view(), name="api-vehicles"),
    path("vehicles/<slug:code>/", VehicleDetail.as_view(), name="api-vehicle"),
    path("places/", PlaceList.as_view(), name="api-places"),
    path("places/<slug:code>/", PlaceDetail.as_view(), name="api-place"),
    path("services/", ServiceList.as_view(), name="api-services"),
    path("services/<slug:slug>/", ServiceDetail.as_view(), name="api-service"),
    path("stops/", StopList.as_view(), name="api-stops"),
    path("stops/<uuid:uid>/", StopDetail.as_view(), name="api-stop"),
    path("notices/", NoticeList.as_view(), name="api-notices"),
    path("notices/<slug:district>/<int:year>/<int:number>/", NoticeDetail.as_view(), name="api-notice"),
    # Last: everything else under the root is the API's own 404, never a page for people.
    re_path(r"^[\s\S]*\Z", NoSuchAddress.as_view()),
]
