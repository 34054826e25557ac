"""The languages a mediator may speak: suggestions of the template, and what is surely no name."""

from __future__ import annotations

from datasets.readers.tabular import normalise_label

LANGUAGES = (
    "français", "langue des signes française", "arabe", "darija", "kabyle", "tamazight",
    "tachelhit", "tarifit", "turc", "kurde", "arménien", "portugais", "espagnol", "catalan",
    "italien", "anglais", "allemand", "néerlandais", "polonais", "tchèque", "slovaque", "hongrois",
    "roumain", "romani", "bulgare", "albanais", "serbe", "croate", "bosnien", "macédonien", "grec",
    "russe", "ukrainien", "géorgien", "tchétchène", "azéri", "persan", "dari", "pachto", "ourdou",
    "hindi", "pendjabi", "bengali", "gujarati", "tamoul", "cinghalais", "népalais", "tibétain",
    "chinois", "mandarin", "cantonais", "vietnamien", "laotien", "hmong", "khmer", "thaï",
    "tagalog", "malais", "indonésien", "japonais", "coréen", "mongol", "ouïghour", "ouzbek",
    "kazakh", "wolof", "peul", "soninké", "bambara", "malinké", "dioula", "lingala", "kikongo",
    "swahili", "comorien", "shimaoré", "malgache", "créole", "somali", "amharique", "tigrigna",
    "haoussa", "yoruba", "igbo", "éwé", "mina", "fon", "akan", "twi", "sango", "kirundi",
    "kinyarwanda", "tshiluba", "hébreu", "yiddish", "occitan", "breton", "corse", "basque",
    "alsacien", "tahitien", "wallisien",
)  # fmt: skip
# Other ways to write them, and what is said beside them.
_BESIDE = """
    lsf lpc langue langues des de du la le signes francaise francais berbere rifain chleuh farsi
    pular fula mandingue tigrinya pachtou punjabi urdu bosniaque moldave lao cambodgien wenzhou
    haitien guadeloupeen martiniquais reunionnais mauricien guyanais dialectal litteraire
    classique standard maghrebin algerien marocain tunisien egyptien syrien libanais algerie
    maroc tunisie bresilien bresil mahorais lu parle ecrit notions courant maternelle interprete
    et ou
"""
_WORDS = frozenset(word for text in (*LANGUAGES, _BESIDE) for word in normalise_label(text).split())


def is_language(item: str) -> bool:
    """True when every word of an item names a language or is said beside one."""
    return all(is_language_word(word) for word in normalise_label(item).split())


def is_language_word(word: str) -> bool:
    return all(part in _WORDS for part in normalise_label(word).split())
