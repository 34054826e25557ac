"""Crow-fly car minutes whose detour and speed depend on distance and on how densely people live.

    minutes = start + 60 × km × detour(km) / speed(density)
    detour(km) = far + near × exp(−km / fade)
    speed = speed₃₀₀ × √(factor(density_from) × factor(density_to))

``factor`` is ``sparse`` at 20 inhabitants per km², 1 at 300, ``dense`` at 5,000, log-linear
in density in between and constant outside. The crude reference is the same formula with
one detour, one speed and no start. Density is that of the people around each end (see
``local_density``). This model stands in where no road network was given.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.ndimage import gaussian_filter, map_coordinates
from scipy.special import ndtr

from geo.access.settings import CRUDE_DETOUR, CRUDE_SPEED_KMH, DREES_BANDS_MIN, FITTED_ON
from geo.catchments.decay import Bands, Kernel
from geo.errors import BadInput
from geo.measure import Floats
from geo.parameters import Parameters

# Inhabitants per km² around a place: open country, small town, city centre [assumption, editable].
DENSITY_KNOTS = (20.0, 300.0, 5_000.0)
# Spread of people around their point, and the side of the squares they are counted in
# [assumption, editable].
DENSITY_SPREAD_M = 1_500.0
_CELL_M = 750.0
_MOST_CELLS = 50_000_000
# Mean distance to the centre of a disc of area A: (2/3)·√(A/π), computed.
_TO_CENTRE = 2 / 3 / np.sqrt(np.pi)


@dataclass(frozen=True)
class CrowFlyModel:
    """Parameters of the formula above; every one is a setting.

    Attributes
    ----------
    speed_kmh : speed where 300 people live per km² [fitted].
    sparse, dense : what the speed is multiplied by at 20 and at 5,000 people per km² [fitted].
    start_min : minutes that every journey between two places takes first (walking to the car,
        parking, leaving the village), which also makes long journeys faster on average [fitted].
    detour_far, detour_near, detour_fade_km : road km per crow-fly km, ``far + near`` for the
        nearest and ``far`` for the furthest [assumption, editable]: not identified apart from
        speed by a comparison with the official figures.
    own_place : ``"zero"``, no time inside a place known as one point (the official convention of
        communes [assumption, editable]); ``"extent"``, the time from its area.

    Raises
    ------
    BadInput
        When a parameter is out of its range; the message names it.
    """

    speed_kmh: float = CRUDE_SPEED_KMH
    sparse: float = 1.0
    dense: float = 1.0
    start_min: float = 0.0
    detour_far: float = CRUDE_DETOUR
    detour_near: float = 0.0
    detour_fade_km: float = 20.0
    own_place: str = "zero"
    source: str = "saisi par l'utilisateur"

    def __post_init__(self) -> None:
        wrong = [
            f"{name} : {rule} attendu, {getattr(self, name)} reçu"
            for name, rule, good in (
                ("speed_kmh", "nombre positif", self.speed_kmh > 0),
                ("sparse", "nombre positif", self.sparse > 0),
                ("dense", "nombre positif", self.dense > 0),
                ("start_min", "nombre positif ou nul", self.start_min >= 0),
                ("detour_far", "1 ou plus", self.detour_far >= 1),
                ("detour_near", "nombre positif ou nul", self.detour_near >= 0),
                ("detour_fade_km", "nombre positif", self.detour_fade_km > 0),
                ("own_place", "zero ou extent", self.own_place in ("zero", "extent")),
            )
            if not good
        ]
        if wrong:
            raise BadInput("Modèle de temps refusé : " + " ; ".join(wrong) + ".")

    def detour(self, distance_m: Floats) -> Floats:
        """Road metres per crow-fly metre."""
        fading = np.exp(-np.asarray(distance_m) / (1000 * self.detour_fade_km))
        return np.asarray(self.detour_far + self.detour_near * fading)

    def speed_factor(self, density: Floats) -> Floats:
        """What one end of a journey multiplies the speed by (the other end has its own).

        An unknown density (NaN) counts as 300, whose factor is 1.
        """
        return np.sqrt(by_density(density, self.sparse, self.dense))

    def within_m(self, max_min: float) -> float:
        """Metres beyond which no journey takes ``max_min`` or less, whatever the densities."""
        fastest = self.speed_kmh * max(1.0, self.sparse, self.dense)
        return max(max_min - self.start_min, 0.0) * fastest * 1000 / 60 / self.detour_far

    def sentence_fr(self) -> str:
        """The whole model in one French sentence, to be printed beside its results."""
        place = "nul" if self.own_place == "zero" else "tiré de sa superficie"
        return (
            f"à vol d'oiseau, détour {_fr(self.detour_far)}"
            + (
                f" + {_fr(self.detour_near)}·exp(−km/{_fr(self.detour_fade_km)})"
                if self.detour_near
                else ""
            )
            + f", {_fr(self.speed_kmh)} km/h"
            + (
                f" à 300 hab./km² (× {_fr(self.sparse)} à 20, × {_fr(self.dense)} à 5 000)"
                if (self.sparse, self.dense) != (1.0, 1.0)
                else ""
            )
            + (f", départ {_fr(self.start_min)} min" if self.start_min else "")
            + f", temps dans le lieu {place}"
        )


def by_density(density_per_km2: Floats, sparse: float, dense: float) -> Floats:
    """``sparse`` at 20 inhabitants per km², 1 at 300, ``dense`` at 5,000; log-log in between.

    Constant outside these densities, where nothing was fitted; 1 where density is unknown.
    """
    known = np.nan_to_num(np.asarray(density_per_km2, dtype=np.float64), nan=DENSITY_KNOTS[1])
    logs = np.log([sparse, 1.0, dense])
    return np.exp(np.interp(np.log(np.maximum(known, 1e-9)), np.log(DENSITY_KNOTS), logs))


def _fr(value: float) -> str:
    return f"{value:.3g}".replace(".", ",").replace("-", "−")


CRUDE = CrowFlyModel(source="référence brute : détour 1,3 et 45 km/h partout")


def time_model(parameters: Parameters) -> CrowFlyModel:
    """The model that the settings of an analysis describe.

    The defaults are rounded from ``geo.validation.apl_fit`` on half of Auvergne-Rhône-Alpes
    (``FITTED_ON``; practices of 2018, APL of 2021), to be judged on other départements only;
    `qpv validate apl TERRITOIRE --fit` fits anew.
    """
    return CrowFlyModel(
        speed_kmh=parameters.speed_kmh,
        sparse=parameters.speed_sparse,
        dense=parameters.speed_dense,
        start_min=parameters.start_min,
        detour_far=parameters.detour,
        detour_near=parameters.detour_near,
        detour_fade_km=parameters.detour_fade_km,
        source="paramètres de l'analyse",
    )


FITTED = dataclasses.replace(
    time_model(Parameters()),
    source="arrondi d'un ajustement sur l'APL 2021 des départements " + ", ".join(FITTED_ON),
)


def minutes(
    distance_m: Floats, density_from: Floats, density_to: Floats, model: CrowFlyModel
) -> Floats:
    """Minutes of journeys of so many crow-fly metres between places of these densities.

    Arrays broadcast together. A distance of 0 between two different places takes ``start_min``;
    the time inside one place is ``own_place_minutes``. NaN distance gives NaN.

    Raises
    ------
    BadInput
        When a distance is negative.
    """
    metres = np.asarray(distance_m, dtype=np.float64)
    if (metres < 0).any():
        raise BadInput("Distance négative : des mètres positifs ou nuls sont attendus.")
    speed = model.speed_kmh * model.speed_factor(density_from) * model.speed_factor(density_to)
    return np.asarray(model.start_min + metres * model.detour(metres) * 0.06 / speed)


def own_place_minutes(area_m2: Floats, density: Floats, model: CrowFlyModel) -> Floats:
    """Minutes inside a place known as one point, from its area (m²) when the model says so.

    With ``"extent"``, people are spread evenly over a disc of that area and the practices stand
    at its centre: the mean distance is (2/3)·√(area/π). A place without a known area gets 0.
    """
    area = np.asarray(area_m2, dtype=np.float64)
    if model.own_place == "zero":
        return np.zeros(area.shape)
    inside = minutes(_TO_CENTRE * np.sqrt(np.nan_to_num(area)), density, density, model)
    return np.asarray(np.where(np.nan_to_num(area) > 0, inside, 0.0))


@dataclass(frozen=True, eq=False)
class DensityTimes:
    """The model bound to the densities of given rows and columns, for ``geo.travel.crow_fly``."""

    model: CrowFlyModel
    row_density: Floats
    column_density: Floats

    def minutes(
        self,
        metres: Floats,
        rows: npt.NDArray[np.int64],
        columns: npt.NDArray[np.int32],
    ) -> Floats:
        """Minutes of each pair, same length as ``metres``."""
        return minutes(metres, self.row_density[rows], self.column_density[columns], self.model)

    def within_m(self, max_min: float) -> float:
        """Metres beyond which no journey takes ``max_min`` or less."""
        return self.model.within_m(max_min)


def local_density(at_xy_m: Floats, people_xy_m: Floats, people: Floats) -> Floats:
    """Inhabitants per km² around points, people being spread by a Gaussian of 1.5 km.

    Computed from the demand table alone, so that a neighbouring commune without an outline has
    its density too. Coordinates are metres of one projected CRS; a point without a position gets
    NaN; unknown people count for nobody.

    Raises
    ------
    BadInput
        When the points lie too far apart to be in one projected CRS.
    """
    known = np.isfinite(people_xy_m).all(axis=1) & (np.nan_to_num(people) > 0)
    there = np.isfinite(at_xy_m).all(axis=1)
    density = np.full(len(at_xy_m), np.nan)
    if not there.any():
        return density
    if not known.any():
        density[there] = 0.0
        return density
    margin = 4 * DENSITY_SPREAD_M
    corner = people_xy_m[known].min(axis=0) - margin
    cells = np.ceil((people_xy_m[known].max(axis=0) + margin - corner) / _CELL_M).astype(int)
    if np.prod(cells.astype(float)) > _MOST_CELLS:
        raise BadInput(
            "Densité : les lieux sont trop éloignés pour un seul système de coordonnées. "
            "À faire : calculez-la séparément pour chaque territoire d'outre-mer."
        )
    count = np.zeros(tuple(cells))
    where = ((people_xy_m[known] - corner) / _CELL_M).astype(int)
    np.add.at(count, (where[:, 0], where[:, 1]), people[known])
    smooth = gaussian_filter(count, DENSITY_SPREAD_M / _CELL_M, mode="constant")
    positions = (at_xy_m[there] - corner) / _CELL_M - 0.5
    density[there] = map_coordinates(smooth, positions.T, order=1, mode="constant")
    return density / (_CELL_M / 1000) ** 2


def softened(
    spread: float, bands_min: Bands = DREES_BANDS_MIN, label_fr: str = "Type APL, temps incertains"
) -> Kernel:
    """Expected step weights when each time is known within a factor exp(±``spread``).

    A time read from a straight line is wrong by 10 to 20 %, so that steps put places on the wrong
    side of a limit: here the true time is log-normal around the modelled one, and the weight is
    its mean. ``spread`` 0.15 is an [assumption, editable]; times above the last limit by more
    than two spreads count for nothing.

    Raises
    ------
    BadInput
        When the spread is not above 0 (the plain bands are the kernel for that).
    """
    if not 0 < spread <= 1:
        raise BadInput(f"Incertitude des temps : nombre entre 0 et 1 attendu, {spread} reçu.")
    limits = np.log([limit for limit, _ in bands_min])
    drops = -np.diff([*(weight for _, weight in bands_min), 0.0])

    reach = float(bands_min[-1][0] * np.exp(2 * spread))
    # Read from a table every 0.005 min: the normal law is slow to compute millions of times.
    table_min = np.linspace(0.0, reach, int(reach / 0.005) + 2)
    log_times = np.log(np.maximum(table_min, 1e-9))
    table = sum(
        drop * ndtr((limit - log_times) / spread) for limit, drop in zip(limits, drops, strict=True)
    )

    per_min = (len(table_min) - 1) / reach
    rises = np.append(np.diff(table), 0.0)

    def expected(times: Floats) -> Floats:
        at = np.minimum(times, reach) * per_min
        low = at.astype(np.int32)
        return np.asarray(table[low] + (at - low) * rises[low], dtype=np.float64)

    return Kernel("softened", ((reach, 1.0),), "lt", "e2sfca", expected, label_fr)


def with_own_place(model: CrowFlyModel, own_place: str) -> CrowFlyModel:
    """The same model with the other convention for the time inside a place."""
    return dataclasses.replace(model, own_place=own_place)
