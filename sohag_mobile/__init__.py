"""The project: settings, addresses, Celery, errors. No domain code."""

from sohag_mobile.celery import app as celery_app

__all__ = ["celery_app"]
