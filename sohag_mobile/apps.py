from django.apps import AppConfig


class SohagMobileConfig(AppConfig):
    """The project package as an app: settings checks, shared commands, shared database functions."""

    name = "sohag_mobile"

    def ready(self) -> None:
        from . import checks  # noqa: F401, PLC0415  # reason: registering checks needs the app registry
