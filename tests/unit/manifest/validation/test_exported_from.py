"""Compiled releases fit the stemcells of the groups that use them, or it is said."""

import pytest

from tests.unit.manifest.parsing.documents import DEPLOYMENT, changed, misfits


def told(exported_from: str, stemcell: str) -> list[tuple[str, str]]:
    """Return what is said about a release for some stemcells in a group with one."""
    text = changed(
        DEPLOYMENT,
        ('version: "1.2"}', f'version: "1.2", exported_from: [{exported_from}]}}'),
        ("os: ubuntu-jammy, version: latest", stemcell),
    )
    return misfits(text)[1]


@pytest.mark.parametrize(
    ("stemcell", "fits"),
    [
        ('os: ubuntu-jammy, version: "1.5"', True),
        ("os: ubuntu-jammy, version: latest", True),
        ("os: ubuntu-jammy, version: 1.latest", True),
        ('os: ubuntu-jammy, version: "1.6"', False),
        ("os: ubuntu-noble, version: latest", False),
        ("name: some-stemcell, version: latest", True),
    ],
)
def test_the_stemcell_must_be_one_of_those_that_the_release_is_for(
    stemcell: str, fits: bool
) -> None:
    expected = [] if fits else [("PD0434", "r")]

    assert told('{os: ubuntu-jammy, version: "1.5"}', stemcell) == expected


def test_one_of_several_is_enough() -> None:
    both = '{os: ubuntu-jammy, version: "1.5"}, {os: ubuntu-noble, version: "1.0"}'

    assert told(both, 'os: ubuntu-noble, version: "1.0"') == []
