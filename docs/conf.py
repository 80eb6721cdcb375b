"""Sphinx' settings: Markdown in, HTML out, every warning an error (`scripts/docs`)."""

project = "paasta-deploy"
# Sphinx reads the names below as they are.
author = "the paasta-deploy maintainers"
copyright = f"{author}, Apache-2.0"  # noqa: A001 - Sphinx wants this name

extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
# Fragments are parts of a later page; builds are no sources.
exclude_patterns = ["_build", "changes/*.*.md"]

# Anchors for headings, so that pages can link to a section of another.
myst_heading_anchors = 3
myst_enable_extensions = ["colon_fence", "deflist"]

html_theme = "furo"
html_title = "paasta-deploy"
