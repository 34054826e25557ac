"""Words that come from data or from an address, where Streamlit would read Markdown in them."""

from __future__ import annotations

import re

# All that Markdown and its formulas ($) begin with.
_MARKS = re.compile(r"[\\`*_{}\[\]<>#|$~!&]|^[-+=]|^\d+(?=[.)])")
# An address becomes a link, and :smile:, :material/x: or :red[…] a sign, even when all is escaped:
# a joiner that nobody sees keeps them words.
_READ_LATER = re.compile(r"(?i)(?<=:)(?=//)|(?<=www)(?=\.)|(?<=@)(?=\w)|(?<=:)(?=[a-z]|[\w+-]+:)")
_JOINER = "\u2060"
# Not the spaces that hold a figure and its unit together.
_BREAKS = re.compile(r"[ \t-\r\x1c-\x1f\x85\u2028\u2029]+")
# Past this, an address or a cell is not being read any more.
_MOST = 2_000


def plain(words: object) -> str:
    """The same words, shown as they are: no link, no picture, no emphasis, on one line."""
    text = _BREAKS.sub(" ", str(words)).strip()
    if len(text) > _MOST:
        text = text[:_MOST] + "…"
    return _MARKS.sub(_escaped, _READ_LATER.sub(_JOINER, text))


def _escaped(found: re.Match[str]) -> str:
    mark = found.group()
    # A list is begun by a number and what follows it: the number itself cannot be escaped.
    return f"{mark}{_JOINER}" if mark.isdecimal() else f"\\{mark}"
