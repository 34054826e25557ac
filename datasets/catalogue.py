"""The sources, as data: what each one is, whose it is, and how its file is found.

The list itself is ``datasets/packaged/sources.toml``; adding a source is adding an entry there.
Nothing here opens a connection.
"""

from __future__ import annotations

import tomllib
from dataclasses import asdict, dataclass, fields
from functools import cache
from importlib.resources import files
from typing import Any

from geo.errors import QpvError

NOT_READ = "pas encore lu"
RESOLVER_KINDS = (
    "datagouv",
    "insee",
    "geo_api",
    "ign_wfs",
    "drees",
    "url",
    "manual",
    "service",
)
CONTENTS = ("zip", "xlsx", "text", "json", "gzip", "other")
CONFIDENCES = ("seen", "unverified")
_PER_DEPARTEMENT = "{departement}"


class UnknownSource(QpvError, LookupError):
    """A source id that the catalogue does not hold."""


class BadCatalogue(QpvError, ValueError):
    """The packaged list of sources breaks its own rules."""


@dataclass(frozen=True)
class Resolver:
    """How the file of a source is found.

    ``kind`` is one of ``RESOLVER_KINDS``; ``manual`` means a person brings the file, ``service``
    that there is no file at all. Patterns are regular expressions, searched whatever the case.
    """

    kind: str
    slug: str = ""
    resource_id: str = ""
    title_pattern: str = ""
    format: str = ""
    page_id: str = ""
    remote_file: str = ""
    link_pattern: str = ""
    dataset: str = ""
    attachment_pattern: str = ""
    type_name: str = ""
    commune_column: str = ""
    sort_by: str = ""
    endpoint: str = ""
    path: str = ""
    per_departement: bool = False


@dataclass(frozen=True)
class Source:
    """One official source.

    ``title``, ``how``, ``vintage`` are French texts for people. ``folder`` is the name of its
    folder in the raw folder and ``file`` the name its file takes there (never the server's);
    ``{departement}`` in it stands for a code. ``content`` is the kind of file expected.
    ``needed`` tells whether ``qpv fetch`` brings it for a territory without being asked.
    ``reader`` is the import path of its reader, or ``NOT_READ``.
    """

    id: str
    title: str
    publisher: str
    licence: str
    landing_page: str
    folder: str
    file: str
    content: str
    how: str
    vintage: str
    reader: str
    scope: str
    confidence: str
    needed: bool
    resolver: Resolver

    @property
    def is_read(self) -> bool:
        return self.reader != NOT_READ

    @property
    def downloadable(self) -> bool:
        """Whether a program can fetch it (neither brought by hand nor a service)."""
        return self.resolver.kind not in ("manual", "service")

    def file_for(self, departement: str) -> str:
        """The file name for one département (the same name for a national source)."""
        return self.file.replace(_PER_DEPARTEMENT, departement)


@cache
def catalogue() -> tuple[Source, ...]:
    """Every known source, in the order of the packaged list."""
    text = files("datasets").joinpath("packaged/sources.toml").read_text(encoding="utf-8")
    return tuple(_source(entry) for entry in tomllib.loads(text)["source"])


def source(source_id: str) -> Source:
    """The source named ``source_id``; ``UnknownSource`` lists the known ones."""
    for candidate in catalogue():
        if candidate.id == source_id:
            return candidate
    known = ", ".join(sorted(candidate.id for candidate in catalogue()))
    raise UnknownSource(
        f"Source « {source_id} » inconnue. Sources connues : {known}. "
        "À faire : lancez « qpv sources » pour lire ce que chacune contient."
    )


def by_folder(folder: str) -> tuple[Source, ...]:
    """The sources whose files live in ``folder`` of the raw folder (several may share one)."""
    found = tuple(candidate for candidate in catalogue() if candidate.folder == folder)
    if not found:
        known = ", ".join(sorted({candidate.folder for candidate in catalogue()}))
        raise UnknownSource(
            f"Aucune source n'a pour dossier « {folder} ». Dossiers connus : {known}."
        )
    return found


def needed_sources() -> tuple[Source, ...]:
    """The sources an analysis rests on: those that ``qpv fetch`` brings without being asked."""
    return tuple(candidate for candidate in catalogue() if candidate.needed)


def as_records() -> list[dict[str, Any]]:
    """The catalogue as plain records, in order: for a table on screen or JSON."""
    return [asdict(entry) for entry in catalogue()]


def _source(entry: dict[str, Any]) -> Source:
    label = str(entry.get("id", "(sans id)"))
    expected = {field.name for field in fields(Source)}
    if wrong := expected.symmetric_difference(entry):
        raise BadCatalogue(f"sources.toml, {label} : champs manquants ou en trop {sorted(wrong)}")
    spec = dict(entry["resolver"])
    if unknown := set(spec) - {field.name for field in fields(Resolver)}:
        raise BadCatalogue(f"sources.toml, {label} : resolver {sorted(unknown)} inconnus")
    made = Source(**{**entry, "resolver": Resolver(**spec)})
    checks = (
        ("resolver.kind", made.resolver.kind, RESOLVER_KINDS),
        ("content", made.content, CONTENTS),
        ("confidence", made.confidence, CONFIDENCES),
    )
    for name, value, allowed in checks:
        if value not in allowed:
            raise BadCatalogue(f"sources.toml, {label} : {name} = « {value} », attendu {allowed}")
    return made
