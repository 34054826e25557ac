"""Adultes-relais: social-mediation posts paid by the State, counted by contrat de ville (ANCT).

These posts are social mediation at large: health mediators cannot be told apart, and the
count is never to be shown as health mediation.
"""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
from geopandas.array import from_shapely

from datasets.readers.geojson import features_frame, read_json
from datasets.readers.records import read_records
from datasets.reading import Problem, Reading, UnreadableFile
from geo.schema import CRS
from geo.words import counted, plural

LANDING_PAGE = "https://www.data.gouv.fr/datasets/subventions-politique-de-la-ville/"
_SOURCE = "adultes_relais"
_CONTRACT_2024 = r"CN(\d{3}|02[AB])\d{2}[A-Z]"


def read_adultes_relais(path: Path, contracts_path: Path | None = None) -> Reading:
    """Count the adulte-relais posts of one year by contrat de ville.

    Parameters
    ----------
    path:
        ``adulte-relais-{year}.json``: one row per grant; a post may come twice when two
        contracts share it. It is counted once, under the first one, and each is listed.
    contracts_path:
        GeoJSON of the contracts of the same generation (points). Without it, contracts have
        neither name nor point. Overseas points are moved near the hexagone for display in
        this file, so they are left out. Its population column is wrong and is never read.

    Returns the table ``schemes`` of ``geo.schema``: one row per contract, ``posts`` being
    distinct posts. A constant amount over the whole file is reported as suspect: such a file
    says nothing of real costs, and the 2025 edition is unreliable.

    Raises
    ------
    UnreadableFile
        Wrong kind of file, missing key, several years at once.
    """
    rows, problems = read_records(
        path,
        source_id=_SOURCE,
        required=("id_poste", "code_cv", "annee"),
        optional=("insee_dep", "montant"),
        landing_page=LANDING_PAGE,
    )
    file = path.name
    unusable = (rows["id_poste"] == "") | (rows["code_cv"] == "")
    problems += [
        Problem(
            "rejected",
            _SOURCE,
            file,
            "Poste sans identifiant ou sans contrat de ville : il n'est pas compté.",
            column="id_poste, code_cv",
            value=f"{post} / {contract}",
            expected="un identifiant de poste et un code de contrat (CN00104M)",
        )
        for post, contract in rows.loc[unusable, ["id_poste", "code_cv"]].itertuples(index=False)
    ]
    rows = rows[~unusable].reset_index(drop=True)
    year = _one_year(rows["annee"], file)
    problems += _constant_amount(rows, file)
    posts, shared = _distinct_posts(rows, file)
    problems += shared
    counts = posts.groupby("code_cv", sort=True).agg(
        posts=("id_poste", "size"), departement=("insee_dep", "first")
    )
    contracts, found = _contracts(contracts_path)
    problems += found
    codes = pd.Series(counts.index, dtype="str")
    known = contracts.reindex(codes)
    if contracts_path is not None:
        absent = ~codes.isin(contracts.index)
        problems += [
            Problem(
                "unmatched",
                _SOURCE,
                file,
                f"Le contrat {code} n'est pas dans {contracts_path.name} : ni nom ni position.",
                column="code_cv",
                value=code,
                expected="un contrat de la même génération (CN… pour 2024, CV… pour 2015)",
                count=int(counts["posts"][code]),
            )
            for code in codes[absent]
        ]
    written = codes.str.extract(rf"^{_CONTRACT_2024}$")[0].str.removeprefix("0")
    table = pd.DataFrame(
        {
            "scheme_id": f"adultes-relais-{year}-" + codes,
            "kind": "adultes_relais",
            "code": codes,
            "label": known["label"].fillna("").to_numpy(),
            "departement": written.fillna(counts["departement"].reset_index(drop=True)),
            "year": year,
            "posts": counts["posts"].to_numpy(dtype="float64"),
            "source_id": _SOURCE,
        }
    )
    table = table.astype({name: "str" for name in table.columns if name != "posts"})
    points = gpd.GeoSeries(
        from_shapely(known["geometry"].where(known["geometry"].notna(), None).to_numpy(object)),
        index=table.index,
        crs=CRS,
    )
    moved = table["departement"].str.startswith(("97", "98")) & points.notna()
    if moved.any():
        problems.append(
            Problem(
                "suspect",
                _SOURCE,
                contracts_path.name if contracts_path else file,
                f"{counted(int(moved.sum()), 'contrat')} d'outre-mer, "
                f"{plural(int(moved.sum()), 'dessiné')} près de l'hexagone par le fichier : "
                "position laissée absente.",
                column="geometry",
                expected="la position réelle",
                count=int(moved.sum()),
            )
        )
    return Reading(
        gpd.GeoDataFrame(table, geometry=points.where(~moved, None), crs=CRS), tuple(problems)
    )


def _one_year(years: pd.Series, file: str) -> str:
    found = sorted(years.unique())
    if len(found) == 1:
        return str(found[0])
    raise UnreadableFile(
        file,
        f"plusieurs années ({', '.join(found[:6])})" if found else "aucun poste",
        "les postes d'une seule année",
        f"prenez le fichier d'une seule année ({LANDING_PAGE})",
    )


def _constant_amount(rows: pd.DataFrame, file: str) -> list[Problem]:
    if "montant" not in rows or len(rows) < 2 or rows["montant"].nunique() > 1:
        return []
    return [
        Problem(
            "suspect",
            _SOURCE,
            file,
            f"Tous les montants valent {rows['montant'].iloc[0]} : c'est un barème, pas le coût "
            "de chaque poste.",
            column="montant",
            value=rows["montant"].iloc[0],
            expected="des montants qui varient d'un poste à l'autre",
            count=len(rows),
        )
    ]


def _distinct_posts(rows: pd.DataFrame, file: str) -> tuple[pd.DataFrame, list[Problem]]:
    if "insee_dep" not in rows:
        rows = rows.assign(insee_dep="")
    again = rows["id_poste"].duplicated()
    first = rows.drop_duplicates("id_poste").set_index("id_poste")["code_cv"]
    problems = []
    for post, contract in rows.loc[again, ["id_poste", "code_cv"]].itertuples(index=False):
        where = (
            "deux fois"
            if contract == first[post]
            else f"aussi sous {contract}, compté sous {first[post]}"
        )
        problems.append(
            Problem(
                "suspect",
                _SOURCE,
                file,
                f"Le poste {post} est écrit {where} : il compte une fois.",
                column="id_poste",
                value=post,
                expected="une ligne par poste",
            )
        )
    return rows[~again], problems


def _contracts(path: Path | None) -> tuple[pd.DataFrame, list[Problem]]:
    """Name and point of each contract, indexed by code."""
    if path is None:
        return pd.DataFrame(
            {"label": pd.Series(dtype="str"), "geometry": pd.Series(dtype=object)}
        ), []
    frame, problems = features_frame(read_json(path), path.name, _SOURCE, ("code_cv",))
    if "code_cv" not in frame:
        found = ", ".join(column for column in frame.columns if column != "geometry")
        raise UnreadableFile(
            path.name,
            f"champ obligatoire absent : « code_cv » ; champs trouvés : {found}",
            "le GeoJSON des contrats de ville (code_cv, lib_cv)",
            "vérifiez que c'est le fichier des contrats, pas celui des libellés de communes",
        )
    names = frame["lib_cv"] if "lib_cv" in frame else pd.Series("", index=frame.index)
    result = pd.DataFrame(
        {
            "label": names.fillna("").astype("str").to_numpy(),
            "geometry": frame.geometry.to_numpy(),
        },
        index=frame["code_cv"].fillna("").astype("str"),
    )
    return result[~result.index.duplicated()], problems
