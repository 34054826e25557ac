import dataclasses

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from geo import Parameters, analyse
from geo.explain import MAX_WORDS
from geo.qpv_columns import QPV_COLUMNS
from geo.territory import projected_crs
from tests.geo.conftest import CRUDE


def by_code(qpv):
    return qpv.set_index("code_qp", drop=False)


def test_every_column_is_there_once_and_sorted_by_rank(make_layers):
    result = analyse(make_layers())
    assert tuple(result.qpv.columns) == QPV_COLUMNS
    assert result.qpv.crs == "EPSG:4326" and result.qpv.index.equals(pd.RangeIndex(8))
    assert result.qpv["rank"].dropna().tolist() == list(
        range(1, len(result.qpv["rank"].dropna()) + 1)
    )
    assert result.fictional and result.notes[0].startswith("Données fictives")


def test_contributions_sum_to_every_score(make_layers):
    table = analyse(make_layers()).qpv
    assert table["score"].notna().any()
    for row in table.itertuples():
        if pd.isna(row.score):
            assert row.contributions == {}
        else:
            assert sum(row.contributions.values()) == pytest.approx(row.score, abs=1e-9)


def test_situations_can_be_recomputed_from_the_table(make_layers):
    result = analyse(make_layers())
    for row in result.qpv.itertuples():
        for value, name, column in (
            (row.access, row.access_class, "access"),
            (row.unmet_score, row.need_class, "unmet_score"),
        ):
            low, high = result.thresholds[row.region][column]
            expected = "" if np.isnan(value) else "low" if value <= low + 1e-9 else "mid"
            assert name == ("high" if value > high + 1e-9 else expected)


def test_a_quarter_without_statistics_is_missing_everywhere(make_layers):
    row = by_code(analyse(make_layers()).qpv).loc["QN04204N"]
    assert row["population_status"] == row["need_status"] == row["need_people_status"] == "missing"
    for column in ("population", "need_score", "need_people", "residual_people", "unmet_score"):
        assert np.isnan(row[column]), column
    assert row["situation"] == "indéterminé"
    assert "données sont insuffisantes" in row["sentence"]
    assert row["access"] > 0


def test_no_user_file_is_unknown_never_zero(make_layers):
    result = analyse(make_layers(without=("mediation", "mediation_qpv")))
    qpv = result.qpv
    assert qpv["mediation_fte"].isna().all() and (qpv["mediation_status"] == "missing").all()
    assert (qpv["coverage_state"] == "inconnu").all()
    assert qpv["residual_people"].equals(qpv["need_people"])
    assert np.isnan(result.coverage.qpv_share) and result.coverage.qpv_unknown == 8
    assert qpv["sentence"].str.contains("la médiation n'est pas renseignée").all()
    assert qpv["score"].notna().sum() == 7
    assert any("Médiation non renseignée" in note for note in result.notes)


def test_packaged_schemes_do_not_stand_in_for_the_user_file(make_layers):
    layers = make_layers()
    packaged = layers["mediation"].assign(origin="packaged")
    result = analyse(make_layers(replace={"mediation": packaged}))
    assert result.qpv["mediation_fte"].isna().all()
    assert by_code(result.qpv).loc["QN04201M", "mediation_points"] == 1


def test_removing_all_mediators_raises_the_residual_need(make_layers):
    layers = make_layers()
    served = by_code(analyse(layers).qpv)
    ended = layers["mediation"].assign(
        convention_end="2020-12-31", complete_for="region:84;region:76"
    )
    without = by_code(analyse(make_layers(replace={"mediation": ended})).qpv)
    assert (without["mediation_fte"] == 0).all()
    assert (without["coverage_state"] == "non couvert").all()
    for code in ("QN04201M", "QN04202M", "QN03101M"):
        assert without.loc[code, "residual_people"] > served.loc[code, "residual_people"]
    assert analyse(make_layers(replace={"mediation": ended})).coverage.qpv_share == 0.0


def test_no_practice_in_the_sources_is_not_zero_access(make_layers):
    row = by_code(analyse(make_layers(without=("supply",))).qpv).loc["QN04201M"]
    assert np.isnan(row["access"]) and row["access_status"] == "missing"
    assert np.isnan(row["gp_inside"]) and row["situation"] == "indéterminé"


def test_nobody_in_reach_is_zero_access_not_missing(make_layers):
    layers = make_layers()
    far = layers["supply"][layers["supply"]["commune"] != "42184"]
    row = by_code(analyse(make_layers(replace={"supply": far})).qpv).loc["QN04205M"]
    assert row["access"] == 0 and row["access_status"] == "modelled"
    assert "aucun généraliste à moins de 20" in row["sentence"]


def test_practices_known_to_the_commune_leave_the_count_unknown(make_layers):
    qpv = by_code(analyse(make_layers()).qpv)
    assert qpv.loc["QN04201M", "gp_inside"] == 3
    assert qpv.loc["QN04202M", ["gp_inside", "gp_walk"]].tolist() == [0, 2]
    assert np.isnan(qpv.loc["QN04203I", "gp_inside"]) and np.isnan(
        qpv.loc["QN04203I", "nearest_gp_min"]
    )
    assert qpv.loc["QN03102M", "gp_inside"] == 5
    assert qpv.loc["QN04201M", "help_walk"] == 1


def test_two_quarters_of_one_commune_have_their_own_access(make_layers):
    qpv = by_code(analyse(make_layers()).qpv)
    assert qpv.loc["QN04201M", "access"] != pytest.approx(qpv.loc["QN04202M", "access"])
    assert (qpv["access_precision"] == "commune").all()
    assert qpv.loc["QN04201M", "apl_commune"] == 4.23
    assert np.isnan(qpv.loc["QN04205M", "apl_commune"])


def test_access_conserves_the_supply(make_layers):
    result = analyse(make_layers(), Parameters(**CRUDE))
    people = result.demand["standardised_population"]
    offered = (people * result.demand["access"]).sum()
    assert offered == pytest.approx(334 * 5400)


SAME = [name for name in QPV_COLUMNS if name not in ("rank", "scope", "geometry")]


def test_a_smaller_territory_gives_the_same_figures(make_layers):
    whole = by_code(analyse(make_layers()).qpv)
    others = {code: "comparator" for code in whole.index if code != "QN04201M"}
    result = analyse(make_layers(scope=others, territory="commune:42218"))
    assert result.qpv["code_qp"].tolist() == ["QN04201M"]
    assert result.qpv["rank"].tolist() == [1] and len(result.comparators) == 8
    pd.testing.assert_series_equal(
        by_code(result.qpv).loc["QN04201M", SAME], whole.loc["QN04201M", SAME]
    )


def test_another_region_changes_nothing(make_layers):
    layers = make_layers()
    whole = by_code(analyse(layers).qpv)
    own = layers["qpv"][layers["qpv"]["region"] == "84"]
    alone = by_code(analyse(make_layers(replace={"qpv": own})).qpv)
    pd.testing.assert_frame_equal(
        alone[SAME].sort_index(), whole.loc[alone.index, SAME].sort_index()
    )


def test_the_order_of_rows_changes_nothing(make_layers):
    layers = make_layers()
    mixed = {
        name: layers[name].iloc[::-1].reset_index(drop=True)
        for name in ("qpv", "supply", "demand", "indicators", "mediation", "help_points")
    }
    first, second = analyse(layers).qpv, analyse(make_layers(replace=mixed)).qpv
    exact = [name for name in SAME if name not in ("contributions",)]
    pd.testing.assert_frame_equal(
        pd.DataFrame(first[exact]), pd.DataFrame(second[exact]), rtol=1e-12
    )


def test_sentences_are_short_french_and_say_what_they_rest_on(make_layers):
    sentences = by_code(analyse(make_layers()).qpv)["sentence"]
    assert all(len(text.split()) <= MAX_WORDS for text in sentences)
    assert sentences.str.endswith(".").all()
    counted = sentences[sentences.index != "QN04204N"]
    assert counted.str.contains("estimé").all()
    assert counted.str.contains("indicatif, périmètre 2015").all()
    assert counted.str.contains("comparé aux QPV de sa région").all()
    assert not sentences.str.contains(r"nan|non connu", case=False).any()
    assert "2\u00a0données manquantes" in sentences["QN04205M"]


def test_a_long_name_still_fits(make_layers):
    layers = make_layers()
    named = layers["qpv"].assign(label=" ".join(["Grand ensemble"] * 15))
    sentences = analyse(make_layers(replace={"qpv": named})).qpv["sentence"]
    assert all(len(text.split()) <= MAX_WORDS for text in sentences)


def test_parameters_matter_and_are_kept(make_layers):
    layers = make_layers()
    slow = analyse(layers, Parameters(speed_kmh=20.0))
    assert slow.parameters.speed_kmh == 20.0
    assert not np.allclose(slow.qpv["access"], analyse(layers).qpv["access"])
    double = by_code(analyse(layers, Parameters(consultations_per_practice=8_140.0)).qpv)
    assert double["access"].to_numpy() == pytest.approx(
        2 * by_code(analyse(layers).qpv)["access"].reindex(double.index).to_numpy()
    )
    with pytest.raises(dataclasses.FrozenInstanceError):
        slow.parameters.speed_kmh = 3.0


def test_an_overseas_territory_is_measured_in_its_own_system(make_layers):
    layers = make_layers()
    moved = {}
    for name in ("qpv", "demand", "supply"):
        table = layers.geo(name).copy()
        own = table["commune"].str.startswith("42")
        table = table[own].reset_index(drop=True)
        shifted = table.geometry.to_crs(2154).translate(340_000 - 808_000, 7_690_000 - 6_480_000)
        island = gpd.GeoSeries(shifted.to_numpy(), crs=projected_crs("974")).to_crs(4326)
        table = table.set_geometry(island)
        if "departement" in table:
            table["departement"] = "974"
        if name == "demand":
            table["demand_id"] = "974" + table["demand_id"].str[3:]
        table["commune"] = "974" + table["commune"].str[3:]
        if name == "qpv":
            table["communes"] = table["commune"]
        moved[name] = table
    far = by_code(analyse(make_layers(replace=moved)).qpv)
    near = by_code(analyse(layers).qpv).loc[far.index]
    assert far["access"].to_numpy() == pytest.approx(near["access"].to_numpy(), rel=1e-3)


NEW = [
    "access_pieces",
    "access_level",
    "access_below_share",
    "access_minus_commune",
    "access_minus_departement",
    "nearest_gp_walk_min",
]


def test_gaps_are_to_our_own_figure_of_the_commune_and_of_the_departement(make_layers):
    result = analyse(make_layers())
    qpv = by_code(result.qpv)
    communes = result.communes.set_index("code")["access"]
    for code, row in qpv.iterrows():
        own = communes[row["commune"]]
        assert row["access_minus_commune"] == pytest.approx(row["access"] - own), code
    demand = result.demand
    loire = demand[demand["commune"].str.startswith("42")]
    mean = np.average(loire["access"], weights=loire["standardised_population"])
    row = qpv.loc["QN04201M"]
    assert row["access_minus_departement"] == pytest.approx(row["access"] - mean)
    assert qpv.loc["QN04201M", "access_minus_commune"] != pytest.approx(
        qpv.loc["QN04202M", "access_minus_commune"]
    )


def test_a_gap_without_people_in_the_commune_or_without_practices_is_unknown(make_layers):
    layers = make_layers()
    elsewhere = layers["demand"][layers["demand"]["commune"] != "42184"]
    qpv = by_code(analyse(make_layers(replace={"demand": elsewhere})).qpv)
    assert np.isnan(qpv.loc["QN04205M", "access_minus_commune"])
    assert np.isfinite(qpv.loc["QN04205M", "access_minus_departement"])
    nobody = analyse(make_layers(without=("supply",)))
    for column in ("access_below_share", "access_minus_commune", "access_minus_departement"):
        assert nobody.qpv[column].isna().all(), column
    assert nobody.qpv["nearest_gp_walk_min"].isna().all()
    assert nobody.communes["access"].isna().all()


def test_the_share_under_the_low_threshold_follows_the_classes(make_layers):
    qpv = by_code(analyse(make_layers()).qpv)
    one_piece = qpv[(qpv["access_pieces"] == 1) & qpv["population"].notna()]
    assert len(one_piece) == 7
    for code, row in one_piece.iterrows():
        assert row["access_below_share"] == (1.0 if row["access_class"] == "low" else 0.0), code
    assert np.isnan(qpv.loc["QN04204N", "access_below_share"])
    assert set(qpv["access_level"]) == {"iris", "point"}


def test_thresholds_of_the_zoning_change_classes_and_situations_not_figures(make_layers):
    layers = make_layers()
    thirds, zoning = (
        analyse(layers, Parameters(access_classes=rule)) for rule in ("terciles", "apl_2017")
    )
    assert set(zoning.thresholds) == {"84", "76"}
    assert all(pair["access"] == (2.5, 4.0) for pair in zoning.thresholds.values())
    for row in zoning.qpv.itertuples():
        expected = "low" if row.access <= 2.5 else "mid" if row.access <= 4 else "high"
        assert row.access_class == expected
    same = ["access", "need_score", "score", "access_minus_commune", "nearest_gp_walk_min"]
    pd.testing.assert_frame_equal(
        by_code(thirds.qpv)[same].sort_index(), by_code(zoning.qpv)[same].sort_index()
    )
    told = "faits pour l'APL officielle"
    assert any(told in note for note in zoning.notes)
    assert not any(told in note for note in thirds.notes)
    # A level set by thresholds is not « comparé aux QPV de sa région ».
    assert not zoning.qpv["sentence"].str.contains("comparé").any()
    assert zoning.qpv["sentence"].str.contains("selon les seuils 2,5 et 4").any()
    assert thirds.qpv["sentence"].str.contains("un niveau .* comparé").any()
    assert not thirds.qpv["sentence"].str.contains("seuils").any()
    needy = analyse(layers, Parameters(need_cuts=(10.0, 40.0))).qpv["sentence"]
    assert needy.str.contains(r"le besoin est (?:faible|moyen|élevé) \(selon les seuils 10").any()


def test_the_walk_starts_at_the_outline_and_is_unknown_beside_vague_practices(make_layers):
    qpv = by_code(analyse(make_layers()).qpv)
    walk = Parameters()
    # s1 is inside QN04201M; s2 is 250 m east of the outline of QN04202M.
    assert qpv.loc["QN04201M", "nearest_gp_walk_min"] == 0
    expected = 250 * walk.walk_detour / (walk.walk_speed_kmh * 1000 / 60)
    assert qpv.loc["QN04202M", "nearest_gp_walk_min"] == pytest.approx(expected, rel=1e-3)
    assert np.isnan(qpv.loc["QN04203I", "nearest_gp_walk_min"])  # s3: known to the commune
    assert qpv.loc["QN03102M", "nearest_gp_walk_min"] == 0  # s6 names it, 7 km away


def test_a_practice_known_to_its_iris_is_walked_to_from_the_middle(make_layers):
    layers = make_layers()
    supply = layers["supply"][layers["supply"]["supply_id"].isin(["s1"])].assign(precision="iris")
    qpv = by_code(analyse(make_layers(replace={"supply": supply.reset_index(drop=True)})).qpv)
    expected = 100 * 1.3 / (5000 / 60)
    assert qpv.loc["QN04201M", "nearest_gp_walk_min"] == pytest.approx(expected, rel=1e-2)
    assert np.isnan(qpv.loc["QN04201M", "gp_inside"])


def test_a_walk_within_the_limit_is_a_practice_counted_on_foot(make_layers):
    qpv = analyse(make_layers()).qpv
    known = qpv[qpv["gp_walk"].notna() & qpv["nearest_gp_walk_min"].notna()]
    assert len(known) >= 4
    near = known["nearest_gp_walk_min"] <= Parameters().walk_min
    assert near.tolist() == (known["gp_walk"] > 0).tolist()


def test_new_figures_are_in_the_table_once(make_layers):
    assert [QPV_COLUMNS.count(name) for name in NEW] == [1] * len(NEW)
    assert set(NEW) <= set(analyse(make_layers()).qpv.columns)
