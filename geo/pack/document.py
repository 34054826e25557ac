"""The printed file: plain values and a picture in, the bytes of a tagged PDF out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from geo.maps.picture import legend_marks
from geo.pack.template import TEMPLATE
from geo.typeset import STANDARD, compose

__all__ = ["STANDARD", "to_pdf_bytes"]


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
    marks = {f"mark-{index}.svg": mark for index, (_, mark) in enumerate(legend_marks())}
    return compose(TEMPLATE, content, {"map.svg": picture, **marks})
