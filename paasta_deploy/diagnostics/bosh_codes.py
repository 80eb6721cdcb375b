"""The error numbers of BOSH with their names, and what those mean that are no mistakes in a file.

Operators and scripts know ``Error 150001``; our diagnostics show that number and its name beside
their own code. Two numbers were given twice by BOSH itself; these have two names. The list is
``bosh_codes.json``, in our own words. Source: BOSH ``director/errors.rb`` (spec: bosh.md Appendix
A).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pkgutil import get_data


@dataclass(frozen=True, slots=True, kw_only=True)
class BoshCode:
    """One number. ``means`` is empty where a code of ours has the explanation."""

    number: int
    names: tuple[str, ...]
    means: str = ""

    @property
    def name(self) -> str:
        """What BOSH calls it."""
        return " or ".join(self.names)


@cache
def bosh_codes() -> Mapping[int, BoshCode]:
    """Return every number of BOSH, in order."""
    text = get_data(__package__, "bosh_codes.json")
    assert text is not None, "the list is part of the package"
    return {
        int(number): BoshCode(
            number=int(number), names=tuple(item["names"]), means=item.get("means", "")
        )
        for number, item in json.loads(text).items()
    }


def bosh_name(number: int) -> str:
    """Return what BOSH calls a number of its own, or nothing for one that it does not have."""
    found = bosh_codes().get(number)
    return "" if found is None else found.name
