"""Every département has its name, and codes fall where they should."""

from geo.names import DEPARTEMENTS, REGIONS


def test_the_ends_of_the_list_fall_on_the_right_codes() -> None:
    named = {"01": "Ain", "19": "Corrèze", "21": "Côte-d'Or", "42": "Loire", "69": "Rhône",
             "75": "Paris", "84": "Vaucluse", "95": "Val-d'Oise", "2A": "Corse-du-Sud"}  # fmt: skip
    assert {code: DEPARTEMENTS[code] for code in named} == named
    assert "20" not in DEPARTEMENTS
    assert len([code for code in DEPARTEMENTS if len(code) == 2 and code != "99"]) == 96
    assert REGIONS["84"] == "Auvergne-Rhône-Alpes"
