"""Public address of the page of the open data."""

from django.urls import path

from exchange import views

urlpatterns = [path("open-data/", views.open_data, name="open-data")]
