"""Tables on a terminal of 80 columns: no number, and no formula in a ruled table, is broken."""

from __future__ import annotations

import re

import pytest

from tauber.output.screen import broken

COMMANDS = [
    "derive plrf",
    "derive plrf --alpha 4/5 --beta 7/10 --lr 0.1 --order 3 --full",
    "derive plrf --alpha 2/5 --beta 1 --lr-trace 0.5 --ratio 10 --digits 30 --order 1 --full",
    "derive dynamical",
    "derive dynamical --a 3 --b 3/2 --full",
    "derive explaining",
    "derive explaining --a 3/2 --b 3/2 --digits 30 --full",
    "derive geometry --manifold sphere --dim 2 --kernel laplace --degrees 0,1 --digits 40 --full",
    "phases plrf",
    "phases dynamical --cost N*P --label-noise",
    "phases explaining",
    "curve plrf --alpha 0.8 --beta 0.3 --d 1e6 --v inf --times 1:1e12:3",
    "curve plrf --alpha 0.8 --beta 0.3 --d 100 --v inf --times 1e3 --digits 30",
    "curve dynamical --a 3 --b 1.5 --width 80 --data 160 --modes 400 --times 0.1:1e4:3 --components --ensemble 10,5",
    "curve explaining --a 1.8 --b 1.5 --data 100,200 --features 50,inf --ridge 0.1",
    "frontier dynamical --a 3 --b 3/2 --budget 1e6:1e10:2",
    "verify --list",
]


@pytest.mark.dear
@pytest.mark.parametrize("command", COMMANDS, ids=lambda text: text[:45])
def test_no_numeral_is_split_at_eighty_columns(command: str, run, seen) -> None:
    piped = run(*command.split()).out
    numerals = set(re.findall(r"\d+(?:\.\d+)?(?:e[-+]?\d+)?", piped))
    lines = seen(command)

    shown = set(re.findall(r"\d+(?:\.\d+)?(?:e[-+]?\d+)?", "\n".join(lines)))
    assert numerals - shown == set()
    for line in lines:  # longer than the screen only where nothing in it could be broken, or where it is no table
        assert len(line) <= 80 or line in piped.splitlines() or max(map(len, line.split())) > 60, line


def test_a_line_is_broken_at_its_spaces_and_products_only() -> None:
    text = "constant: 2*alpha**2*beta + 123456789012345678901234567890*gamma - 1/3"
    lines = broken(text, 24, 2)

    assert re.sub(r"\s", "", "".join(lines)) == re.sub(r"\s", "", text)
    assert any("123456789012345678901234567890*" in line for line in lines)
    assert not any(line.endswith("**") or line.strip().startswith("*") for line in lines)
