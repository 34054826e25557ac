"""Official files beside the project: read where they are, never copied."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

_DEFAULT = Path(__file__).resolve().parents[2].parent / "shared" / "mirror"


@pytest.fixture(scope="session")
def mirror() -> Path:
    """The folder of official files (``QPV_MIRROR`` or ../shared/mirror), or a skip that says so."""
    folder = Path(os.environ.get("QPV_MIRROR", _DEFAULT))
    if not (folder / "qpv_2024").is_dir():
        pytest.skip(f"official files are absent from {folder}: real-file tests are skipped")
    return folder
