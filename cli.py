"""Terminal face: the console command ``qpv``.

Results go to standard output, words for the person to standard error. Any error raised on purpose
ends with one message in French and exit code 1.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from geo import Parameters, analyse
from geo.errors import QpvError
from geo.territory import parse_territory
from geo.words import number

app = typer.Typer(
    name="qpv",
    help="Accès aux soins et médiation en santé dans les quartiers prioritaires (QPV).",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
template_app = typer.Typer(help="Écrire un fichier modèle à remplir.", no_args_is_help=True)
check_app = typer.Typer(help="Vérifier un fichier avant de l'utiliser.", no_args_is_help=True)
app.add_typer(template_app, name="template")
app.add_typer(check_app, name="check")

TerritoryName = Annotated[
    str, typer.Argument(help="demo, france, dep:42, region:84, epci:244200770, commune:42218")
]
DataDir = Annotated[
    Path | None,
    typer.Option("--data", help="Dossier des territoires construits (défaut : dossier personnel)."),
]
FromDir = Annotated[
    Path | None,
    typer.Option("--from", help="Dossier de fichiers officiels à lire, sans réseau."),
]
AsJson = Annotated[bool, typer.Option("--json", help="JSON seul sur la sortie standard.")]


def tell(message: str) -> None:
    """A sentence for the person, never mixed with results."""
    typer.echo(message, err=True)


def _data(chosen: Path | None) -> Path:
    from datasets.store import default_data_dir

    return chosen or default_data_dir()


@app.command()
def sources(as_json: AsJson = False) -> None:
    """Le catalogue des sources : éditeur, licence, millésime, accès, lecteur."""
    from datasets.catalogue import as_records

    records = as_records()
    if as_json:
        typer.echo(json.dumps(records, ensure_ascii=False, indent=1))
        return
    for record in records:
        typer.echo(f"{record['id']} — {record['title']}")
        for heading, key in _SOURCE_LINES.items():
            typer.echo(f"    {heading} : {record[key]}")


_SOURCE_LINES = {
    "Éditeur": "publisher",
    "Licence": "licence",
    "Millésime": "vintage",
    "Fichier": "how",
    "Page": "landing_page",
    "Lecteur": "reader",
}


@app.command()
def fetch(
    territory: TerritoryName,
    data: DataDir = None,
    only: Annotated[
        list[str] | None, typer.Option("--only", help="Une source seulement (répétable).")
    ] = None,
    wait: Annotated[
        bool, typer.Option(help="Attendre la fin d'un autre téléchargement en cours.")
    ] = True,
) -> None:
    """Télécharger les fichiers officiels d'un territoire (reprise, vérification, verrou)."""
    from datasets.fetch import fetch_territory
    from datasets.fetch_progress import console_progress

    report = fetch_territory(
        parse_territory(territory),
        _data(data),
        progress=console_progress(),
        only=only,
        wait=wait,
        say=tell,
    )
    tell(report.in_words())
    if report.failed:
        raise typer.Exit(1)


@app.command()
def build(
    territory: TerritoryName,
    from_dir: FromDir = None,
    data: DataDir = None,
    mediation: Annotated[
        list[Path] | None,
        typer.Option("--mediation", help="Fichier de points de médiation à joindre (répétable)."),
    ] = None,
    keep_good: Annotated[
        bool,
        typer.Option("--keep-good", help="Garder les bonnes lignes d'un fichier de médiation."),
    ] = False,
) -> None:
    """Construire les tables d'un territoire à partir des fichiers officiels."""
    from datasets import prepare

    built = prepare.build(
        parse_territory(territory),
        _data(data),
        from_dir=from_dir,
        mediation_files=mediation or [],
        keep_good=keep_good,
        say=tell,
    )
    tell(describe_build(built.manifest))
    tell(f"Dossier : {built.path}")


def describe_build(manifest: dict) -> str:  # type: ignore[type-arg]
    """What was built, in a few French lines: rows by table, and the quality report."""
    words = {
        "repaired": "réparé",
        "rejected": "rejeté",
        "suppressed": "masqué à la source (secret)",
        "missing": "manquant",
        "extra": "mis de côté (colonne ou ligne en trop)",
        "suspect": "douteux",
        "unmatched": "sans correspondance",
    }
    fiction = " — données fictives" if manifest["fictional"] else ""
    lines = [
        f"Territoire {manifest['territory']}{fiction} : "
        f"{number(manifest['qpv_in_territory'])} QPV, construction {manifest['build']}."
    ]
    tables = manifest["tables"].items()
    lines.append(
        "Tables : " + ", ".join(f"{name} {number(entry['rows'])}" for name, entry in tables) + "."
    )
    for kind, by_source in manifest["quality"].items():
        detail = ", ".join(f"{source} {number(count)}" for source, count in by_source.items())
        lines.append(f"{words[kind].capitalize()} : {detail}.")
    return "\n".join(lines)


@app.command()
def show(
    territory: TerritoryName,
    top: Annotated[int | None, typer.Option("--top", min=1, help="Les N premiers.")] = None,
    as_json: AsJson = False,
    data: DataDir = None,
) -> None:
    """Les QPV d'un territoire : accès, besoin, médiation, croisement, score."""
    from geo.report import to_records

    analysis = _analysis(territory, _data(data))
    records = to_records(analysis, top)
    for note in analysis.notes:
        tell(note)
    if as_json:
        typer.echo(json.dumps(records, ensure_ascii=False, indent=1, allow_nan=False))
        return
    table = Table(title=f"QPV de {analysis.territory}" + _fiction(analysis.fictional))
    for heading in ("Rang", "Code", "Quartier", "Accès", "Besoin", "ETP", "Situation", "Phrase"):
        table.add_column(heading, overflow="fold")
    for record in records:
        table.add_row(
            "" if record["rank"] is None else str(record["rank"]),
            record["code_qp"],
            f"{record['label']} ({record['commune_label']})",
            _cell(record["access"], 2),
            _cell(record["need_score"], 0),
            _cell(record["mediation_fte"], 1),
            record["situation"],
            record["sentence"],
        )
    Console().print(table)


def _cell(value: float | None, decimals: int) -> str:
    return "" if value is None else number(value, decimals)


def _fiction(fictional: bool) -> str:
    return " — données fictives" if fictional else ""


def _analysis(territory: str, data_dir: Path):  # type: ignore[no-untyped-def]
    from datasets.store import load

    return analyse(load(parse_territory(territory).slug, data_dir), Parameters())


@app.command("map")
def draw(
    territory: TerritoryName,
    out: Annotated[Path, typer.Option("--out", help="Fichier HTML à écrire.")],
    data: DataDir = None,
) -> None:
    """Une carte en un seul fichier HTML, lisible sans internet."""
    from datasets.assets import data_uri_assets
    from datasets.files import write_atomically
    from datasets.store import load
    from geo.maps import self_contained_html, territory_map

    layers = load(parse_territory(territory).slug, _data(data))
    drawn = territory_map(analyse(layers, Parameters()), layers, data_uri_assets())
    write_atomically(out, self_contained_html(drawn).encode())
    tell(f"Carte écrite : {out}")


@template_app.command("mediation")
def template_mediation(
    out: Annotated[Path, typer.Option("--out", help="Fichier .csv ou .xlsx à écrire.")] = Path(
        "modele-mediation.xlsx"
    ),
) -> None:
    """Le modèle des points de médiation, à remplir puis à vérifier."""
    from datasets.mediation import write_template

    write_template(out)
    tell(f"Modèle écrit : {out}. Une fois rempli : qpv check mediation {out}")


@check_app.command("mediation")
def check_mediation_file(file: Path, as_json: AsJson = False, data: DataDir = None) -> None:
    """Vérifier un fichier de points de médiation, ligne par ligne."""
    from datasets.mediation import check_mediation
    from datasets.prepare import known_qpv_codes
    from datasets.reading import problems_frame

    known = known_qpv_codes(_data(data))
    if known is None:
        tell("Aucune liste de QPV à disposition : l'existence des codes n'est pas vérifiée.")
    problems = problems_frame(check_mediation(file, known))
    if as_json:
        typer.echo(json.dumps(problems.to_dict(orient="records"), ensure_ascii=False, indent=1))
    for row in problems.itertuples():
        tell(f"{row.file}, ligne {row.line}, colonne « {row.column} » : {row.message}")
    if (problems["kind"] == "rejected").any():
        raise typer.Exit(1)
    tell("Aucun problème bloquant.")


@app.command("app")
def serve(
    territory: Annotated[str, typer.Option("--territory", help="Territoire à préparer.")] = "demo",
    port: Annotated[int, typer.Option("--port", min=1, max=65535)] = 8501,
    data: DataDir = None,
) -> None:
    """Préparer un territoire puis ouvrir l'application dans le navigateur."""
    from datasets import prepare

    data_dir = _data(data)
    prepare.make_ready(parse_territory(territory), data_dir, say=tell)
    home = Path(__file__).resolve().parent
    command = [sys.executable, "-m", "streamlit", "run", str(home / "app.py")]
    command += ["--server.port", str(port), "--server.address", "localhost"]
    tell(f"Application : http://localhost:{port} (Ctrl+C pour arrêter)")
    # Streamlit reads .streamlit/config.toml from the working folder.
    os.chdir(home)
    os.environ["QPV_DATA"] = str(data_dir.absolute())
    os.execv(sys.executable, command)  # noqa: S606  (our own interpreter, fixed arguments)


def main() -> None:
    """Entry point: every error raised on purpose becomes one French message and exit code 1."""
    try:
        app()
    except QpvError as error:
        tell(f"Erreur : {error}")
        sys.exit(1)
    except BrokenPipeError:
        sys.exit(0)
    except KeyboardInterrupt:
        tell("Arrêté. Rien de ce qui était construit n'a changé.")
        sys.exit(130)


if __name__ == "__main__":
    main()
