"""The cells of one line judged together: place, times, hours and FTE, shares and codes.

Each check reads the parsed cells in ``read``, may complete them there, and tells what is wrong
with ``tell(kind, column, message, expected, value)``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Any

from datasets.mediation import values
from datasets.mediation.columns import (
    DOUBTFUL_FTE,
    DOUBTFUL_PEOPLE_PER_FTE,
    FULL_WEEK_HOURS,
    MAX_FTE,
)
from datasets.mediation.known import Known
from datasets.mediation.places import position
from datasets.mediation.values import BadCell
from geo.schema import QPV_2015_CODE, QPV_2024_CODE
from geo.territory import departement_of_commune, departement_of_qpv, parent_commune
from geo.words import counted, number

# A full-time contract may be of 35 to 39 hours: hours and FTE differ by that much in good faith.
_HOURS_LEEWAY = 0.15
_HOURS_LEEWAY_MIN = 1.75
_SMALL_COUNT = 11  # METHODS sections 3 and 6

Tell = Callable[..., None]


def check_position(cells: Mapping[str, str], read: dict[str, Any], tell: Tell, _: Known) -> None:
    written = {axis for axis in ("longitude", "latitude") if cells.get(axis)}
    found = {axis: read[axis][0] for axis in written if axis in read}
    if len(written) == 1:
        other = ({"longitude", "latitude"} - written).pop()
        tell("rejected", other, f"La colonne « {other} » manque : l’une ne va pas sans l’autre.")
    elif not written and not cells.get("commune"):
        if {"commune", "longitude", "latitude"} & set(cells):
            tell(
                "rejected",
                "commune",
                "La position manque : écrivez le code commune, ou la longitude et la latitude.",
            )
    elif len(found) == 2:
        lon, lat = found["longitude"], found["latitude"]
        try:
            if math.isnan(lon) or math.isnan(lat):
                raise BadCell("Une coordonnée n’est pas un nombre : laissez les deux vides.")
            read["position"] = position(lon, lat, read.get("commune", ""))
        except BadCell as bad:
            tell(
                "rejected",
                "longitude",
                str(bad),
                bad.expected,
                f"{cells['longitude']} ; {cells['latitude']}",
            )


def check_commune(cells: Mapping[str, str], read: dict[str, Any], tell: Tell, known: Known) -> None:
    code = str(read.get("commune", ""))
    if not code:
        return
    _check_near(code, read, tell, known)
    if known.communes is None:
        return
    departement = departement_of_commune(code)
    if not all(known.communes.denies(name, departement) for name in (code, parent_commune(code))):
        return
    tell(
        "rejected",
        "commune",
        f"{code} n’est le code d’aucune commune d’aujourd’hui : chiffre faux, ou commune "
        "fusionnée depuis.",
        "un code de la liste officielle des communes en vigueur",
    )


def _check_near(code: str, read: dict[str, Any], tell: Tell, known: Known) -> None:
    """A doubt, never a refusal: a post may serve from afar."""
    around = known.qpv.around if known.qpv else {}
    served = [name.upper() for name, _ in read.get("qpv_desservis", ())]
    near = [around[name] for name in served if name in around]
    if not near or len(near) < len(served) or {code, parent_commune(code)} & set().union(*near):
        return
    tell(
        "suspect",
        "commune",
        f"Douteux : {code} n’est ni la commune du quartier desservi ({', '.join(served)}), ni une "
        f"commune de la même intercommunalité. {code} est-il un code postal ?",
        "le code Insee de la commune du lieu (ce n’est pas le code postal)",
    )


def check_times(cells: Mapping[str, str], read: dict[str, Any], tell: Tell, _: Known) -> None:
    starts, ends = read.get("heure_debut"), read.get("heure_fin")
    if starts and ends and values.minutes(ends) <= values.minutes(starts):
        tell(
            "rejected",
            "heure_fin",
            f"L’heure de fin ({ends}) n’est pas après l’heure de début ({starts}).",
        )
    first, last = read.get("debut_convention"), read.get("fin_convention")
    if first and last and last < first:
        tell(
            "rejected",
            "fin_convention",
            f"La convention finit ({cells['fin_convention']}) avant "
            f"de commencer ({cells['debut_convention']}).",
        )


def check_numbers(cells: Mapping[str, str], read: dict[str, Any], tell: Tell, _: Known) -> None:
    fte, hours = observed(read, "etp"), observed(read, "heures_par_semaine")
    if fte <= 0 or fte > MAX_FTE:
        hint = (
            " Est-ce un nombre d’heures par semaine ?"
            if fte > MAX_FTE
            else (" Inconnu : laissez vide.")
        )
        tell("rejected", "etp", f"Un ETP de {cells['etp']} n’est pas possible sur une ligne.{hint}")
    if hours <= 0 or hours > MAX_FTE * FULL_WEEK_HOURS:
        tell(
            "rejected",
            "heures_par_semaine",
            f"{cells['heures_par_semaine']} heures par semaine n’est pas possible sur une ligne.",
        )
    elif hours > 0 and 0 < fte <= MAX_FTE and not _agree(fte * FULL_WEEK_HOURS, hours):
        computed = f"{hours / FULL_WEEK_HOURS:.2f}".replace(".", ",")
        tell(
            "rejected",
            "etp",
            f"ETP et heures se contredisent : {cells['heures_par_semaine']} "
            f"heures par semaine font {computed} ETP, pas {cells['etp']}. Corrigez l’un, "
            "ou videz-le.",
            "heures par semaine / 35",
        )
    timetable = timetable_hours(read)
    if hours > 0 and timetable > hours and not _agree(timetable, hours):
        shown = f"{timetable:.4g}".replace(".", ",")
        tell(
            "suspect",
            "heures_par_semaine",
            f"Les jours et horaires font {shown} heures par "
            f"semaine, plus que les {cells['heures_par_semaine']} écrites, qui sont gardées.",
        )
    _check_team(cells, fte, hours, tell)
    people = observed(read, "personnes_par_an")
    if people < 0 or (people == people and people != int(people)):
        tell(
            "rejected",
            "personnes_par_an",
            f"« {cells['personnes_par_an']} » n’est pas un nombre de personnes.",
        )
    elif 0 < people < _SMALL_COUNT:
        tell(
            "suspect",
            "personnes_par_an",
            f"Petit effectif (moins de {_SMALL_COUNT}) : à ne pas publier tel quel.",
        )
    elif people > (most := DOUBTFUL_PEOPLE_PER_FTE * _posts(fte, hours, timetable)):
        tell(
            "suspect",
            "personnes_par_an",
            f"Douteux : {counted(people, 'personne')} par an, bien au-dessus de ce que ces postes "
            f"peuvent suivre ({number(most)} au plus, soit {number(DOUBTFUL_PEOPLE_PER_FTE)} par "
            "ETP, hypothèse modifiable). Est-ce un nombre de passages, ou d’habitants ?",
            "des personnes différentes suivies en un an",
        )


def _check_team(cells: Mapping[str, str], fte: float, hours: float, tell: Tell) -> None:
    for column, written in (("etp", fte), ("heures_par_semaine", hours / FULL_WEEK_HOURS)):
        if DOUBTFUL_FTE < written <= MAX_FTE:
            tell(
                "suspect",
                column,
                f"Douteux : {cells[column]} sur une seule ligne, soit plus de "
                f"{number(DOUBTFUL_FTE)} ETP (hypothèse modifiable). Une ligne est un poste ou une "
                "permanence : séparez les postes, ou vérifiez le nombre.",
            )
            return


def _posts(fte: float, hours: float, timetable: float) -> float:
    """FTE that a line stands for, the most that raises no doubt when it does not say."""
    for known in (fte, hours / FULL_WEEK_HOURS, timetable / FULL_WEEK_HOURS):
        if known > 0:
            return known
    return DOUBTFUL_FTE


def check_territory(cells: Mapping[str, str], read: dict[str, Any], tell: Tell, _: Known) -> None:
    kind = read.get("territoire", "")
    if kind in ("veille active", "rural") and read.get("qpv_desservis"):
        tell(
            "rejected",
            "territoire",
            f"« {kind} » n’est pas un QPV, et la ligne nomme {cells['qpv_desservis']} : séparez en "
            "deux lignes, ou corrigez l’un des deux.",
            "qpv, ou aucun code dans qpv_desservis",
        )


def check_shares(cells: Mapping[str, str], read: dict[str, Any], tell: Tell, known: Known) -> None:
    codes = [(code.upper(), share) for code, share in read.get("qpv_desservis", ())]
    for code, _ in codes:
        _check_code(code, known, tell)
    if len(codes) == 1 and math.isnan(codes[0][1]):
        codes = [(codes[0][0], 1.0)]
    if any(math.isnan(share) for _, share in codes):
        tell(
            "suspect",
            "qpv_desservis",
            f"{len(codes)} QPV sont écrits sans la part du poste donnée à chacun : l’ETP de chacun "
            "reste inconnu, et le calcul répartit le poste entre eux (modélisé).",
        )
    for column, parts in (("qpv_desservis", codes), ("financeurs", read.get("financeurs", []))):
        total = sum(share for _, share in parts)
        if parts and abs(total - 1) > 1e-9:
            shown = f"{total:.4g}".replace(".", ",")
            tell(
                "repaired", column, f"Parts arrondies (somme {shown}) : ramenées à une somme de 1."
            )
        read[column] = values.to_one(parts)


def check_complete(
    cells: Mapping[str, str], read: dict[str, Any], tell: Tell, known: Known
) -> None:
    """Codes of ``qpv:`` as those served; a département without any QPV is said."""
    for item in filter(None, str(read.get("complet_pour", "")).split(";")):
        kind, code = item.split(":", 1)
        if kind == "qpv":
            _check_code(code, known, tell, "complet_pour")
        elif kind == "dep" and _without_qpv(code, known):
            tell(
                "suspect",
                "complet_pour",
                f"Aucun QPV connu dans le département {code} : la déclaration ne change rien.",
            )


def _without_qpv(departement: str, known: Known) -> bool:
    listed = known.qpv
    if listed is None or not listed.codes or not listed.covers(departement):
        return False
    return departement not in map(departement_of_qpv, listed.codes)


def _check_code(code: str, known: Known, tell: Tell, column: str = "qpv_desservis") -> None:
    if re.fullmatch(QPV_2015_CODE, code):
        tell(
            "rejected",
            column,
            f"{code} est un code QPV de la génération 2015, remplacée "
            f"en 2024 : écrivez le code 2024 (QN…), donné par la table de passage officielle.",
            "des codes QPV 2024 (QN04201M)",
            code,
        )
    elif not re.fullmatch(QPV_2024_CODE, code):
        tell(
            "rejected",
            column,
            f"« {code} » n’a pas la forme d’un code QPV 2024.",
            "QN, 3 caractères de département, 2 chiffres, une lettre (QN04201M)",
            code,
        )
    elif known.qpv is not None and known.qpv.denies(code, departement_of_qpv(code)):
        near = [other for other in sorted(known.qpv.codes) if other[:-1] == code[:-1]]
        hint = f" Le code qui existe est {near[0]}." if near else ""
        tell(
            "rejected",
            column,
            f"{code} n’est pas un QPV connu.{hint}",
            "un code de la liste officielle des QPV 2024",
            code,
        )


def observed(read: Mapping[str, Any], column: str) -> float:
    return float(read[column][0]) if column in read else math.nan


def _agree(some_hours: float, hours: float) -> bool:
    return abs(some_hours - hours) <= max(_HOURS_LEEWAY * hours, _HOURS_LEEWAY_MIN)


def timetable_hours(read: Mapping[str, Any]) -> float:
    """Hours a week of the weekdays and times written, NaN when one of the three is unknown."""
    days, starts, ends = (read.get(name) for name in ("jours", "heure_debut", "heure_fin"))
    if not (days and starts and ends):
        return math.nan
    return len(days) * (values.minutes(ends) - values.minutes(starts)) / 60
