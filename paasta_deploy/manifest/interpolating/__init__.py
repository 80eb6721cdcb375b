"""Variables: where their values come from, and putting them in the place of ((names))."""
