"""Renderers of job templates: ERB through the system's ruby, Jinja2 in process, other text as is.

They implement ``ports/templates.py`` and hold the only knowledge of template languages.
"""
