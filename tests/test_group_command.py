"""``qpv group``: communes that are no QPV, the same indicators, and the documented benchmark."""

from __future__ import annotations

import json
import sys

import numpy as np
import pytest

import cli
from geo.commune_group import commune_group, neighbours, to_record
from geo.errors import BadInput
from geo.workload import VALHERBASSE_2024, counters_in_words, workload_in_words


@pytest.fixture
def run(monkeypatch, capsys, demo_data):
    def command(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["qpv", *map(str, words), "--data", str(demo_data)])
        monkeypatch.setenv("COLUMNS", "200")
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return command


@pytest.fixture(scope="module")
def communes(demo_layers) -> list[str]:
    """Three communes of the demo where nobody practises, and one where somebody does."""
    supply = demo_layers["supply"]
    with_gp = set(supply.loc[supply["profession"] == "medecin_generaliste", "commune"])
    own = demo_layers["communes"]
    own = own[own["scope"] == "territory"]["code"]
    return [*own[~own.isin(with_gp)].head(3), *own[own.isin(with_gp)].head(1)]


def value(found, name: str) -> float:
    return found.figures.set_index("id")["value"][name]


def test_the_figures_are_those_of_the_communes_and_of_their_people(
    demo_analysis, demo_layers, communes
):
    found = commune_group(demo_analysis, demo_layers, communes)
    own = demo_layers["communes"].set_index("code").loc[communes]
    assert value(found, "population") == own["population"].sum()
    supply = demo_layers["supply"]
    gp = supply[supply["profession"] == "medecin_generaliste"]
    assert value(found, "gp_places") == gp[gp["commune"].isin(communes)]["practices"].sum() > 0
    homes = demo_analysis.demand[demo_analysis.demand["commune"].isin(communes)]
    kept = homes[homes["population"] > 0]
    assert value(found, "access") == pytest.approx(
        np.average(kept["access"], weights=kept["population"])
    )
    weights = homes.groupby("commune")["standardised_population"].sum()
    apl = demo_analysis.communes.set_index("code").loc[communes, "apl_gp"].dropna()
    assert value(found, "apl_gp") == pytest.approx(
        np.average(apl, weights=weights.reindex(apl.index))
    )
    placed, here = gp.set_index("supply_id"), kept.to_crs(2154)
    sites = demo_layers.geo("supply").set_index("supply_id").loc[placed.index].to_crs(2154)
    near = here.geometry.map(lambda home: sites.distance(home).min() / 1000)
    assert value(found, "nearest_gp_km") == pytest.approx(
        np.average(near, weights=kept["population"])
    )
    assert found.figures.loc[found.figures["value"].isna(), "status"].eq("missing").all()
    assert found.fictional


def test_a_group_without_a_practitioner_says_how_far_the_nearest_is(
    demo_analysis, demo_layers, communes
):
    found = commune_group(demo_analysis, demo_layers, communes[:3], "Essai")
    assert value(found, "gp_places") == 0
    assert value(found, "nearest_gp_km") > 0
    assert "Aucun généraliste n'exerce" in found.remarks[0]
    assert value(found, "gp_places_15km") <= value(found, "gp_places_20km")


def test_the_benchmark_is_that_of_the_source_and_says_that_it_is_no_norm(
    demo_analysis, demo_layers, communes
):
    assert VALHERBASSE_2024.reach == pytest.approx(510 / 2300)
    words = " ".join(workload_in_words(commune_group(demo_analysis, demo_layers, communes)))
    assert "22,2\u00a0%" in words
    for told in ("510 personnes", "411\u00a0visites", "ne s'additionnent pas", "ni une norme"):
        assert told in words


def test_the_command_tells_the_same(run, demo_analysis, demo_layers, communes):
    code, out, told = run("group", "demo", "--communes", ",".join(communes), "--json")
    assert code == 0, told
    expected = to_record(commune_group(demo_analysis, demo_layers, communes))
    assert json.loads(out) == json.loads(json.dumps(expected))
    code, out, told = run("group", "demo", "--communes", ",".join(communes), "--name", "Haut pays")
    assert code == 0
    assert "Haut pays — données fictives" in out
    assert "ni une norme" in told


@pytest.mark.parametrize(
    ("text", "said"), [("26210,x", "2\u00a0communes hors"), (" , ", "Aucune commune")]
)
def test_codes_that_are_not_there_are_all_told(run, text, said):
    code, out, told = run("group", "demo", "--communes", text)
    assert (code, out) == (1, "")
    assert said in told


def test_too_many_communes_are_refused(demo_analysis, demo_layers):
    with pytest.raises(BadInput, match="au plus 200"):
        commune_group(demo_analysis, demo_layers, [f"{code:05d}" for code in range(201)])


def test_neighbours_touch_the_group_and_are_not_of_it(demo_layers, communes):
    near = neighbours(demo_layers, communes[:1])
    outlines = demo_layers.geo("communes").set_index("code").geometry
    assert near and communes[0] not in near
    assert all(outlines[code].intersects(outlines[communes[0]]) for code in near)


def test_three_counters_each_beside_the_benchmark():
    told = counters_in_words(2300, {"solicitations": 1500, "visits": None, "people": 510})
    assert len(told) == 3
    assert "1\u202f500 sollicitations" in told[0].replace("\u00a0", " ")
    assert "non compté" in told[1] and "411" in told[1]
    assert told[2].count("22,2\u00a0%") == 2 and "du même ordre" in told[2]
    assert "au-dessous" in counters_in_words(2300, {"people": 100})[2]
    assert "population non connue" in counters_in_words(float("nan"), {"people": 100})[2]
    with pytest.raises(BadInput, match="plus que d'habitants"):
        counters_in_words(100, {"people": 101})
