"""``qpv pack``: the whole file of a call for applications, and the proof that it can be redone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from commands.common import Assume, DataDir, FromDir, data_folder, settings, tell
from commands.rank import (
    MEANS,
    SCALES,
    Decisions,
    Draws,
    Filters,
    Mean,
    PointsSteps,
    Scale,
    Seed,
    Weights,
    one_of,
    steps_of,
    weights_of,
)
from commands.workspace import Address
from geo.components import CALLS
from geo.errors import BadInput
from geo.territory import parse_territory
from geo.words import counted, listed

if TYPE_CHECKING:
    from geo.priority.notes import Note


def register(app: typer.Typer) -> None:
    app.command()(pack)


def pack(
    territory: Annotated[
        str, typer.Argument(help="demo, dep:42, region:84 … (inutile avec --replay)")
    ] = "",
    posts: Annotated[
        int, typer.Option("--posts", help="Nombre de postes, donc de QPV retenus.")
    ] = 0,
    out: Annotated[Path | None, typer.Option("--out", help="Dossier à écrire.")] = None,
    preset: Annotated[
        str, typer.Option("--preset", help=f"Modèle d'appel : {', '.join(CALLS)}.")
    ] = "aac-aura-2016",
    weights: Weights = "",
    standardise: Scale = "rang",
    aggregate: Mean = "somme",
    filters: Filters = None,
    points: PointsSteps = "",
    draws: Draws = 10_000,
    seed: Seed = 7,
    step: Annotated[
        float, typer.Option("--step", help="Plus petite part de poste donnée à un quartier.")
    ] = 0.5,
    assume: Assume = None,
    overrides: Decisions = None,
    replay: Annotated[
        Path | None,
        typer.Option("--replay", help="dossier.json à refaire : dit si quelque chose diffère."),
    ] = None,
    notes: Annotated[
        bool,
        typer.Option(
            "--notes/--no-notes",
            help="Joindre ou non les notes de terrain de l'espace partagé, avec le classement sans "
            "et avec elles (la liste n'en tient pas compte).",
        ),
    ] = True,
    workspace: Address = None,
    from_dir: FromDir = None,
    data: DataDir = None,
) -> None:
    """Écrire le dossier d'un appel à candidatures : classeur, PDF, carte, CSV, dossier.json."""
    from datasets.override_files import read_overrides
    from datasets.pack_folder import read_record, write_pack
    from datasets.prepare import build
    from datasets.store import load, manifest
    from geo import analyse
    from geo.assumptions import assumptions_text
    from geo.pack.dossier import make_dossier
    from geo.pack.files import RECORD, differences, pack_files
    from geo.pack.request import Request, from_plain

    if replay and assume:
        raise BadInput(
            "--replay refait le dossier avec ses propres hypothèses : enlevez --assume, ou faites "
            "un nouveau dossier sans --replay."
        )
    told = read_record(replay) if replay else None
    folder = data_folder(data)
    asked = from_plain(told["request"]) if told else None
    place = parse_territory(asked.territory if asked else _needed(territory, posts, out))
    if from_dir is not None:
        build(place, folder, from_dir=from_dir, say=tell)
    layers = load(place.slug, folder)
    tell("Analyse du territoire")
    analysis = analyse(layers, settings([asked.assumptions] if asked else assume))
    request = asked or Request(
        territory=str(place),
        posts=posts,
        preset=preset,
        weights=weights_of(weights),
        standardisation=one_of(standardise, SCALES, "--standardise"),
        aggregation=one_of(aggregate, MEANS, "--aggregate"),
        draws=draws,
        seed=seed,
        step=step,
        points=steps_of(points),
        overrides=tuple(
            read_overrides(overrides, set(layers["qpv"]["code_qp"])) if overrides else ()
        ),
        filters=tuple(dict.fromkeys(filters or ())),
        assumptions=assumptions_text(analysis.parameters),
        notes=_joined(workspace, place.slug, set(analysis.comparators["code_qp"])) if notes else (),
    )
    dossier = make_dossier(layers, analysis, request, say=tell)
    tell("Écriture du classeur, du document et des tables")
    files = pack_files(dossier, str(manifest(place.slug, folder)["build"]))
    if out is not None:
        write_pack(out, files)
        tell(f"Dossier écrit : {out} ({', '.join(files)})")
    if told is None:
        return
    import json

    found = differences(told, json.loads(files[RECORD]))
    if not found:
        tell("Rejoué à l'identique : même contenu, mêmes empreintes.")
        return
    tell("Rejoué, avec des différences :")
    for line in found:
        tell(f"- {line}")
    raise typer.Exit(1)


def _joined(workspace: str | None, slug: str, known: set[str]) -> tuple[Note, ...]:
    from datasets.workspace import notes_to_join

    found = notes_to_join(workspace, slug, known)
    if found.notes:
        tell(f"{counted(len(found.notes), 'note')} de terrain au dossier (--no-notes : aucune)")
    if found.left_out:
        tell(f"{counted(found.left_out, 'note')} de terrain sur des quartiers absents de ces "
             "données : pas au dossier")  # fmt: skip
    return found.notes


def _needed(territory: str, posts: int, out: Path | None) -> str:
    asked = {
        "un territoire": bool(territory),
        "--posts N (au moins 1)": posts >= 1,
        "--out DOSSIER": out is not None,
    }
    missing = [words for words, given in asked.items() if not given]
    if missing:
        raise BadInput(f"qpv pack : il manque {listed(missing)}. Aide : qpv pack --help")
    return territory
