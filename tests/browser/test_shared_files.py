"""Files kept for a team: one person saves, another opens, a refused file is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from datasets.demo.monitoring_file import NAME, demo_monitoring
from datasets.workspace import files, open_workspace

SCRIPT = """
import os
import streamlit as st
from types import SimpleNamespace
from pathlib import Path
from screens import shared_files

kind = os.environ["KIND"]
path = os.environ.get("BROUGHT")
brought = (Path(path).name, Path(path).read_bytes()) if path else None

def read(name, content):
    st.session_state["read"] = (name, content)

shared_files.draw(SimpleNamespace(slug="demo"), kind, brought, read)
"""


@pytest.fixture(params=["monitoring", "mediation"])
def brought(request, tmp_path, monkeypatch, demo_raw) -> tuple[str, Path]:
    monkeypatch.setenv("QPV_WORKSPACE", f"sqlite:///{tmp_path / 'w.db'}")
    monkeypatch.setenv("KIND", request.param)
    if request.param == "mediation":
        return request.param, demo_raw / "mediation" / "mediation_demo.csv"
    path = tmp_path / NAME
    path.write_bytes(demo_monitoring())
    return request.param, path


def opened(kind: str) -> AppTest:
    page = AppTest.from_string(SCRIPT, default_timeout=120).run()
    page.toggle(key=f"partage_{kind}").set_value(True).run()
    assert not page.exception
    return page


def test_what_one_saves_another_opens(brought, monkeypatch):
    kind, path = brought
    monkeypatch.setenv("BROUGHT", str(path))
    first = opened(kind)
    first.text_input(key=f"partage_role_{kind}").set_value("chargée de mission")
    first.button(key=f"partage_garder_{kind}").click().run()
    assert not first.error, first.error
    [record] = files(open_workspace(), kind, "demo")
    assert (record.name, record.version, record.role) == (path.name, 1, "chargée de mission")
    monkeypatch.delenv("BROUGHT")
    second = opened(kind)
    second.button(key=f"partage_ouvrir_{kind}").click().run()
    assert second.session_state["read"] == (path.name, path.read_bytes())


def test_a_name_as_a_function_is_refused_and_nothing_is_kept(brought, monkeypatch):
    kind, path = brought
    monkeypatch.setenv("BROUGHT", str(path))
    page = opened(kind)
    page.text_input(key=f"partage_role_{kind}").set_value("Mme Dupont")
    page.button(key=f"partage_garder_{kind}").click().run()
    assert [one.value for one in page.error] == ["Rien n'a changé."]
    assert files(open_workspace(), kind, "demo") == []
