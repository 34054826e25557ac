"""The settings as readers see them: French words and figures, no code of the program."""

from __future__ import annotations

import re

from geo.parameters import Parameters, describe
from geo.setting_words import label_words, unit_words, value_words


def test_no_setting_shows_a_code_or_an_english_word():
    code = re.compile(r"[a-z]_[a-z]|percentile|zscore|minmax|\blt\b|\bauto\b|\d\.\d|[()]{2}")
    for setting in describe(Parameters(access_classes="apl_2025", travel_mode_source="crow_fly")):
        told = f"{label_words(setting)} | {value_words(setting)} | {unit_words(setting)}"
        assert not code.search(told), told


def test_values_are_written_the_french_way():
    told = {setting.name: value_words(setting) for setting in describe()}
    assert told["priority_weights"].startswith("manque d'accès au généraliste 33,3\u00a0%")
    assert told["max_inhabitants_per_fte"] == "15\u202f000"
    assert told["need_rate_range"] == "0,0189 et 0,03"
    assert told["class_shares"] == "0,333 et 0,667"
    assert told["need_cuts"] == "aucune valeur"
    assert told["edge"] == "strictement moins"
