"""Addresses of the timetable that are the same in every language."""

from django.urls import path

from schedules import widget

urlpatterns = [path("widget.js", widget.script, name="widget-script")]
