"""``qpv rank``: the list of a call for N posts, with its points, its robustness, its overrides."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from commands.common import AsJson, Assume, DataDir, TerritoryName, data_folder, settings, tell
from commands.tables import PlainTable, say
from geo.components import CRITERIA, FILTERS, VARIED
from geo.errors import BadInput
from geo.territory import parse_territory
from geo.words import counted, number

if TYPE_CHECKING:
    from geo import Parameters
    from geo.priority.criteria import Criterion
    from geo.robustness.study import Study

SCALES = {"rang": "percentile", "percentile": "percentile", "z": "zscore", "zscore": "zscore",
           "min-max": "minmax", "minmax": "minmax"}  # fmt: skip
MEANS = {"somme": "sum", "sum": "sum", "geometrique": "geometric", "geometric": "geometric"}


Weights = Annotated[
    str,
    typer.Option(
        "--weights",
        help=f"Poids relatifs : need=2,access_deficit=1. Critères : {', '.join(CRITERIA)}.",
    ),
]
Scale = Annotated[str, typer.Option("--standardise", help="Échelle : rang, z ou min-max.")]
Mean = Annotated[str, typer.Option("--aggregate", help="Agrégation : somme ou geometrique.")]
Draws = Annotated[int, typer.Option("--draws", min=500, max=1_000_000, help="Tirages.")]
Seed = Annotated[int, typer.Option("--seed", min=0, help="Graine des tirages.")]
Decisions = Annotated[
    Path | None, typer.Option("--overrides", help="Dérogations (CSV), chacune motivée.")
]
Filters = Annotated[
    list[str] | None,
    typer.Option("--filter", help=f"Filtre (répétable) : {', '.join(FILTERS)}."),
]
PointsSteps = Annotated[
    str,
    typer.Option(
        "--points",
        help="Barème de l'appel, score:points : 0:0,50:10,90:20 (défaut : un point de plus tous "
        "les 5 points de score, dès 2,5).",
    ),
]


def register(app: typer.Typer) -> None:
    app.command()(rank)


def register_templates(app: typer.Typer) -> None:
    app.command("overrides")(template_overrides)


def template_overrides(
    out: Annotated[Path, typer.Option("--out", help="Fichier .csv à écrire.")] = Path(
        "modele-derogations.csv"
    ),
) -> None:
    """Le modèle des dérogations : ajouter ou retirer un QPV, avec un motif écrit."""
    from datasets.override_files import GUIDE_FR, write_override_template

    write_override_template(out)
    tell(f"Modèle écrit : {out}. {GUIDE_FR}")


def rank(
    territory: TerritoryName,
    posts: Annotated[
        int, typer.Option("--posts", min=1, help="Nombre de postes, donc de QPV retenus.")
    ],
    weights: Weights = "",
    standardise: Scale = "rang",
    aggregate: Mean = "somme",
    filters: Filters = None,
    points: PointsSteps = "",
    draws: Draws = 10_000,
    seed: Seed = 7,
    vary: Annotated[
        str, typer.Option("--vary", help="Ce que les tirages changent en plus des poids.")
    ] = ",".join(VARIED),
    overrides: Decisions = None,
    top: Annotated[
        int | None, typer.Option("--top", min=1, help="Lignes montrées (défaut : autour de N).")
    ] = None,
    assume: Assume = None,
    as_json: AsJson = False,
    data: DataDir = None,
) -> None:
    """Classer les QPV pour N postes : score, points, rang, robustesse, ce qui ferait changer."""
    from datasets.override_files import read_overrides
    from datasets.store import load
    from geo import analyse
    from geo.pack.request import points_table
    from geo.priority import Rules
    from geo.priority.eligibility import DEFAULT_FILTERS, PRESETS
    from geo.robustness.study import study, to_record

    parameters = settings(assume)
    rules = Rules(
        criteria(weights, parameters),
        standardisation=one_of(standardise, SCALES, "--standardise"),
        aggregation=one_of(aggregate, MEANS, "--aggregate"),
        filters=(*DEFAULT_FILTERS, *(one_of(name, PRESETS, "--filter") for name in filters or ())),
        points=points_table(steps_of(points)),
    )
    layers = load(parse_territory(territory).slug, data_folder(data))
    quarters = layers["qpv"]
    known = set(quarters.loc[quarters["scope"] == "territory", "code_qp"])
    decided = read_overrides(overrides, known) if overrides else []
    told = study(
        layers,
        analyse(layers, parameters),
        rules,
        posts,
        draws=draws,
        seed=seed,
        varied=[name.strip() for name in vary.split(",") if name.strip()],
        overrides=decided,
    )
    if as_json:
        typer.echo(json.dumps(to_record(told), ensure_ascii=False, indent=1, allow_nan=False))
        return
    _show(told, top or posts + 5)


def criteria(text: str, parameters: Parameters) -> tuple[Criterion, ...]:
    """The criteria that ``need=2,access_deficit=1`` names; those of the analysis when empty."""
    from geo.priority import default_criteria, weighted

    weights = weights_of(text)
    return weighted(dict(weights)) if weights else default_criteria(parameters)


def weights_of(text: str) -> tuple[tuple[str, float], ...]:
    """``need=2,access_deficit=1`` as (name, weight) pairs; () when empty.

    Raises
    ------
    BadInput
        Listing every part that is no such pair, and every name given twice.
    """
    if not text.strip():
        return ()
    weights: dict[str, float] = {}
    wrong = []
    for part in text.split(","):
        name, _, figure = (piece.strip() for piece in part.partition("="))
        try:
            value = float(figure.replace(";", "."))
        except ValueError:
            wrong.append(f"« {part.strip()} »")
            continue
        if name in weights:
            wrong.append(f"« {name} » cité deux fois")
        weights[name] = value
    if wrong:
        raise BadInput(
            f"--weights : {', '.join(wrong)}. Attendu : critère=poids, séparés par des virgules, "
            "le point pour les décimales, par exemple need=2,access_deficit=1.5."
        )
    return tuple(weights.items())


def steps_of(text: str) -> tuple[tuple[float, int], ...]:
    """``0:0,50:10,90:20`` as (lowest score, points) pairs; () when empty."""
    if not text.strip():
        return ()
    try:
        pairs = [part.split(":") for part in text.split(",")]
        return tuple((float(low), int(points)) for low, points in pairs)
    except ValueError:
        raise BadInput(
            f"--points « {text} » : attendu score:points séparés par des virgules, scores "
            "croissants à partir de 0, par exemple 0:0,50:10,90:20."
        ) from None


def one_of(given: str, known: Any, option: str) -> Any:
    if given.strip().lower() not in known:
        raise BadInput(f"{option} : « {given} » reçu, {', '.join(known)} attendu.")
    return known[given.strip().lower()]


def _show(told: Study, top: int) -> None:
    from geo.figures import territory_title
    from geo.robustness.study import rows
    from geo.robustness.words import share_words

    fiction = " — données fictives" if told.analysis.fictional else ""
    posts, draws = told.ranking.posts, told.robustness.variants.draws
    # Seven columns are what a terminal of 80 signs holds, one or two lines for each quarter.
    headings = ("Rang", "Liste", "Code", "Quartier", "Score", "Points", "Retenu dans")
    table = PlainTable(
        f"{territory_title(told.analysis)}, {counted(posts, 'poste')}{fiction}", headings
    )
    shown = rows(told)
    listed = [row for row in shown[:top] if row["rank"]] + [
        row for row in shown[top:] if row["decision"]
    ]
    for row in listed:
        table.add_row(
            "" if row["rank"] is None else number(row["rank"]),
            row["decision"].split(" ")[0] or ("retenu" if row["selected"] else ""),
            row["code_qp"],
            f"{row['label']} ({row['commune_label']})",
            number(row["score"], 1, unknown=""),
            number(row["points"], unknown=""),
            "" if row["kept"] is None else share_words(row["kept"], draws),
        )
    say(table)
    _explain(told, listed)


def _explain(told: Study, listed: list[dict[str, Any]]) -> None:
    from geo.priority.overrides import BY_CALCULATION
    from geo.report.call import weights_sentence
    from geo.robustness.study import rows
    from geo.robustness.words import before_words

    rules, variants = told.ranking.rules, told.robustness.variants
    parts = "Parts du score par critère, rangs dans 90 % des variantes : avec --json"
    if rules.aggregation == "geometric":
        parts += " (parts en logarithmes, leur somme est le logarithme du score)"
    say(f"{parts}.")
    say("Candidats : " + " et ".join(rule.sentence() for rule in rules.filters) + ".")
    say(weights_sentence(told.ranking))
    say("Égalités : population la plus grande, puis code.")
    say(f"Points sur {rules.points.best} : {rules.points.source}.")
    say(f"Robustesse : {number(variants.draws)} variantes tirées au sort, graine "
        f"{variants.seed} ; l'intervalle est dû à ce hasard seulement.")  # fmt: skip
    for line in told.varied:
        say(f"  - {line}")
    say("")
    for row in listed:
        if row["sentence"]:
            say(f"{row['code_qp']} : {row['sentence']}.")
        if row["motive"]:
            say(f"  {row['decision']} ({row['decided_on']}, {row['decided_by']}) : {row['motive']}")
        if row["decision"] and row["changes"]:
            say(f"  {BY_CALCULATION}")
        for change in row["changes"]:
            say(f"  {change['sentence']}")
    say("")
    for pair in told.cut.itertuples():
        say(before_words(str(pair.first), str(pair.second), float(str(pair.share)), variants.draws))
    outside = sum(not row["candidate"] for row in rows(told))
    if outside:
        tell(f"{number(outside)} QPV hors classement ; la raison de chacun est dans --json.")
