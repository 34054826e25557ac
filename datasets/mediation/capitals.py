"""Capitalised words in a row that name no known thing: perhaps a person that no list knows.

A list of first names never holds them all. What places, bodies and documents are called is a
shorter list: two capitalised words outside it are said, and refused where what stands beside them
speaks of a follow-up or of an illness.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from datasets.mediation.first_names import is_first_name, names_a_thing
from datasets.readers.tabular import normalise_label


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Bodies, networks and places beyond those of ``first_names``: in a row with one of these, the
# capitalised words are its name.
_BODIES = _words(
    """
    sante social sociale sociaux solidarite solidarites solidaire agglomeration agglo mutualite
    croix rouge medecins monde emploi travail habitat territoires territoire prevention ddcs ddets
    dreets drdjscs anct acse cpts cls clsm asv dac pta msp ars cnam msa carsat urssaf
    rhone alpes auvergne loire isere ain drome ardeche savoie haute hauts bouches cantal allier
    puy dome lyon saint etienne grenoble occitanie bretagne normandie provence azur cote paca
    ile corse nord sud est ouest centre grand nouvelle aquitaine bourgogne comte pays hauts
    politique cohesion urbaine urbain education nationale protection maternelle infantile
    planning familial secours populaire catholique emmaus restos coeur fonds europeen feder fse
    banque caisse depots prefecture etat region regional regionale departemental departementale
    communal communale intercommunal intercommunale municipal municipale national local
    mediateurs mediatrices mediation usagers seniors jeunes femmes familles enfance petite age
    qpv hospitalier hospitaliere universitaire medical medicale medico medicaux
    information jeunesse accueil services publics numerique public inspir inclusion insertion
    """
)
# Words that begin a sentence or a document: they neither are a name nor make what follows one.
_PLAIN = _words(
    """
    le la les un une des du de au aux et en a ou par pour avec sur sans chez dans l d
    bilan rapport convention compte enquete recensement fichier exemple comite liste tableau
    annuaire portail site contrat appel projet programme plan fiche page entretien reunion
    suivi suivie dossier patient patiente patients beneficiaire usager usagere accompagnement
    source donnees activite activites annuel annuelle semestre trimestre annee mois
    janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre
    lundi mardi mercredi jeudi vendredi samedi dimanche permanence permanences atelier ateliers
    demarche poste mediateur mediatrice
    """
)
_HEALTH = re.compile(
    r"\b(?:diabete|diabetique|grossesse|enceinte|vih|sida|cancer|depression|depressif|depressive|"
    r"addiction|alcoolique|alcoolisme|toxicomane|hepatite|tuberculose|schizophrenie|bipolaire|"
    r"suicide|suicidaire|ivg|avortement|handicap|obesite|asthme|epilepsie|dialyse|psychiatrie|"
    r"psychiatrique|sclerose|alzheimer|parkinson|avc|hypertension|drepanocytose|endometriose|"
    r"chimiotherapie|seropositif|seropositive|methadone)s?\b"
)
_WORD = r"[A-ZÀ-Ý][\w’'-]+"
_RUN = re.compile(rf"(?<![\w’'-]){_WORD}(?:[ \u00a0]+{_WORD})*")
_ABOUT = re.compile(
    r"\b(?i:suivie?s?|dossiers?|chez|patiente?s?|bénéficiaires?|usag(?:er|ère)s?|"
    r"accompagn(?:ement|ée?s?)|rdv|rendez-vous)\s+(?i:(?:de|du|d[’']|avec|:)\s*)?"
    rf"({_WORD}(?:[ \u00a0]+{_WORD})*)"
)
_AT_SOMEONES = re.compile(r"\b[Cc]hez (?:M\.|Mr|Mme|Mlle|Monsieur|Madame|Mademoiselle)\s")
_ITEMS = re.compile(r"[|;,:/\n()«»]")


@dataclass(frozen=True)
class _Found:
    """Capitalised words in a row, and whether a known thing before or among them owns them."""

    words: tuple[str, ...]
    named: bool


def speaks_of_someone(text: str) -> bool:
    """« suivi de », « dossier », « chez » and a name; or an illness beside a likely name."""
    if _AT_SOMEONES.search(text):
        return True
    for words in _followed(text):
        if len(words) > 1 or is_first_name(words[0]):
            return True
    return _speaks_of_illness(text) and any(not run.named for run in _pairs(text))


def may_name_someone(text: str) -> bool:
    """Two capitalised words in a row that no known thing owns; any two beside an illness."""
    ill = _speaks_of_illness(text)
    return any(ill or not run.named for run in _pairs(text)) or any(_followed(text))


def likely_names(text: str, beside: Callable[[str], bool]) -> bool:
    """Two capitalised words in a row, those for which ``beside`` is true not counted."""
    for item in _ITEMS.split(text):
        for run in _RUN.finditer(item):
            if sum(not beside(word) for word in run[0].split()) > 1:
                return True
    return False


def _followed(text: str) -> Iterator[tuple[str, ...]]:
    """The names that follow « suivi de », « dossier », « chez » … and are those of no thing."""
    for found in _ABOUT.finditer(text):
        words = _own_words(found[1])
        if words and not _is_thing(words):
            yield words


def _speaks_of_illness(text: str) -> bool:
    return bool(_HEALTH.search(_folded(text)))


def _pairs(text: str) -> Iterator[_Found]:
    for item in _ITEMS.split(text):
        for run in _RUN.finditer(item):
            words = _own_words(run[0])
            if len(words) > 1 and not all(map(_is_known, words)):
                before = item[: run.start()]
                yield _Found(words, _is_known(before) or _is_thing(words))


def _own_words(run: str) -> tuple[str, ...]:
    """The words of a row without those that only begin it, nor the illnesses."""
    words = run.split()
    return tuple(
        word for word in words
        if not _parts(word) <= _PLAIN and not _HEALTH.search(_folded(word))
    )  # fmt: skip


def _is_thing(words: tuple[str, ...]) -> bool:
    """« Roannais Agglomération », « Centre Jaurès » — but not « Aïcha Benkacem Centre »."""
    known = [_is_known(word) for word in words]
    return known[0] or (any(known) and not is_first_name(words[0]))


def _is_known(text: str) -> bool:
    return names_a_thing(text) or bool(_parts(text) & _BODIES)


def _parts(text: str) -> frozenset[str]:
    return frozenset(_folded(text).split())


def _folded(text: str) -> str:
    return normalise_label(re.sub(r"[’'-]", " ", text))
