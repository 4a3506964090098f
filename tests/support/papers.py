"""What is read back from posters and pictures."""

from __future__ import annotations

import io

from PIL import Image
from pypdf import PdfReader


def count_pages(pdf: bytes) -> int:
    """The pages of a PDF file."""
    return len(PdfReader(io.BytesIO(pdf)).pages)


def title_of(pdf: bytes) -> str:
    """The title that the PDF file carries: of a notice, its number and issuer."""
    information = PdfReader(io.BytesIO(pdf)).metadata
    return str(information.title) if information else ""


def size_of(png: bytes) -> tuple[int, int]:
    """Width and height of a picture."""
    return Image.open(io.BytesIO(png)).size
