"""Public addresses of the files of the open data: the same in both languages."""

from django.urls import re_path

from exchange import views

urlpatterns = [
    re_path(r"^open-data/(?P<name>[a-z-]{1,40}\.(?:csv|json|zip))\Z", views.open_data_file, name="open-data-file")
]
