"""Practice cards: those packaged with the project, and those that a user brings."""

from datasets.practices.brought import FICHES_FORM, check_cards, read_cards
from datasets.practices.packaged import packaged_cards

__all__ = ["FICHES_FORM", "check_cards", "packaged_cards", "read_cards"]
