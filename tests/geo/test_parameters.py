import dataclasses

import pytest

from geo.access.activity import FITTED_ACTIVITY, activity_model
from geo.access.rules import ACCESS_CLASSES
from geo.components import NEED_DEFAULTS
from geo.errors import BadInput
from geo.parameters import Parameters, describe
from geo.setting_marks import MARKS
from geo.times.model import FITTED, time_model


def test_every_setting_is_documented():
    told = describe()
    assert [one.name for one in told] == [field.name for field in dataclasses.fields(Parameters)]
    assert all(one.label_fr and one.source and one.mark in MARKS for one in told)
    assert all(one.is_default for one in told)


def test_a_changed_setting_is_told():
    told = {one.name: one for one in describe(Parameters(speed_kmh=50.0))}
    assert told["speed_kmh"].value == 50.0 and not told["speed_kmh"].is_default


def test_walk_is_a_crow_fly_distance():
    assert Parameters().walk_m == pytest.approx(1250 / 1.3)


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"edge": "between"}, "edge"),
        ({"bands_min": ((20.0, 1.0), (10.0, 0.5))}, "bands_min"),
        ({"bands_min": ((10.0, 0.5), (20.0, 0.9))}, "bands_min"),
        ({"speed_kmh": 0.0}, "speed_kmh"),
        ({"detour": 0.5}, "detour"),
        ({"speed_sparse": 0.0}, "speed_sparse"),
        ({"activity_dense": -1.0}, "activity_dense"),
        ({"start_min": -0.1}, "start_min"),
        ({"time_spread": 1.5}, "time_spread"),
        ({"travel_mode_source": "train"}, "travel_mode_source"),
        ({"need_weights": (("poverty_share", 0.4),)}, "need_weights"),
        ({"need_weights": (("poverty", 1.0),)}, "poverty inconnu"),
        ({"class_shares": (0.6, 0.3)}, "class_shares"),
        ({"as_of": "31/12/2024"}, "as_of"),
        ({"min_observed_weight": 2.0}, "min_observed_weight"),
        ({"min_pieces_area": -0.1}, "min_pieces_area"),
        ({"similar_min_share": 1.2}, "similar_min_share"),
        ({"access_classes": "apl"}, "access_classes.*apl_2017"),
    ],
)
def test_a_wrong_setting_is_refused_by_name(settings, named):
    with pytest.raises(BadInput, match=named):
        Parameters(**settings)


def test_default_need_weights_are_equal():
    weights = dict(Parameters().need_weights)
    assert set(weights) == set(NEED_DEFAULTS) and len(set(weights.values())) == 1


@pytest.mark.parametrize(
    ("rule", "mark"),
    [("terciles", "assumption"), ("apl_2017", "official"), ("apl_2025", "secondary")],
)
def test_each_rule_of_access_classes_has_its_own_source_and_mark(rule, mark):
    told = {one.name: one for one in describe(Parameters(access_classes=rule))}["access_classes"]
    assert (told.value, told.mark) == (rule, mark)
    assert told.is_default == (rule == "terciles")
    assert told.source == ACCESS_CLASSES[rule].source


def test_the_thresholds_of_the_zoning_are_those_of_the_texts():
    assert ACCESS_CLASSES["terciles"].cuts is None
    assert ACCESS_CLASSES["apl_2017"].cuts == (2.5, 4.0)
    assert ACCESS_CLASSES["apl_2025"].cuts == (2.71, 3.98)


def test_the_models_of_an_analysis_are_those_that_were_fitted():
    times, places = time_model(Parameters()), activity_model(Parameters())
    assert dataclasses.replace(times, source=FITTED.source) == FITTED
    assert dataclasses.replace(places, source=FITTED_ACTIVITY.source) == FITTED_ACTIVITY
    slow = Parameters(speed_kmh=30.0, detour=1.4, activity_dense=0.5)
    assert time_model(slow).speed_kmh == 30 and time_model(slow).detour_far == 1.4
    assert activity_model(slow).dense == 0.5
    told = {one.name: one for one in describe(Parameters())}
    for name in ("speed_kmh", "consultations_per_practice"):
        assert told[name].mark == "computed" and "01 07 26 42 63 73" in told[name].source
