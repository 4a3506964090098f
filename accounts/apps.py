from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """Staff accounts: sign-in, second factor, sessions, invitations."""

    name = "accounts"
    verbose_name = _("Staff accounts")
    default = True

    def ready(self) -> None:
        from . import tracking  # noqa: PLC0415  # reason: its models need the app registry

        tracking.connect()


class StaffAdminConfig(admin_apps.AdminConfig):
    """Django's admin, whose pages open only to those who have proved themselves as far as they must."""

    default = False
    default_site = "accounts.site.StaffSite"
