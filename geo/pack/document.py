"""The printed file: plain values and a picture in, the bytes of a tagged PDF out."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any, Final

import typst

from geo.errors import BadInput
from geo.maps.picture import legend_marks
from geo.pack.template import TEMPLATE

STANDARD: Final = "ua-1"
# The same content must give the same bytes: no clock, no font of the machine.
_NOT_DATED = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


def to_pdf_bytes(content: Mapping[str, Any], picture: str) -> bytes:
    """The printed file under PDF/UA-1, in French, the same bytes for the same content.

    Parameters
    ----------
    content : what ``geo.pack.printed.printed`` returns; every text is data, never markup.
    picture : SVG of the map (``geo.maps.picture.situation_picture``).

    Raises
    ------
    BadInput
        When the typesetter refuses the content, with what it says.
    """
    marks = legend_marks()
    return typeset(
        TEMPLATE,
        content,
        {
            "map.svg": picture,
            **{f"mark-{index}.svg": mark for index, (_, mark) in enumerate(marks)},
        },
    )


def typeset(template: str, content: Mapping[str, Any], pictures: Mapping[str, str]) -> bytes:
    """A Typst template over ``data.json`` (the content) and SVG pictures by name, as a tagged PDF.

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
