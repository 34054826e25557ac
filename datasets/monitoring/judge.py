"""The cells of one line judged together, and with the lines before it."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import date

from datasets.brought.examine import Line, Tell
from datasets.mediation.columns import DOUBTFUL_PEOPLE_PER_FTE
from datasets.mediation.known import CodeList
from datasets.mediation.personal import doubtful_name
from datasets.monitoring.columns import COUNT_COLUMNS
from geo.territory import departement_of_qpv
from geo.words import number

# (smaller, larger, why) : what cannot be, then what is only strange.
_IMPOSSIBLE = (
    ("logements_avec_rencontre", "logements_visites",
     "on ne rencontre pas dans plus de logements qu’on n’en visite"),
)  # fmt: skip
_STRANGE = (
    ("personnes_accompagnees", "personnes_rencontrees",
     "plus de personnes accompagnées que rencontrées"),
    ("medecins_traitants_trouves", "personnes_accompagnees",
     "plus de médecins traitants trouvés que de personnes accompagnées"),
)  # fmt: skip


@dataclass
class Judge:
    """Judges lines in their order; remembers the posts and months already met."""

    today: date
    known_qpv: CodeList | None
    seen: dict[tuple[str, str], int] = field(default_factory=dict)
    structures: dict[str, tuple[str, int]] = field(default_factory=dict)

    def __call__(self, line: Line, tell: Tell) -> None:
        self._identity(line, tell)
        self._quarters(line, tell)
        _numbers(line, tell)
        _workshops(line, tell)
        for column in ("poste", "structure"):
            if doubtful_name(str(line.values[column]), column):
                told = (
                    "Douteux : la cellule ressemble à « Prénom Nom ». Si c’est une personne, "
                    "remplacez-la par un code de poste ou le nom de la structure."
                )
                tell("suspect", column, told)

    def _identity(self, line: Line, tell: Tell) -> None:
        post, month = str(line.values["poste"]), str(line.values["mois"])
        if month > f"{self.today:%Y-%m}":
            tell("rejected", "mois", f"Ce mois est à venir ({self.today:%d/%m/%Y} aujourd’hui).")
        first = self.seen.setdefault((post, month), line.line)
        if first != line.line:
            told = f"Le poste {post} a déjà une ligne pour ce mois, à la ligne {first}."
            tell("rejected", "mois", told, "une seule ligne par poste et par mois")
        structure = str(line.values["structure"])
        other, where = self.structures.setdefault(post, (structure, line.line))
        if other != structure:
            told = f"Le poste {post} est celui de « {other} » à la ligne {where}."
            tell("rejected", "structure", told, "la même structure tous les mois d’un poste")

    def _quarters(self, line: Line, tell: Tell) -> None:
        codes = line.values.get("qpv_desservis", ())
        if self.known_qpv is not None:
            for code in codes:
                if self.known_qpv.denies(code, departement_of_qpv(code)):
                    told = f"{code} n’est le code d’aucun QPV de 2024."
                    tell("rejected", "qpv_desservis", told, "un code de la liste officielle")
        if not codes and not line.values.get("commune"):
            told = "Ni QPV ni commune : le poste ne comptera dans aucun territoire."
            tell("suspect", "qpv_desservis", told, "des codes de QPV, ou un code de commune")


def _numbers(line: Line, tell: Tell) -> None:
    told = {name: float(line.values.get(name, math.nan)) for name in COUNT_COLUMNS}
    others = ("ateliers", "participations_ateliers")
    if all(map(math.isnan, told.values())) and not any(line.values.get(name) for name in others):
        first = next(iter(COUNT_COLUMNS))
        tell("rejected", first, "La ligne ne compte rien : zéro s’écrit 0.", "au moins un total")
    for kind, pairs in (("rejected", _IMPOSSIBLE), ("suspect", _STRANGE)):
        for less, more, why in pairs:
            if told[less] > told[more]:
                doubt = "" if kind == "rejected" else "Douteux : "
                words = f"{doubt}{number(told[less])} pour {number(told[more])} ({more}) : {why}."
                tell(kind, less, words)
    met, visited = told["logements_avec_rencontre"], told["logements_visites"]
    if math.isnan(met) != math.isnan(visited):
        column = "logements_visites" if math.isnan(visited) else "logements_avec_rencontre"
        tell("suspect", column, "L’un sans l’autre ne donne pas de part de rencontres.")
    fte, people = float(line.values.get("etp", math.nan)), told["personnes_accompagnees"]
    most = DOUBTFUL_PEOPLE_PER_FTE / 12
    if people > fte * most:
        words = (
            f"Douteux : {number(people)} personnes accompagnées en un mois pour {number(fte, 2)} "
            "ETP. Sont-ce des sollicitations ?"
        )
        tell("suspect", "personnes_accompagnees", words)


def _workshops(line: Line, tell: Tell) -> None:
    held = line.values.get("ateliers", {})
    for kind, people in line.values.get("participations_ateliers", {}).items():
        if kind not in held:
            told = f"Des participations à « {kind} » sans atelier de ce type."
            tell(
                "rejected", "participations_ateliers", told, "les types de la colonne « ateliers »"
            )
        elif people > 0 and held[kind] == 0:
            told = f"Des participations à « {kind} » pour 0 atelier."
            tell("rejected", "participations_ateliers", told)
