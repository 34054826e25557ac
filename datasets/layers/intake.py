"""Reading the raw folder while keeping account of what was used and what went wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from datasets.catalogue import source
from datasets.raw import RawFile, RawFolder
from datasets.reading import Problem, Reading, UnreadableFile

Reader = Callable[[Path], Reading]
FICTION_NOTICE = "LISEZMOI-DONNEES-FICTIVES.txt"


@dataclass
class Intake:
    """The raw folder, the files read so far and the problems met.

    ``reading`` gets the name of each file as it is opened.
    """

    raw: RawFolder
    reading: Callable[[str], None] = lambda file: None
    used: list[RawFile] = field(default_factory=list)
    vintages: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    @property
    def fictional(self) -> bool:
        return (self.raw.root / FICTION_NOTICE).is_file()

    def read(
        self,
        source_id: str,
        reader: Reader,
        *patterns: str,
        only: Callable[[Path], bool] = lambda path: True,
        optional: bool = False,
    ) -> list[pd.DataFrame]:
        """Every file of a source that matches, read; an absent source is a listed problem.

        ``only`` leaves out files of the source that another reader takes; the
        absence of an ``optional`` one is no problem.
        """
        files = [file for file in self.raw.files(source_id, *patterns) if only(file.path)]
        if not files and not optional:
            self.note(
                "missing",
                source_id,
                f"Aucun fichier pour « {source(source_id).title} » : les chiffres qui en "
                "dépendent sont manquants.",
                file=f"{source_id}/{patterns[0] if patterns else '*'}",
            )
        return [self._read_one(file, reader) for file in files]

    def need(self, source_id: str, reader: Reader, *patterns: str) -> list[pd.DataFrame]:
        """The same for a source without which nothing can be built."""
        if not self.raw.files(source_id, *patterns):
            known = source(source_id)
            raise UnreadableFile(
                f"{source_id}/{patterns[0] if patterns else '*'}",
                f"fichier absent du dossier {self.raw.root}",
                f"le fichier de « {known.title} » ({known.publisher})",
                "construisez avec des fichiers à télécharger (écran « Données » ; en commande : "
                f"« qpv fetch »), ou prenez celui-ci sur {known.landing_page}",
            )
        return self.read(source_id, reader, *patterns)

    def _read_one(self, file: RawFile, reader: Reader) -> pd.DataFrame:
        self.reading(file.path.name)
        reading = reader(file.path)
        if reading.frame.empty:
            # An empty file would read as an observed absence everywhere.
            known = source(file.source_id)
            raise UnreadableFile(
                file.path.name,
                "aucune ligne utilisable dans ce fichier",
                f"les lignes de « {known.title} »",
                f"rapportez le fichier complet depuis {known.landing_page}, ou retirez-le",
            )
        self.used.append(file)
        self.problems.extend(reading.problems)
        if "vintage" in reading.frame and len(reading.frame):
            self.vintages[file.source_id] = str(reading.frame["vintage"].max())
        return reading.frame

    def note(
        self,
        kind: str,
        source_id: str,
        message: str,
        *,
        file: str = "",
        column: str = "",
        value: str = "",
        expected: str = "",
        count: int = 1,
    ) -> None:
        self.problems.append(
            Problem(
                kind,
                source_id,
                file,
                message,
                column=column,
                value=value,
                expected=expected,
                count=count,
            )
        )


def stack(
    frames: list[pd.DataFrame], columns: list[str], numbers: tuple[str, ...] = ()
) -> pd.DataFrame:
    """The frames one under the other, or an empty one: ``columns`` text, ``numbers`` float."""
    if not frames:
        kinds = {column: "float64" if column in numbers else "str" for column in columns}
        return pd.DataFrame({column: pd.Series(dtype=kind) for column, kind in kinds.items()})
    return frames[0] if len(frames) == 1 else pd.concat(frames, ignore_index=True)
