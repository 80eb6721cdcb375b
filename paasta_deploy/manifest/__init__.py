"""Text to desired deployment, or to diagnostics: YAML with positions, ops, variables, schema.

Pure: the caller reads the files. Every mistake of the user is collected with its place, in one
pass and in file order; nothing here raises for one.
"""
