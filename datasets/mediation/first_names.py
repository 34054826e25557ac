"""Whether words look like « Prénom Nom »: a short list of first names, and what a place is called.

A list can be wrong both ways: « Jean Moulin » is a school, and most first names are not here. So
it refuses a cell only where no name may stand (a source, a language); where a place or a
structure is named, one such name is said and let through (see ``datasets.mediation.personal``).
"""

from __future__ import annotations

import re

from datasets.readers.tabular import normalise_label


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Frequent first names of people living in France, of every origin and age.
_FIRST_NAMES = _words(
    """
    abdel abdelkader abdou adam adama adrien agathe agnes ahmed aicha alain albert alexandra
    alexandre alexis ali alice aline amadou amelie amina amine amira anais andre andrea andree
    angelique anita anna anne annick annie antoine antonio arnaud arthur aurelie aurelien awa
    aya ayoub aziz baptiste beatrice benjamin benoit bernadette bernard bertrand bilal boubacar
    brigitte bruno camille carine carlos carmen carole caroline catherine cecile cedric celine
    chantal charles charlotte cheikh chloe christelle christian christiane christine christophe
    claire claude claudine clement colette corinne cyril damien daniel danielle david delphine
    denis denise diana didier djamila dominique driss eliane elisabeth elise elodie emilie emma
    emmanuel emmanuelle enzo eric estelle esther etienne eugenie eva evelyne fabien fabienne
    fabrice farid farida fatiha fatima fatou fatoumata felix fernand fernando florence florent
    francis franck francois francoise frederic frederique gabriel genevieve georges gerard
    germaine ghislaine gilbert gilles ginette gisele gregory guillaume gustave guy habib hakim
    halima hamza hanane hans hassan hatice helene henri henriette herve hicham hugo hugues
    ibrahim ines irene isabelle ismael ivan jacqueline jacques jade jamal jamila jean jeanne
    jeannine jennifer jeremy jerome jessica joao joel joelle jonathan jordan jose joseph
    josephine josette josiane juan jules julia julie julien juliette justine kader kamel karim
    karima karine kevin khadija khaled kheira laetitia laila lamine laura laure laurence laurent
    lea leila leo leon lila lina linda lionel lisa loic louis louise luc lucas lucette lucie
    lucien lucienne ludovic lydia lydie madeleine magali malika mamadou manon manuel marc marcel
    marcelle margaux marguerite maria mariam mariama marie marine marion marta marthe martin
    martine maryse mateo mathieu mathilde maurice maxime mehdi mehmet melanie melissa michael
    michel micheline michele miguel mireille mohamed mohammed moise monique mounir moussa
    mourad moustapha muriel mustapha myriam nabil nadege nadia nadine naima nassim nathalie
    nathan nicolas nicole noah nolwenn noemie odette odile olivier omar oscar oumar oumou ousmane
    pascal pascale patrice patricia patrick paul paulette pauline pedro philippe pierre pierrette
    quentin rachel rachid rachida raoul raphael raymond raymonde rebecca regine regis remi renaud
    rene renee richard robert rodrigue roger roland romain romane rosa rose roseline sabrina said
    saida salima salma samia samir samira samuel sandra sandrine sara sarah sebastien serge
    severine sidonie simon simone slimane sofia sofiane solange sonia sophie souad stephane
    stephanie suzanne sylvain sylvie tarek teresa theo therese thibault thierry thomas tony
    valentin valentine valerie vanessa veronique victor victoire vincent virginie viviane
    walid william xavier yacine yann yannick yasmina yasmine yassine yolande youcef youssef yusuf
    yvan yves yvette yvonne zahra zakaria zineb zoe zohra
    """
)
# What a place, a body or a document is called: beside it, a name is the name of that thing.
_THINGS = _words(
    """
    agence amicale antenne ars asso association atelier avenue boulevard bureau bus caf
    caisse ccas centre chu cite clinique collectif college comite communaute compagnie conseil
    cooperative cpam departement direction dispensaire ecole ehpad equipe escale espace
    fabrique federation fondation foyer france gare groupe gymnase halle hopital ilot impasse
    institut jardin ligue lycee mairie maison mediatheque metropole ministere mission mjc mutuelle
    observatoire parc pharmacie place plateforme pmi point pole quai quartier relais
    reseau residence restaurant rue salle sante secours secteur service square structure studio
    tour union universite ville zone
    """
)
_WORD = r"[A-ZÀ-Ý][\w’'-]+"
_FULL_NAME = re.compile(rf"{_WORD}(?: {_WORD}){{1,2}}")
_WITHIN = re.compile(rf"\b({_WORD}) (?=({_WORD}))")
_ITEMS = re.compile(r"[|;,/:\n]")


def full_names(text: str) -> int:
    """How many items of a cell are a first name and a surname, and nothing else."""
    count = 0
    for item in _ITEMS.split(text):
        # « École Pierre et Marie Curie » is one thing: only two whole names are two people.
        people = [_is_full_name(" ".join(name.split())) for name in item.split(" et ")]
        count += len(people) if all(people) else 0
    return count


def holds_a_name(text: str) -> bool:
    """True when a first name is followed by a capitalised word, and no thing is named."""
    if names_a_thing(text):
        return False
    return any(is_first_name(found[1]) for found in _WITHIN.finditer(text))


def _is_full_name(item: str) -> bool:
    if not _FULL_NAME.fullmatch(item):
        return False
    words = item.split()
    if names_a_thing(item):
        return False
    # DUPONT Fatima: on lists, the surname comes first, in capitals.
    return is_first_name(words[0]) or (words[0].isupper() and is_first_name(words[-1]))


def names_a_thing(text: str) -> bool:
    """True when a place, a body or a document is named in a text."""
    return bool(_THINGS & set(normalise_label(text).split()))


def is_first_name(word: str) -> bool:
    """« Jean-Pierre » is one by its first part."""
    first = normalise_label(re.split(r"[-’']", word)[0])
    return first in _FIRST_NAMES
