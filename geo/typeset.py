"""Typst: a template and plain values in, the bytes of a tagged PDF out."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any, Final

import typst

from geo.errors import BadInput

STANDARD: Final = "ua-1"
# The same content must give the same bytes: no clock, no font of the machine.
_NOT_DATED = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


def compose(template: str, content: Mapping[str, Any], pictures: Mapping[str, str]) -> bytes:
    """The document under PDF/UA-1, the same bytes for the same content.

    Parameters
    ----------
    template : Typst, which reads ``data.json``; every text of ``content`` is data, never markup.
    pictures : SVG by file name.

    Raises
    ------
    BadInput
        When the typesetter refuses the content, with what it says.
    """
    # Typst takes several files in memory as a mapping; its annotations only know one.
    files: Any = {
        "main": template.encode(),
        "data.json": json.dumps(content, ensure_ascii=False, allow_nan=False).encode(),
        **{name: picture.encode() for name, picture in pictures.items()},
    }
    try:
        pdf = typst.compile(
            files,
            format="pdf",
            pdf_standards=STANDARD,
            ignore_system_fonts=True,
            timestamp=_NOT_DATED,
        )
    except typst.TypstError as error:
        raise BadInput(f"Le document imprimé n'a pas pu être composé : {error.message}") from error
    return bytes(pdf)
