"""Nobody's name: what in a file points to one person, by its header or by its cells.

Health data of individuals fall under article 9 of the RGPD; a mediation file is made of totals
(METHODS section 6). What is found is named by line and column, and its content never repeated.
"""

from __future__ import annotations

import re

from datasets.mediation.capitals import likely_names, may_name_someone, speaks_of_someone
from datasets.mediation.first_names import full_names, holds_a_name
from datasets.mediation.languages import is_language_word
from datasets.readers.tabular import normalise_label

MASKED = "(masqué)"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_HEADER_WORDS = _words(
    "nom noms prenom prenoms patient patients patiente patientes patronyme beneficiaire "
    "beneficiaires usager usagers naissance nir nationalite nationalites telephone telephones "
    "tel portable mobile email mail courriel contact contacts nss mediateur mediatrice "
    "domicile ddn identite sexe genre pathologie pathologies diagnostic maladie maladies dossier "
    "nomprenom civilite secu niss matricule ipp initiales benef benefs religion religions "
    "confession ethnie ethnies"
)
_HEADER_PHRASES = (
    "e mail", "ne le", "nee le", "securite sociale", "numero ss", "num secu",
    "adresse personnelle", "adresse de la personne", "etat civil", "date naiss",
    "langue maternelle", "langues maternelles", "orientation sexuelle", "numero allocataire",
)  # fmt: skip
# Where somebody comes from; but a figure, a payment and a line of a file have an origin too.
_ORIGINS = _words("origine origines")
_OF_A_THING = _words("ligne donnee donnees chiffre valeur information source financement fonds")
# « nom de la structure », « nombre de patients » : unknown columns, but of no one in particular.
_NOT_A_PERSON = _words("structure lieu commune quartier qpv association financeur nombre nb")

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(
    r"(?<!\d)(?:(?:\+|00)33[ .]?(?:\(0\))?|0)[1-9](?:[ .\-\u00a0\u202f]?\d{2}){4}(?!\d)"
)
_NIR = re.compile(
    r"(?<!\d)[12] ?\d{2} ?(?:0[1-9]|1[0-2]|[2-9]\d) ?(?:\d{2}|2[AB]) ?\d{3} ?\d{3}"
    r"(?: ?\d{2})?(?!\d)"
)
_CIVILITY = re.compile(r"\b(?:M\.|Mr|Mme|Mlle|Monsieur|Madame|Mademoiselle)\s+[A-ZÀ-Ý]")
_BORN = re.compile(r"\b[Nn]ée? le \d")
_PATIENT = re.compile(
    r"\b(?i:patiente?) [A-ZÀ-Ý]|\b(?i:patiente?s)\b.{0,30}?\b[A-ZÀ-Ý][\w’'-]+ [A-ZÀ-Ý][\w’'-]+"
)
# Where a place, a body or a street is written, people's names are at home: « Jean Moulin ».
_NAMED_THINGS = ("structure", "lieu", "type_lieu", "adresse", "financeurs")
_BARE_NAME = re.compile(r"[A-ZÀ-Ý][\w’'-]+(?: [A-ZÀ-Ý][\w’'-]+){1,2}")


def names_a_person_header(title: str) -> bool:
    """True for a header that announces personal data (nom, date de naissance, NIR, courriel …)."""
    folded = normalise_label(title)
    words = set(folded.split())
    if words & _NOT_A_PERSON:
        return False
    if words & _ORIGINS and not words & _OF_A_THING:
        return True
    return bool(words & _HEADER_WORDS) or any(phrase in folded for phrase in _HEADER_PHRASES)


def personal_content(text: str, *, column: str = "", free: bool = False) -> str:
    """What personal thing a cell holds, in French, or ''.

    ``free`` is for a column that is not of the template: two or three capitalised words alone
    are then taken for a name. In ``adresse`` a civility is a street (rue Madame). A first name
    and a surname alone are refused where no thing is named after people; where one may be, only
    a list of them is (see ``doubtful_name``). Anywhere, a name that follows « suivi de »,
    « dossier » or « chez », or that stands beside an illness, is refused; among languages, so
    are two capitalised words that are none.
    """
    if _EMAIL.search(text):
        return "une adresse électronique"
    if _NIR.search(text):
        return "un numéro de sécurité sociale (NIR)"
    if _PHONE.search(text):
        return "un numéro de téléphone"
    named = column != "adresse" and _CIVILITY.search(text)
    names = full_names(text)
    listed = names >= (2 if column in _NAMED_THINGS else 1)
    if named or listed or (free and (_BARE_NAME.fullmatch(text.strip()) or holds_a_name(text))):
        return "le nom d’une personne"
    if column == "langues" and likely_names(text, beside=is_language_word):
        return "le nom d’une personne"
    if _BORN.search(text) or _PATIENT.search(text) or speaks_of_someone(text):
        return "une information sur une personne"
    return ""


def doubtful_name(text: str, column: str) -> bool:
    """True when a cell that is let through may still name someone: a person must look at it."""
    known = full_names(text) == 1 if column in _NAMED_THINGS else holds_a_name(text)
    return known or may_name_someone(text)
