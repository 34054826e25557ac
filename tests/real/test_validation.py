"""Agreement with the official APL in Auvergne-Rhône-Alpes, on départements never fitted."""

from __future__ import annotations

import pytest

from geo import Layers
from geo.access.settings import FITTED_ON
from geo.validation.judge import Validation, validate_apl

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def ready(region_layers: Layers) -> Validation:
    return validate_apl(region_layers)


def told(found: Validation) -> None:
    for rung in found.rungs:
        print(f"{rung.name} ({rung.points}) : {rung.agreement}")


def test_the_ready_models_beat_the_crude_reference_where_they_were_not_fitted(
    ready: Validation,
) -> None:
    told(ready)
    assert not set(ready.communes["departement"]) & set(FITTED_ON)
    seats = [rung.agreement for rung in ready.rungs if rung.points == "seat"]
    scaled = seats[1]
    assert len({found.places for found in seats}) == 1
    for better in seats[2:]:
        assert better.r > scaled.r
        assert better.spearman > scaled.spearman
        assert better.median_error < scaled.median_error
        assert better.same_side > scaled.same_side
    assert seats[0].ratio > 1.2  # a place of practice is not a full-time practitioner
    assert 0.9 < seats[-1].ratio < 1.1


def test_models_fitted_on_other_departements_beat_the_crude_reference_everywhere(
    region_layers: Layers,
) -> None:
    found = validate_apl(region_layers, fit=True)
    told(found)
    assert found.communes["departement"].nunique() == 12
    seats = [rung.agreement for rung in found.rungs if rung.points == "seat"]
    for better in seats[2:]:
        assert better.r > seats[1].r
        assert better.spearman > seats[1].spearman
    centres = [rung.agreement for rung in found.rungs if rung.points == "centre"]
    assert centres[1].r > centres[0].r
    assert centres[1].spearman > centres[0].spearman


def test_every_large_gap_is_looked_at(ready: Validation) -> None:
    assert len(ready.gaps) == 10
    assert (ready.gaps["reason"] != "").all()
    explained = ready.gaps["reason"] != "aucune raison trouvée dans les données"
    assert explained.sum() >= 8
