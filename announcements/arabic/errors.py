"""What can go wrong when a text is written. None of these is a grammar error: the facts cannot be said in that form."""

from __future__ import annotations


class ArabicTextError(ValueError):
    """A text cannot be written from these facts. `code` is stable and may be shown next to a translated message."""

    code = "arabic_text"


class TextTooLong(ArabicTextError):
    """Even the shortest honest wording does not fit the form, so nothing was cut and nothing was written."""

    code = "text_too_long"

    def __init__(self, length: int, limit: int) -> None:
        super().__init__(f"the shortest wording takes {length} characters, the limit is {limit}")
        self.length = length
        self.limit = limit


class NothingToSay(ArabicTextError):
    """A notice without stops, or a change in which nothing the public was told has changed."""

    code = "nothing_to_say"


class CauseNotANoun(ArabicTextError):
    """A cause that cannot follow «بسبب». `word` is the one that stands in the way."""

    code = "cause_not_a_noun"

    def __init__(self, word: str) -> None:
        super().__init__(f"«{word}» cannot follow «بسبب»")
        self.word = word
