"""A scenario as an address holds it: its file, packed; read back as any file brought."""

from __future__ import annotations

import base64
import binascii
import zlib
from functools import partial

from datasets.scenario_files import MAX_BYTES, read_scenario, scenario_text
from datasets.uploaded import read_uploaded
from geo.errors import BadInput
from geo.scenarios import Scenario

# Browsers and mail keep addresses of some thousands of letters whole [choice of the project].
MAX_LETTERS = 4_000


def packed_scenario(scenario: Scenario) -> str | None:
    """The letters that ``unpacked_scenario`` reads; None when they are too many for an address."""
    lines = scenario_text(scenario).splitlines()
    text = "\n".join(line for line in lines if line and not line.startswith("#"))
    letters = base64.urlsafe_b64encode(zlib.compress(text.encode(), 9)).decode().rstrip("=")
    return letters if len(letters) <= MAX_LETTERS else None


def unpacked_scenario(letters: str) -> Scenario:
    """The scenario of an address; its changes may still be to write.

    Raises
    ------
    BadInput
        When it was cut or is no scenario; or as ``read_scenario``.
    """
    try:
        if len(letters) > MAX_LETTERS:
            raise ValueError
        packed = base64.urlsafe_b64decode(letters + "=" * (-len(letters) % 4))
        unpacking = zlib.decompressobj()
        content = unpacking.decompress(packed, MAX_BYTES)
        if not unpacking.eof:
            raise ValueError
    except (ValueError, binascii.Error, zlib.error):
        raise BadInput(
            "Le scénario de cette adresse ne peut pas être lu : elle a été coupée ou changée. À "
            "faire : redemandez le lien entier, ou le fichier du scénario."
        ) from None
    return read_uploaded("adresse.toml", content, partial(read_scenario, unfinished=True))
