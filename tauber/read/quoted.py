"""A text in a message: not longer than can be read, and with the name of a character that looks like another."""

from __future__ import annotations

import unicodedata

LONGEST = 100
_KEPT = 40


def quoted(text: str) -> str:
    """A text in quotes, a long one shortened.

    >>> quoted("4/5"), quoted("1" * 101)
    ("'4/5'", "'1111111111111111111111111111111111111111...' (101 characters)")
    """
    return f"'{text}'" if len(text) <= LONGEST else f"'{text[:_KEPT]}...' ({len(text)} characters)"


def unusual(text: str, known: str = "") -> str:
    r"""A remark on the first character that is neither plain ASCII nor known, none if there is no such one.

    >>> unusual("-3/10"), unusual("\u22123/10"), unusual("1\u200b")
    ('', ' (its character 1 is U+2212 MINUS SIGN)', ' (its character 2 is U+200B ZERO WIDTH SPACE)')
    """
    for place, character in enumerate(text, 1):
        if character not in known and not (character.isascii() and character.isprintable()):
            name = unicodedata.name(character, "a control character")
            return f" (its character {place} is U+{ord(character):04X} {name})"
    return ""
