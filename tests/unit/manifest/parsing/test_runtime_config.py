"""Runtime configs, alone and beside each other.

Properties: merging keeps everything in the order of the configs; it is associative, and which
releases and tags come out does not depend on the order.
"""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.diagnostics import Diagnostic
from paasta_deploy.manifest.parsing.runtime_config import parse_runtime_configs
from paasta_deploy.model.runtime_config import RuntimeConfigs
from tests.unit.manifest.texts import found, node

DNS = """\
releases: [{name: dns, version: 1.2.3}]
addons:
- name: dns
  jobs: [{name: dns, release: dns, properties: {ca: ((/dns_ca)), own: ((own))}}]
  include: {deployments: [cf], teams: [ops], stemcell: [{os: ubuntu-jammy}]}
tags: {owner: ops}
variables: [{name: /dns_ca, type: certificate, options: {is_ca: true}}]
"""


def read(*texts: str) -> tuple[RuntimeConfigs, tuple[Diagnostic, ...]]:
    """Return configs named 0.yml, 1.yml... and what is wrong with them."""
    nodes = [node(text, f"{number}.yml") for number, text in enumerate(texts)]
    result = parse_runtime_configs(nodes)
    return result.draft, result.diagnostics


def told(*texts: str) -> list[tuple[str, str]]:
    """Return code and place of what is wrong, in order."""
    _, diagnostics = read(*texts)
    return [
        pair
        for number, text in enumerate(texts)
        for pair in found(
            text,
            (item for item in diagnostics if item.span and item.span.file == f"{number}.yml"),
        )
    ]


def test_a_runtime_config_is_read_whole() -> None:
    configs, diagnostics = read(DNS)

    assert diagnostics == ()
    (addon,) = configs.addons
    assert addon.include is not None
    assert addon.include.deployments == ("cf",)
    assert addon.include.teams == ("ops",)
    assert addon.include.stemcell_os == ("ubuntu-jammy",)
    assert [(item.name, item.version) for item in configs.releases] == [("dns", "1.2.3")]
    assert configs.tags == {"owner": "ops"}
    assert [item.name for item in configs.variables] == ["/dns_ca"]


def test_an_empty_one_asks_for_nothing() -> None:
    configs, diagnostics = read("{}\n")

    assert diagnostics == ()
    assert (configs.releases, configs.addons, configs.tags, configs.variables) == ((), (), {}, ())
    assert told("- a\n") == [("PD0100", "-")]


@pytest.mark.parametrize("version", ["latest", "1.latest", "1_latest"])
def test_a_release_must_have_a_real_version(version: str) -> None:
    assert told(f"releases: [{{name: dns, version: {version}}}]\n") == [("PD0801", version)]


def test_one_release_in_two_versions_is_told_with_both_places() -> None:
    first = "releases: [{name: bpm, version: 1.0.0}]\n"
    second = "releases: [{name: bpm, version: 1.1.0}]\n"

    _, (problem,) = read(first, second)

    assert (problem.code, problem.bosh_code) == ("PD0802", 530003)
    assert str(problem.span) == "1.yml:1:33"
    assert [str(label.span) for label in problem.related] == ["0.yml:1:33"]
    assert read(first, first)[1] == ()


def test_an_addon_sees_only_the_releases_of_its_own_config() -> None:
    using = "addons: [{name: dns, jobs: [{name: dns, release: dns}]}]\n"

    assert told("releases: [{name: dns, version: 1}]\n", using) == [("PD0137", "dns")]


def test_only_one_config_may_have_tags() -> None:
    _, (problem,) = read("tags: {a: b}\n", "{}\n", "tags: {c: d}\n")

    assert (problem.code, problem.bosh_code) == ("PD0803", 530006)
    assert str(problem.span) == "2.yml:1:1"
    assert [str(label.span) for label in problem.related] == ["0.yml:1:1"]


def test_one_variable_cannot_be_defined_in_two_configs() -> None:
    one = "variables: [{name: /a, type: password}]\n"

    assert told(one, one) == [("PD0134", "/a")]
    assert read(one, one)[1][0].bosh_code == 560000


def test_two_addons_of_one_name_are_only_warned_of() -> None:
    one = "addons: [{name: a, jobs: []}]\n"

    _, (problem,) = read(one, one)

    assert (problem.code, problem.is_error) == ("PD0805", False)
    assert told("addons: [{name: a, jobs: []}, {name: a, jobs: []}]\n") == [("PD0805", "a")]


def test_variables_need_absolute_names_except_in_properties() -> None:
    text = """\
releases: [{name: r, version: ((version))}]
tags: {owner: ((owner)), team: ((/team))}
addons:
- name: a
  properties: {p: ((mine))}
  jobs:
  - name: j
    release: r
    properties: {p: ((mine))}
    consumes: {link: {instances: [], properties: {p: ((mine))}}}
"""
    assert told(text) == [
        ("PD0804", "((version))"),
        ("PD0804", "((owner))"),
        ("PD0108", "properties"),
    ]


def test_a_misspelt_key_is_an_error() -> None:
    assert told("addon: []\n") == [("PD0103", "addon")]


def test_both_ways_to_write_releases_are_one_too_many() -> None:
    both = "release: {name: a, version: 1}\nreleases: []\n"

    assert told(both) == [("PD0111", "release")]


NAMES = st.sampled_from(["a", "b", "c", "d"])
CONFIGS = st.lists(
    st.lists(NAMES, max_size=3, unique=True).map(
        lambda names: (
            "releases:\n"
            + "".join(f"- {{name: {name}, version: 1}}\n" for name in names)
            + "addons:\n"
            + "".join(
                f"- {{name: {name}, jobs: [{{name: j, release: {name}}}]}}\n" for name in names
            )
            if names
            else "{}\n"
        )
    ),
    max_size=4,
)


def names(configs: RuntimeConfigs) -> list[str]:
    """Return the names of all addons in order."""
    return [addon.name for addon in configs.addons]


@given(left=CONFIGS, middle=CONFIGS, right=CONFIGS)
def test_merging_is_associative_and_keeps_the_order(
    left: Sequence[str], middle: Sequence[str], right: Sequence[str]
) -> None:
    parts = [read(*texts)[0] for texts in (left, middle, right)]
    whole = read(*left, *middle, *right)[0]
    first = RuntimeConfigs(configs=(*parts[0].configs, *parts[1].configs))
    stepwise = RuntimeConfigs(configs=(*first.configs, *parts[2].configs))

    assert whole == stepwise
    assert names(whole) == [name for part in parts for name in names(part)]


@given(texts=CONFIGS, data=st.data())
def test_which_releases_there_are_does_not_depend_on_the_order(
    texts: list[str], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(texts))

    assert set(read(*texts)[0].releases) == set(read(*shuffled)[0].releases)
    assert sorted(names(read(*texts)[0])) == sorted(names(read(*shuffled)[0]))
