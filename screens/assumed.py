"""The assumptions that this reader changed: in the address, said on every screen, taken back."""

from __future__ import annotations

import streamlit as st

from geo.access.rules import ACCESS_CLASSES
from geo.assumptions import (
    CHOICE,
    CHOICE_LABEL,
    EDITABLE,
    Editable,
    assumed,
    assumptions_text,
    changes_sentence,
    in_words,
    with_assumptions,
)
from geo.errors import BadInput
from geo.parameters import ParameterInfo, Parameters, describe
from geo.setting_words import value_words
from screens.address import keep, to_address, told_in_address

NAME = "hypotheses"
_KEPT = f"vue_{NAME}"
_LONGEST = 400


class _Readable:
    """The texts that an address may hold."""

    def __contains__(self, value: object) -> bool:
        return isinstance(value, str) and not _fault(value)


def _fault(text: str) -> str:
    if len(text) > _LONGEST:
        return "C'est trop long : rien n'est changé."
    try:
        assumed(text)
    except BadInput as error:
        return str(error)
    return ""


def asked() -> str:
    """What the address, else the session, changes; "" for the usual assumptions."""
    readable = _Readable()
    keep(NAME, readable, _fault)
    told = told_in_address(NAME) or ""
    text = assumptions_text(assumed(told)) if told in readable else ""
    to_address(**{NAME: text or None})
    return text


def in_link(parameters: Parameters) -> dict[str, str]:
    """What a link must hold so that its reader finds the same figures."""
    text = assumptions_text(parameters)
    return {NAME: text} if text else {}


def banner(parameters: Parameters) -> None:
    """Say that these figures rest on changed assumptions, and offer to take them back."""
    told = changes_sentence(parameters)
    if not told:
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="hypotheses"):
        st.text(
            f"{told} Tous les chiffres de tous les écrans en tiennent compte, pour vous et pour "
            "qui ouvre le lien de la page."
        )
        st.button("Revenir à celles du projet", key="hypotheses_retirer", on_click=_change,
                  args=("",))  # fmt: skip


def draw(parameters: Parameters) -> None:
    """The form that changes them; what it holds at first is what the figures shown rest on."""
    st.subheader("Changer une hypothèse", anchor=False)
    st.write(
        "Le projet propose ces valeurs ; les vôtres sont prises en compte sur tous les écrans, "
        "dites en haut de chacun, dans les fichiers que vous emportez et dans le lien de la page. "
        "Dans un terminal : l'option `--assume`."
    )
    # Other values are other fields: what was typed for the ones before is not theirs.
    version = assumptions_text(parameters)
    usual = {one.name: one for one in describe()}
    with st.form(f"hypotheses_{version}", border=True):
        columns = st.columns(2)
        for place, (name, one) in enumerate(EDITABLE.items()):
            with columns[place % 2]:
                _figure(one, usual[name], getattr(parameters, name), _field(name, version))
        names = list(ACCESS_CLASSES)
        columns[len(EDITABLE) % 2].selectbox(
            CHOICE_LABEL, names, names.index(parameters.access_classes),
            format_func=lambda name: ACCESS_CLASSES[name].label_fr, key=_field(CHOICE, version),
            help=f"Valeur du projet : {value_words(usual[CHOICE])}.",
        )  # fmt: skip
        st.form_submit_button("Recalculer avec ces hypothèses", on_click=_take, args=(version,))


def _figure(one: Editable, usual: ParameterInfo, value: float, key: str) -> None:
    scale = 100.0 if one.share else 1.0
    st.number_input(
        f"{one.label}{' (%)' if one.share else ''}",
        one.least * scale, one.most * scale, _shown(one, value), 0.1 if one.share else 1.0,
        format="%.4g" if one.share else "%.0f", key=key,
        help=f"Valeur du projet : {in_words(usual)}. Source : {usual.source}.",
    )  # fmt: skip


def _shown(one: Editable, value: float) -> float:
    return round(float(value) * (100 if one.share else 1), 6)


def _field(name: str, version: str) -> str:
    return f"hypothese_{name}_{version}"


def _take(version: str) -> None:
    """Keep what the form holds; a figure left as shown is the one already in use, to the digit."""
    before = assumed(version)
    changes: dict[str, float | str] = {}
    for name, one in EDITABLE.items():
        now, then = float(st.session_state[_field(name, version)]), getattr(before, name)
        changes[name] = then if now == _shown(one, then) else now / (100 if one.share else 1)
    changes[CHOICE] = str(st.session_state[_field(CHOICE, version)])
    _change(assumptions_text(with_assumptions(changes)))


def _change(text: str) -> None:
    st.session_state[_KEPT] = text or None
