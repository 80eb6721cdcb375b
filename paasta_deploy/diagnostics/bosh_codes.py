"""The names that BOSH gives to its own error numbers: the list of ``bosh_codes.json``.

Operators and scripts know ``Error 150001``; our diagnostics show that number and its name beside
their own code. Two numbers were given twice by BOSH itself; these have two names.
Source: BOSH ``director/errors.rb`` (spec: bosh.md Appendix A).
"""

import json
from collections.abc import Mapping
from functools import cache
from pkgutil import get_data


@cache
def bosh_names() -> Mapping[int, tuple[str, ...]]:
    """Return every number of BOSH with its names, in the order of the numbers."""
    text = get_data(__package__, "bosh_codes.json")
    assert text is not None, "the list is part of the package"
    return {int(number): tuple(names) for number, names in json.loads(text).items()}


def bosh_name(number: int) -> str:
    """Return what BOSH calls a number of its own, or nothing for one that it does not have."""
    return " or ".join(bosh_names().get(number, ()))
