"""Settings of the site that `make docs` builds, from the pages of this folder, the notebooks and the code itself."""

from __future__ import annotations

import gc
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import tauber

gc.set_threshold(100_000)  # documents are trees of many objects that stay: a sixth of the time was a search for garbage

project = "tauber"
author = "the tauber authors"
version = release = tauber.__version__
extensions = ["myst_nb", "sphinx.ext.autodoc", "numpydoc", "mathml", "pages", "docstrings"]
root_doc = "index"
exclude_patterns = ["examples", "notebooks/execute.py"]
nitpicky = False  # docstrings name what is not public, too
smartquotes = False  # two hyphens are an option

html_theme = "furo"
html_title = "tauber"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_js_files = ["accessible.js"]
html_math_renderer = "mathml"
html_copy_source = False
html_show_sphinx = False
html_show_copyright = False
html_theme_options = {
    f"{mode}_css_variables": {"color-brand-primary": colour, "color-brand-content": colour}
    for mode, colour in (("light", "#1f5a96"), ("dark", "#8fc1f5"))
}

myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 3
nb_execution_mode = "off"  # the tests execute the notebooks, and they are committed with their outputs

autodoc_member_order = "bysource"
autodoc_typehints = "none"  # docstrings say what an argument is
default_role = "py:obj"
numpydoc_show_class_members = False
numpydoc_xref_param_type = False
add_module_names = False
toc_object_entries_show_parents = "hide"
