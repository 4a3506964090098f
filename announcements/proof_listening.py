"""A draft to listen to: a radio script read by a machine, so that whoever checks it hears what the eye passes over.

Both programs are optional and none is in the requirements: `espeak-ng` speaks, and the package `mishkal`, where it is installed,
first adds the vowel signs without which every machine guesses. Nothing is stored, and nothing of it is fit to be aired.
"""

from __future__ import annotations

import logging
import shutil
import struct
import subprocess
from typing import Final

from django.conf import settings
from django.utils.translation import gettext as _

from sohag_mobile.errors import DomainError

try:
    from mishkal import tashkeel
except ImportError:  # the draft is then spoken without vowel signs
    tashkeel = None

logger = logging.getLogger(__name__)

PROGRAM: Final = "espeak-ng"
WAV_MIME_TYPE: Final = "audio/wav"
# What espeak-ng accepts as words a minute.
_SLOWEST, _FASTEST = 80, 450
_LONGEST: Final = 20_000


class DraftUnavailable(DomainError):
    """No draft can be spoken on this machine, or not now."""

    code = "draft_unavailable"


def can_speak() -> bool:
    """Whether the program that speaks is installed."""
    return shutil.which(PROGRAM) is not None


def has_vowel_signs() -> bool:
    """Whether the package that adds vowel signs is installed."""
    return tashkeel is not None


def speak(script: str) -> bytes:
    """The script as a WAV file, in a machine's voice. Raises DraftUnavailable."""
    program = shutil.which(PROGRAM)
    if program is None:
        raise DraftUnavailable(_("To listen to a draft, espeak-ng must be installed on the server."))
    pace = min(max(settings.RADIO_WORDS_PER_MINUTE, _SLOWEST), _FASTEST)
    # A fixed list without a shell; the script is given on standard input and can be no option.
    command = [program, "-v", "ar", "-s", str(pace), "--stdin", "--stdout"]
    text = _with_vowel_signs(script[:_LONGEST])
    try:
        done = subprocess.run(
            command, input=text.encode(), capture_output=True, timeout=settings.SPEECH_SECONDS, check=True
        )
    except (OSError, subprocess.SubprocessError) as error:
        logger.warning("no draft was spoken: %s", error)
        raise DraftUnavailable(_("The draft could not be spoken. Try again, or ask the administrator.")) from error
    if not done.stdout.startswith(b"RIFF"):
        raise DraftUnavailable(_("The draft could not be spoken. Try again, or ask the administrator."))
    return _with_length(done.stdout)


def _with_length(sound: bytes) -> bytes:
    """The file with its true length in its head: a program that writes to a pipe does not know it beforehand."""
    data = sound.find(b"data", 12)
    if data < 0:
        return sound
    head = sound[:4] + struct.pack("<I", len(sound) - 8) + sound[8 : data + 4]
    return head + struct.pack("<I", len(sound) - data - 8) + sound[data + 8 :]


def _with_vowel_signs(script: str) -> str:
    if tashkeel is None:
        return script
    try:
        vocaliser = tashkeel.TashkeelClass()
        return "\n".join(vocaliser.tashkeel(line) for line in script.splitlines())
    # reason: a package of others over free text; a draft without vowel signs is better than none
    except Exception:
        logger.exception("vowel signs were not added")
        return script
