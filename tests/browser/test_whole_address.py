"""Every choice of every screen is in the address, or is one of those left out for a reason."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from streamlit.testing.v1 import AppTest

from tests.serving.server import ROOT

OTHER = "QN09901M"
# What an address leaves out, as ``screens/address.py`` says; the territory is the same throughout.
LEFT_OUT = re.compile(
    "territoire|glossaire|recherche|adresse_cherchee|fond|partage_.*|note_fonction|equipe_.*"
    "|couches_.*|situations_.*|departement_.*"  # which bear ``couches`` and the others
    "|hypothese_.*"  # a form, whose hypotheses the address holds once it is sent
    "|communes_liste_.*"  # the list of a group, which ``communes`` holds
)
# What each screen is made to show: none of it is what it shows at first.
CHOSEN = {
    "carte": {
        "qpv": OTHER, "couches": ["quartiers"], "situations": ["double peine"],
        "communes_du_tableau": ["Portmarance, Montorval", "Brévaude"],
    },
    "quartier": {"qpv": OTHER},
    "appel": {
        "qpv": OTHER, "modele": "libre", "candidats": ["population-connue"], "compter": "budget",
        "budget": 700_000.0, "cout": 60_000.0, "echelle": "zscore", "agregation": "geometric",
        "autres_criteres": ["apl_commune"], "poids_access_deficit": 1.0, "poids_need": 2.0,
        "poids_mediation_gap": 3.0, "poids_apl_commune": 0.0, "hors_classement": True,
        "bord_de_la_liste": True,
    },
    "scenarios": {
        "scenario_choisi": 2, "titre_ecrit_demo_2": "L’« été » 😀", "sc_action": "deplacer",
        "sc_objet": "centre_de_sante", "sc_pres": OTHER, "sc_cible": "finess-000001",
        "sc_ou": "point", "sc_lat": 45.5, "sc_lon": -4.25,
    },
    "aller_vers": {
        "qpv": OTHER, "aller_filtre": True, "aller_but": "logements", "aller_nombre": 90,
        "aller_mediateurs": 2, "aller_passages": 3, "aller_jours": 12, "aller_met": 200,
        "aller_visited": 400, "aller_porte": 1.5, "aller_rythme": 7.5, "aller_semaine": 4,
        "aller_habitants": 2.5, "aller_debut": dt.date(2026, 9, 1), "aller_seuil_100": 120.0,
        "aller_seuil_10": 6.5,
    },
    "suivi": {
        "suivi_niveau": "poste", "suivi_compteur": "visits", "suivi_pas": "month",
        "suivi_unite": "structure:Association Santé Lien (fictive)", "avant_qpv": "QN09911M",
        "avant_depuis_QN09911M": "2025", "avant_autres_QN09911M": [],
    },
    "reseau": {
        "reseau": "groupement", "communes": ["99002", "99004"], "groupement_nom": "Val d’Aune",
        "compteur_solicitations": 1_500, "compteur_visits": 0, "compteur_people": 3,
        "fiche_annee": dt.date.today().year - 1,
    },
    "pratiques": {
        "qpv": OTHER, "pratiques_mots": "porte", "pratiques_dep": "42",
        "pratiques_problemes": ["medecin"], "pratiques_une": "roanne",
        "pratiques_autre": "aesio-loire",
    },
    "donnees": {
        "apport_nature": "practices", "construire_nom": "Loire", "construire_lequel": "dep:44",
        "sources_a_venir": True, "empreintes": True, "constats": True,
        "constats_nature": ["secret"], "constats_fichier": ["cnfs.json", "FR.csv"],
    },
}  # fmt: skip
# Fields that take the place of another of those above, or of which the demo has but one.
INSTEAD = {
    "appel": {"postes": 7},
    "scenarios": {
        "titre_ecrit_demo_1": "Essai", "sc_action": "ajouter", "sc_ou": "quartier",
        "sc_qpv": OTHER, "sc_objet": "cabinet", "sc_profession": "infirmier",
        "sc_unite": "etp", "sc_etp_cabinet": 2.5,
    },
    "reseau": {"reseau_structure": "Association Santé Lien (fictive)"},
}  # fmt: skip
ONLY_ONE = {"avant_indicateur", "construire_origine"}
# What brings other fields: refused, it would take their places away.
BRINGING = {"compter", "sc_action", "sc_objet", "sc_ou", "aller_but", "avant_qpv", "constats",
            "communes", "construire_nom", "reseau"}  # fmt: skip
# None is a number, a day or a word of a list; the last is too long for any text.
HOSTILE = ("inconnu", "-1000", "NaN", "9" * 400, "\"'<b>", "😀" * 250)
SCENARIOS = {"scenario_1", "scenario_2"}
TEXTS = {"groupement_nom", "pratiques_mots", "construire_nom"}


@pytest.fixture(scope="module")
def opened(demo_data):
    """Open a screen of the demo as a new reader, with what an address says."""

    def at(screen, **asked):
        page = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
        page.query_params.update({"territoire": "demo", **asked})
        page.switch_page(f"screens/{screen}.py").run()
        assert not page.exception
        # Enter takes the first answer: it must be one, not « all of them ».
        assert not any(field.proto.select_all for field in page.multiselect)
        return page

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("QPV_DATA", str(demo_data))
        yield at


def _keyed(page):
    kinds = ("selectbox", "radio", "multiselect", "number_input", "text_input", "toggle",
             "checkbox", "slider", "select_slider", "date_input", "button_group")  # fmt: skip
    keys = {one.key for kind in kinds for one in page.get(kind) if one.key}
    return {key for key in keys if not LEFT_OUT.fullmatch(key)}


def _choose(page, values):
    """Choose all that is in view, until nothing of it is left: a choice brings others."""
    for _ in range(4):
        waiting = {
            name: value for name, value in values.items()
            if name in page.session_state and page.session_state[name] != value
        }  # fmt: skip
        if not waiting:
            return
        for name, value in waiting.items():
            page.session_state[name] = value
        page.run()
        assert not page.exception


def _held(page, values):
    return {name: page.session_state[name] for name in values if name in page.session_state}


def _asked(page):
    return {name: value[0] if isinstance(value, list) else value
            for name, value in page.query_params.items()}  # fmt: skip


@pytest.mark.parametrize("screen", CHOSEN)
def test_a_link_reopens_every_choice_of_a_screen_and_what_it_cannot_is_refused(opened, screen):
    page, met = opened(screen), set()
    first = _held(page, CHOSEN[screen])
    assert all(first[name] != CHOSEN[screen][name] for name in first)
    for values in filter(None, (INSTEAD.get(screen), CHOSEN[screen])):
        _choose(page, values)
        met |= _keyed(page)
        assert _held(page, values) == values
    # Nothing in view is forgotten here.
    known = CHOSEN[screen].keys() | INSTEAD.get(screen, {}).keys() | ONLY_ONE
    assert met - known == set()
    asked = _asked(page)
    colleague = opened(screen, **asked)
    assert _held(colleague, CHOSEN[screen]) == CHOSEN[screen]
    assert (_keyed(colleague), _asked(colleague)) == (_keyed(page), asked)
    out_of_view = INSTEAD.get(screen, {}).keys() - CHOSEN[screen].keys()
    names = sorted(asked.keys() - BRINGING - {"territoire"} - out_of_view)
    hostile = {
        name: HOSTILE[-1 if name in TEXTS else place % len(HOSTILE)]
        for place, name in enumerate(names)
    }
    found = opened(screen, **asked | hostile)
    # A scenario cut short is refused by its own words.
    assert len(found.error) == len(SCENARIOS & hostile.keys())
    refused = hostile.keys() - SCENARIOS
    assert found.session_state["adresse_refusee"].keys() == refused
    [told] = [one.value for one in found.warning]
    assert told.count("rien d'autre n'a été choisi") == len(refused)
    assert hostile.items() & _asked(found).items() == set()
