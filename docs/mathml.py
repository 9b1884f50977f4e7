"""Formulas as MathML, which browsers draw by themselves: without a script, a font of its own, or the network.

latex2mathml writes it: pure Python, kept (its last release is of 2026), and without dependencies. MathJax and KaTeX are
scripts that a page would have to bring along or to fetch; pictures by LaTeX have neither the reader's size nor colour.
A command that latex2mathml does not know it leaves in the formula as text; here that is a warning, and so an error.
"""

from __future__ import annotations

import re

from docutils import nodes
from latex2mathml.converter import convert
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.writers.html5 import HTML5Translator

LOG = logging.getLogger(__name__)
SIGNS = {
    "<mi>&#x0007E;</mi>": "<mo>&#x0223C;</mo>",  # a relation, with space around it
    "<mo>&#x0002F;</mo>": '<mo lspace="0" rspace="0">/</mo>',  # no space, as in TeX
    "(<mo>&#x0003D;</mo>)<mo>&#x02212;</mo>": r'\1<mo form="prefix">&#x02212;</mo>',  # minus, not less
}
"""What latex2mathml writes, and what browsers need to set it as TeX does."""


def mathml(latex: str, *, display: bool) -> str:
    """A formula of LaTeX as MathML.

    Raises
    ------
    ValueError
        If a command of it is not known.
    """
    plain = re.sub(r"\\text\{[^}]*\}", lambda text: text[0].replace(r"\_", "_"), latex.strip())
    found: str = convert(plain, display="block" if display else "inline")
    unknown = re.findall(r"\\[^<]*|&#x0005C;[^<]*", found)
    if unknown:
        raise ValueError(f"latex2mathml does not know {', '.join(unknown)} of the formula {latex}")
    for written, meant in SIGNS.items():
        found = re.sub(written, meant, found)
    return found


def _written(node: nodes.Element, *, display: bool) -> str:
    latex = re.sub(r"^\$*(?:\\displaystyle)?|\$*$", "", node.astext().strip())
    rows = re.search(r"\\\\|&", latex) and r"\begin{" not in latex
    try:
        return mathml(rf"\begin{{aligned}}{latex}\end{{aligned}}" if rows else latex, display=display)
    except ValueError as error:
        LOG.warning("no MathML of this formula: %s", error, location=node)
        return ""


def _inline(translator: HTML5Translator, node: nodes.math) -> None:
    translator.body.append(_written(node, display=False))
    raise nodes.SkipNode


def _block(translator: HTML5Translator, node: nodes.math_block) -> None:
    translator.body.append(f'<div class="formula" tabindex="0">{_written(node, display=True)}</div>\n')
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the renderer."""
    app.add_html_math_renderer("mathml", (_inline, None), (_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
