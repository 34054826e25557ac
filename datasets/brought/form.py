"""A form that a user fills: its columns, its sheets, and what its guide says."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from datasets.readers.tabular import normalise_label

EXAMPLES_ARE_FICTIONAL = (
    "Les lignes EXEMPLE sont fictives : remplacez-les ; laissées, elles ne sont pas comptées."
)


class ColumnRule(Protocol):
    """One column of a form: its name in the file, what it means, how it is written.

    ``examples`` gives one fictional value per example line of the template; ``allowed`` lists
    the only accepted values when ``closed``, and mere suggestions otherwise.
    """

    @property
    def name(self) -> str: ...
    @property
    def meaning(self) -> str: ...
    @property
    def expected(self) -> str: ...
    @property
    def examples(self) -> tuple[str, str]: ...
    @property
    def mandatory(self) -> bool: ...
    @property
    def allowed(self) -> tuple[str, ...]: ...
    @property
    def closed(self) -> bool: ...


@dataclass(frozen=True)
class Form:
    """A form: ``name`` is its word in the commands (``qpv template NAME``).

    ``sheets`` are the sheets of a workbook that hold its lines, the first that of the template;
    ``column_of`` gives the column a header stands for, ``""`` when none; ``mandatory_words`` and
    ``limits`` replace what the guide would say of a column; ``refused_header`` tells the headers
    that announce a person: a file that has one is refused whole, whatever its lines hold.
    ``places`` are the columns where a street is written, that may bear somebody's name;
    ``screen`` is the one that reads it, if any: people there have no terminal.
    """

    source_id: str
    name: str
    title: str
    sheets: tuple[str, ...]
    rules: Mapping[str, ColumnRule]
    column_of: Callable[[str], str]
    advice: tuple[str, ...]
    mandatory_words: Mapping[str, str] = field(default_factory=dict)
    limits: Mapping[str, str] = field(default_factory=dict)
    refused_header: Callable[[str], bool] | None = None
    places: frozenset[str] = frozenset()
    screen: str = ""

    @property
    def expected(self) -> str:
        """What a file of this form is, in French."""
        return "le modèle rempli, en CSV (séparateur « ; ») ou en classeur Excel (.xlsx)"

    @property
    def remedy(self) -> str:
        """What to do with a file that is none."""
        command = f"commande « qpv template {self.name} »"
        where = f"écran « {self.screen} » ; {command}" if self.screen else command
        return f"reprenez le modèle ({where}) et enregistrez-le de nouveau"

    def first_absent(self, columns: frozenset[str]) -> str:
        """The first mandatory column that a file with these ``columns`` lacks, ``""`` if none."""
        lacking = (name for name, rule in self.rules.items()
                   if rule.mandatory and name not in columns)  # fmt: skip
        return next(lacking, "")


def check_words(name: str, screen: str = "") -> str:
    """How a filled form is checked: the screen that reads it, if any, before the command."""
    command = f"qpv check {name} FICHIER"
    if not screen:
        return f"Vérifiez le fichier rempli avec : {command}"
    return f"Rempli, il s’apporte et se vérifie à l’écran « {screen} » (en commande : {command})."


def plain_form(
    source_id: str,
    name: str,
    words: str,
    sheet: str,
    columns: Sequence[ColumnRule],
    other_titles: Mapping[str, str],
    advice: tuple[str, ...],
    mandatory_words: Mapping[str, str] | None = None,
    refused_header: Callable[[str], bool] | None = None,
    screen: str = "",
) -> Form:
    """A form of one sheet whose columns go by their name, or by one of ``other_titles`` (folded).

    Its advice ends with what holds for every form.
    """
    folded = {normalise_label(rule.name): rule.name for rule in columns} | dict(other_titles)
    return Form(
        source_id=source_id,
        name=name,
        title=f"Modèle « {words} »",
        sheets=(sheet,),
        rules={rule.name: rule for rule in columns},
        column_of=lambda title: folded.get(normalise_label(title), ""),
        advice=(
            *advice,
            EXAMPLES_ARE_FICTIONAL,
            check_words(name, screen),
        ),
        mandatory_words=mandatory_words or {},
        refused_header=refused_header,
        screen=screen,
    )
