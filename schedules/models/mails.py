"""E-mail to the office's own people, as it was written."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class StaffMailQuerySet(models.QuerySet["StaffMail"]):
    def due(self, *, now: dt.datetime) -> StaffMailQuerySet:
        """What is to be tried at `now` (aware)."""
        return self.filter(next_attempt_at__lte=now)


class StaffMail(models.Model):
    """One e-mail to one member of staff. `name` says what it is about, so that it is written once and sent under one Message-ID.

    `next_attempt_at` is empty once it was sent, was given up, or had nothing to say; its text is kept no longer than that.
    """

    name = models.SlugField(_("identifier"), max_length=64, unique=True)
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    subject = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    created_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    error_code = models.CharField(max_length=60, blank=True)

    objects = StaffMailQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(
                fields=["next_attempt_at"], condition=Q(next_attempt_at__isnull=False), name="staff_mail_to_be_sent"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(next_attempt_at__isnull=True) | (Q(sent_at__isnull=True) & ~Q(text="")),
                name="a_mail_to_be_sent_has_a_text",
            ),
        ]

    def __str__(self) -> str:
        return self.name
