"""A group of communes that is no QPV: the same indicators, who works there, a stated benchmark.

The case is that of micro-local coordination (Valherbasse, Drôme): seven rural communes without a
general practitioner, care 15 to 20 km away, one coordinator paid by the ARS and the communes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from geo.access.kernels import GP
from geo.completeness import user_posts
from geo.errors import BadInput
from geo.measure import Floats, crs_of_communes
from geo.mediation.plain import plain
from geo.mediation.supply import active_posts, post_fte
from geo.words import counted, number, year_told
from geo.workload import VALHERBASSE_2024, VALHERBASSE_SOURCE

if TYPE_CHECKING:
    from geo.analysis import Analysis
    from geo.schema import Layers

RINGS_KM = (15.0, 20.0)
CROW_FLY = "à vol d'oiseau, du lieu d'habitation au lieu d'exercice"
MOST = 200  # communes in one group: beyond, it is a département


@dataclass(frozen=True)
class CommuneGroup:
    """The indicators of a group of communes.

    ``communes``: one row each (code, label, population, population_status, gp_places,
    nearest_gp_km, access, apl_gp, apl_vintage). ``figures``: one row a figure of the whole group:
    id, label, value (NaN when unknown), unit, status, vintage, source, about. ``mediation``: the
    user's active posts there. ``quarters``: codes of the QPV that lie in the group, at least in
    part. ``remarks``: French sentences.
    """

    name: str
    territory: str
    fictional: bool
    communes: pd.DataFrame
    figures: pd.DataFrame
    mediation: pd.DataFrame
    quarters: tuple[str, ...]
    remarks: tuple[str, ...]


def commune_group(
    analysis: Analysis, layers: Layers, codes: Sequence[str], name: str = ""
) -> CommuneGroup:
    """The same indicators as a QPV, for a group of communes of a built territory.

    Raises
    ------
    BadInput
        No commune, too many, or codes that the territory does not hold (all of them told).
    """
    chosen = _checked(layers, codes)
    own = layers.geo("communes").set_index("code", drop=False).loc[list(chosen)]
    known = analysis.communes.set_index("code").loc[list(chosen)]
    practices = _gp_places(layers)
    homes = analysis.demand[analysis.demand["commune"].isin(chosen)]
    nearest = _nearest_km(homes, practices)
    in_commune = practices[practices["commune"].isin(chosen)]
    communes = pd.DataFrame(
        {
            "code": list(chosen),
            "label": own["label"].to_numpy(),
            "population": own["population"].to_numpy(float),
            "population_status": own["population_status"].to_numpy(),
            "gp_places": in_commune.groupby("commune")["practices"]
            .sum()
            .reindex(chosen, fill_value=0.0)
            .to_numpy(float),
            "nearest_gp_km": _by_commune(homes, nearest, chosen),
            "access": known["access"].to_numpy(float),
            "apl_gp": known["apl_gp"].to_numpy(float),
            "apl_vintage": known["apl_vintage"].to_numpy(),
        }
    )
    posts = _posts(analysis, layers, chosen)
    figures = _figures(analysis, layers, communes, homes, nearest, practices, posts)
    return CommuneGroup(
        name=name or _name(communes),
        territory=analysis.territory,
        fictional=analysis.fictional,
        communes=communes,
        figures=figures,
        mediation=posts,
        quarters=_quarters(layers, chosen),
        remarks=_remarks(communes, figures, posts),
    )


def to_record(group: CommuneGroup) -> dict[str, Any]:
    """The group as plain values for JSON: None for what is unknown."""
    tables = {
        name: [plain(row) for row in getattr(group, name).to_dict("records")]
        for name in ("communes", "figures", "mediation")
    }
    return {
        "name": group.name,
        "territory": group.territory,
        "fictional": group.fictional,
        "quarters": list(group.quarters),
        **tables,
        "remarks": list(group.remarks),
        "benchmark": {
            "place": "Valherbasse (Drôme)",
            "year": "2024",
            "inhabitants": VALHERBASSE_2024.inhabitants,
            "people": VALHERBASSE_2024.people,
            "reach_share": VALHERBASSE_2024.reach,
            "solicitations_more_than": VALHERBASSE_2024.solicitations_least,
            "visits": VALHERBASSE_2024.visits,
            "source": VALHERBASSE_SOURCE,
            "status": "published, one rural territory, not a norm",
        },
    }


def neighbours(layers: Layers, codes: Sequence[str]) -> tuple[str, ...]:
    """Codes of the communes of the territory that touch these ones, without them."""
    places = layers.geo("communes")
    held = places[(places["scope"] != "halo") & places.geometry.notna()]
    chosen = held["code"].isin(list(codes))
    touching = held.geometry.intersects(held[chosen].geometry.union_all())
    return tuple(sorted(held.loc[touching & ~chosen, "code"]))


def source_words(analysis: Analysis, told: str) -> str:
    """The ``source`` of a figure in words: title and publisher in the stead of each identifier."""
    known = analysis.sources.drop_duplicates("source_id")
    names = {str(one): f"{title}, {publisher}" for one, title, publisher in
             known[["source_id", "title", "publisher"]].itertuples(index=False)}  # fmt: skip
    words = [names.get(one, one) for one in told.split(", ")]
    return " ; ".join(words)


def _checked(layers: Layers, codes: Sequence[str]) -> tuple[str, ...]:
    chosen = tuple(dict.fromkeys(code.strip().upper() for code in codes if code.strip()))
    if not chosen:
        raise BadInput("Aucune commune : donnez leurs codes Insee (26210,26042…).")
    if len(chosen) > MOST:
        raise BadInput(f"{len(chosen)} communes : un groupement en a au plus {MOST}.")
    places = layers["communes"]
    held = set(places.loc[places["scope"] != "halo", "code"])
    unknown = [code for code in chosen if code not in held]
    if unknown:
        raise BadInput(
            f"{counted(len(unknown), 'commune')} hors de ce territoire : {', '.join(unknown)}. "
            "À faire : vérifiez les codes Insee, ou ouvrez le territoire qui les contient."
        )
    return chosen


def _name(communes: pd.DataFrame) -> str:
    first = str(communes["label"].iloc[0])
    return first if len(communes) == 1 else f"Groupement de {first} ({len(communes)} communes)"


def _gp_places(layers: Layers) -> gpd.GeoDataFrame:
    supply = layers.geo("supply")
    return supply[(supply["profession"] == GP) & supply["practices"].fillna(0).gt(0)]


def _metres(places: gpd.GeoSeries, system: str) -> Floats:
    there = places.to_crs(system)
    return np.column_stack([there.x.to_numpy(float), there.y.to_numpy(float)])


def _nearest_km(homes: gpd.GeoDataFrame, practices: gpd.GeoDataFrame) -> Floats:
    """Kilometres from each place where people live to the nearest place of practice (n,)."""
    placed = practices[practices.geometry.notna()]
    if homes.empty or placed.empty:
        return np.full(len(homes), np.nan)
    system = str(crs_of_communes(homes["commune"]).iloc[0])
    distance, _ = cKDTree(_metres(placed.geometry, system)).query(_metres(homes.geometry, system))
    return np.asarray(distance, dtype=np.float64) / 1000


def _by_commune(homes: pd.DataFrame, values: Floats, codes: tuple[str, ...]) -> Floats:
    """Mean over the people of each commune; NaN where nobody is known to live."""
    people = homes["population"].to_numpy(float)
    kept = np.isfinite(values) & (people > 0)
    weighted = pd.DataFrame(
        {
            "commune": homes["commune"].to_numpy()[kept],
            "people": people[kept],
            "sum": (values * people)[kept],
        }
    )
    sums = weighted.groupby("commune")[["people", "sum"]].sum().reindex(codes)
    return (sums["sum"] / sums["people"]).to_numpy(float)


def _posts(analysis: Analysis, layers: Layers, codes: tuple[str, ...]) -> pd.DataFrame:
    active = active_posts(user_posts(layers["mediation"]), analysis.parameters.as_of)
    own = active[active["commune"].isin(codes)]
    fte = post_fte(own, analysis.parameters.full_week_hours)
    columns = ["structure", "kind", "host_place", "commune", "people_per_year", "source_label"]
    return pd.DataFrame(own[columns]).assign(fte=fte).reset_index(drop=True)


def _quarters(layers: Layers, codes: tuple[str, ...]) -> tuple[str, ...]:
    table = layers["qpv"]
    own = table["communes"].map(lambda text: bool(set(text.split(";")) & set(codes)))
    return tuple(sorted(table.loc[own & (table["perimeter"] == "2024"), "code_qp"]))


def _figures(
    analysis: Analysis,
    layers: Layers,
    communes: pd.DataFrame,
    homes: pd.DataFrame,
    nearest: Floats,
    practices: gpd.GeoDataFrame,
    posts: pd.DataFrame,
) -> pd.DataFrame:
    population = communes["population"]
    people = homes["population"].to_numpy(float)
    supply = _stated(practices, "vintage"), _stated(practices, "source_id")
    places = layers["communes"].set_index("code").loc[communes["code"]]
    counted_in = _stated(places, "vintage"), _stated(places, "source_id")
    lived = _stated(homes, "vintage"), _stated(homes, "source_id")
    rows = [
        ("population", "Habitants", population.sum(min_count=len(population)), "habitants",
         "observed", *counted_in, "population municipale"),
        ("gp_places", "Lieux d'exercice de généralistes dans le groupement",
         communes["gp_places"].sum(), "lieux", "observed", *supply,
         "dans les fichiers lus" if communes["gp_places"].sum() else "aucun dans les fichiers lus"),
        ("nearest_gp_km", "Distance moyenne au généraliste le plus proche",
         _mean(nearest, people), "km", "modelled", *supply, CROW_FLY),
        *(
            (f"gp_places_{km:.0f}km", f"Lieux d'exercice de généralistes à moins de {km:.0f} km",
             _within(homes, practices, km), "lieux", "modelled", *supply,
             f"{CROW_FLY}, au plus près d'un habitant")
            for km in RINGS_KM
        ),
        ("access", "Accès au généraliste, indicateur de type APL (calcul du projet)",
         _mean(homes["access"].to_numpy(float), people), _unit(homes), "modelled",
         f"offre {supply[0]} ; population {lived[0]}", f"{supply[1]}, {lived[1]}",
         "moyenne des habitants"),
        ("apl_gp", "APL officielle, moyenne des communes",
         _mean(communes["apl_gp"].to_numpy(float), _standardised(homes, communes["code"])),
         "consultations par habitant standardisé et par an", "modelled",
         ", ".join(sorted(set(communes["apl_vintage"]) - {""})), "apl_mg",
         "calculée : APL publiées des communes, pondérées par la population standardisée"),
        ("mediation_fte", "Temps de médiation déclaré",
         posts["fte"].sum(min_count=1), "ETP", "observed", "", "vos fichiers de médiation",
         "postes en cours dont la commune est dans le groupement"),
    ]  # fmt: skip
    columns = ["id", "label", "value", "unit", "status", "vintage", "source", "about"]
    table = pd.DataFrame(rows, columns=columns).astype({"value": "float64"})
    table.loc[table["value"].isna(), "status"] = "missing"
    return table


def _mean(values: Floats, people: Floats) -> float:
    kept = np.isfinite(values) & (people > 0)
    return float(np.average(values[kept], weights=people[kept])) if kept.any() else np.nan


def _within(homes: gpd.GeoDataFrame, practices: gpd.GeoDataFrame, km: float) -> float:
    """Places of practice at most so far from somebody of the group."""
    placed = practices[practices.geometry.notna()]
    if homes.empty or placed.empty:
        return np.nan
    system = str(crs_of_communes(homes["commune"]).iloc[0])
    distance, _ = cKDTree(_metres(homes.geometry, system)).query(_metres(placed.geometry, system))
    return float(placed["practices"].to_numpy(float)[distance <= km * 1000].sum())


def _standardised(homes: pd.DataFrame, codes: pd.Series) -> Floats:
    """Standardised people of each commune: the weights of a mean APL (METHODS section 1.3)."""
    people = homes["standardised_population"].fillna(homes["population"])
    return people.groupby(homes["commune"]).sum().reindex(codes).fillna(0.0).to_numpy(float)


def _unit(homes: pd.DataFrame) -> str:
    return str(homes["access_unit"].iloc[0]) if len(homes) else ""


def _stated(table: pd.DataFrame, column: str) -> str:
    return year_told(", ".join(sorted(set(table[column].astype(str)) - {""})))


def _remarks(communes: pd.DataFrame, figures: pd.DataFrame, posts: pd.DataFrame) -> tuple[str, ...]:
    value = figures.set_index("id")["value"]
    told = []
    if value["gp_places"] == 0:
        far = value["nearest_gp_km"]
        nearest = f" ; le plus proche est à {number(far, 1)} km en moyenne ({CROW_FLY})"
        told.append(
            "Aucun généraliste n'exerce dans le groupement d'après les fichiers lus"
            f"{nearest if np.isfinite(far) else ''}."
        )
    lacking = communes[communes["population"].isna()]
    if len(lacking):
        told.append(f"Population inconnue : {', '.join(lacking['label'])}.")
    if posts.empty:
        told.append("Aucun poste de médiation déclaré ici : ce qui n'est pas déclaré est inconnu.")
    return tuple(told)
