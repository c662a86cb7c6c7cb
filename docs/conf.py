"""How the documentation is built: offline, from MyST pages, the code and the figures' numbers."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

from stridesim import __version__

project = "stridesim"
author = "the stridesim developers"
copyright = "the stridesim developers"  # noqa: A001  (Sphinx's name)
version = release = __version__
extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx_click",
              "sphinx_design", "mathml", "generated"]  # fmt: skip
exclude_patterns = ["_build", "generated"]
html_theme = "furo"
html_title = f"stridesim {__version__}"
html_show_sourcelink = False
# The lesson as one file (./dev lesson).
html_extra_path = ["_extra"]
myst_enable_extensions = ["dollarmath", "colon_fence", "deflist", "attrs_inline"]
myst_heading_anchors = 3
myst_links_external_new_tab = True
nb_execution_mode = "cache"
nb_execution_timeout = 300
nb_execution_raise_on_error = True
# MathML: browsers set it themselves, so the site reads offline.
html_math_renderer = "mathml"
autodoc_typehints = "description"
autodoc_member_order = "bysource"
suppress_warnings = ["config.cache"]
