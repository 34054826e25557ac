"""Leaflet's files, taken from the installed package XStatic-Leaflet: no network, nothing committed.

The app serves them from its own folder (``copy_static``); a self-contained file carries them
inside itself (``data_uri_assets``).
"""

from __future__ import annotations

import base64
import os
import re
import tempfile
from pathlib import Path

from xstatic.pkg import leaflet

from geo.maps.draw import LeafletAssets

LEAFLET_VERSION: str = leaflet.VERSION


def data_uri_assets() -> LeafletAssets:
    """Leaflet's script and style as ``data:`` addresses, images of the style included."""
    script = _uri("text/javascript", (_folder() / "leaflet.js").read_bytes())
    style = _uri("text/css", _inlined_style().encode())
    return LeafletAssets(js=(("leaflet", script),), css=(("leaflet_css", style),))


def copy_static(target: Path) -> Path:
    """Copy Leaflet under ``target/leaflet-<version>`` unless it is there, and return that folder.

    Each file is written beside its place, then moved, so that two starts at once never serve half
    a file. Raises OSError when the folder cannot be written (then use ``data_uri_assets``).
    """
    folder = target / f"leaflet-{LEAFLET_VERSION}"
    folder.mkdir(parents=True, exist_ok=True)
    contents = {
        "leaflet.js": (_folder() / "leaflet.js").read_bytes(),
        "leaflet.css": _inlined_style().encode(),
    }
    for name, content in contents.items():
        place = folder / name
        if place.is_file() and place.read_bytes() == content:
            continue
        handle, temporary = tempfile.mkstemp(dir=folder)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(place)
    return folder


def served_assets(address: str) -> LeafletAssets:
    """Leaflet's files under ``address`` (``/app/static/vendor``), as ``copy_static`` left them."""
    base = f"{address.rstrip('/')}/leaflet-{LEAFLET_VERSION}"
    return LeafletAssets(
        js=(("leaflet", f"{base}/leaflet.js"),), css=(("leaflet_css", f"{base}/leaflet.css"),)
    )


def _folder() -> Path:
    return Path(leaflet.BASE_DIR)


def _inlined_style() -> str:
    style = (_folder() / "leaflet.css").read_text(encoding="utf-8")

    def inline(match: re.Match[str]) -> str:
        image = _folder() / match.group(1)
        return f"url({_uri('image/png', image.read_bytes())})"

    return re.sub(r"url\((images/[\w.-]+\.png)\)", inline, style)


def _uri(kind: str, content: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"
