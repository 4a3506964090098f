"""What the script of the week board says: whole sentences with named gaps, in the language of the page."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _


def words_of_board() -> dict[str, str]:
    """The sentences by name; `locale` and `digits` say how the script writes ages and hours itself."""
    arabic = (get_language() or settings.LANGUAGE_CODE).startswith("ar")
    numbers = "arab" if arabic and settings.ARABIC_DIGITS == "arabic" else "latn"
    return {
        "locale": f"ar-EG-u-nu-{numbers}" if arabic else "en-GB",
        "digits": numbers,
        "comma": pgettext("between the parts of a name", ", "),
        "hours": _("from %(start)s to %(end)s"),
        "openForm": _("Open the form with these values"),
        "refused": _("Refused: %(stop)s"),
        "changedBy": _("Last change: %(person)s, %(when)s"),
        "undo": _("Take it back"),
        "discardDraft": _("Discard the draft"),
        "discardChange": _("Discard the change"),
        "close": _("Close"),
        "kept": _("What is stored was kept."),
        "gone": _("No longer on this board"),
        "changed": pgettext("of the board", "Changed"),
        "added": pgettext("of the board", "New"),
        "news": _("%(what)s: %(stop)s"),
        "several": _("Others have changed several stops. The list below names them."),
        "reload": _("A vehicle was added to these units: load the page again to see it."),
        "actsOn": _("Acts: %(stop)s"),
        "away": _("Works elsewhere"),
        "draft": _("Draft a stop"),
        "hoursOf": _("The hours of %(day)s"),
        "week": _("The whole week"),
        "cannot": _("This stop cannot be moved or copied by you as it stands."),
        "moving": _("The arrows choose day and vehicle; Enter puts it there, Escape leaves it."),
        "left": _("It was left where it was."),
        "offline": _("There is no connection: nothing was saved. Try again when it is back."),
        "signedOut": _("You are signed out: nothing was saved. Sign in again in another window, then try again here."),
        "broken": _("Something failed on our side: nothing was saved. Try again."),
    }
