"""Which values are made, and in which order.

Properties: each name stands in exactly one wave or hangs on a cycle; all that a name needs stands
in an earlier wave; each name stands in the first wave in which it can; a cycle is one.
"""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.manifest.variables.generation import (
    GenerationPlan,
    arrange,
    authority_name,
    check_definitions,
    plan_generation,
)
from tests.unit.manifest.texts import found
from tests.unit.manifest.variables.definitions import defined, section

CA = "{name: ca, type: certificate, options: {is_ca: true}}"

_NAMES = st.sampled_from("abcdefgh")
_NEEDS = st.dictionaries(_NAMES, st.sets(st.sampled_from("abcdefghxyz"), max_size=3))


def certificate(name: str, ca: str, *, more: str = "") -> str:
    """Return the definition of a certificate."""
    return f"{{name: {name}, type: certificate, options: {{ca: {ca}{more}}}}}"


TWO = ", ".join(certificate(*names, more=", is_ca: true") for names in ("ab", "ba"))
MIXED = f"{certificate('a', 'b')}, {CA}, " + certificate(
    "b", "ca", more=", is_ca: true, common_name: ((a.ca))"
)


def plan(text: str, *have: str) -> GenerationPlan:
    """Return the plan for some definitions."""
    return plan_generation(defined(text), have)


def waves(of: GenerationPlan) -> list[list[str]]:
    """Return the names of a plan without mistakes."""
    assert of.diagnostics == ()
    return [[item.name for item in wave] for wave in of.waves]


@given(_NEEDS)
def test_everything_stands_in_the_first_wave_after_what_it_needs(
    needs: dict[str, set[str]],
) -> None:
    result = arrange(needs)
    place = {name: number for number, wave in enumerate(result.waves) for name in wave}

    assert len(place) == sum(len(wave) for wave in result.waves)
    for name, number in place.items():
        before = [place[item] for item in needs[name] if item in needs]
        assert number == max(before, default=-1) + 1
    for name in needs.keys() - place.keys():
        assert any(item in needs and item not in place for item in needs[name])


@given(_NEEDS)
def test_a_cycle_is_one_and_nothing_is_left_out_without_one(needs: dict[str, set[str]]) -> None:
    result = arrange(needs)

    for cycle in result.cycles:
        assert cycle[0] == cycle[-1]
        assert all(right in needs[left] for left, right in pairwise(cycle))
    assert bool(result.cycles) == (sum(map(len, result.waves)) < len(needs))


@given(_NEEDS)
def test_inside_a_wave_the_order_stays(needs: dict[str, set[str]]) -> None:
    order = list(needs)

    for wave in arrange(needs).waves:
        assert list(wave) == sorted(wave, key=order.index)


def test_what_does_not_need_each_other_stands_in_one_wave() -> None:
    text = ", ".join(
        [
            certificate("leaf", "mid"),
            "{name: p, type: password}",
            certificate("mid", "ca", more=", is_ca: true"),
            CA,
            certificate("other", "ca"),
        ]
    )

    assert waves(plan(text)) == [["p", "ca"], ["mid", "other"], ["leaf"]]
    assert [item.name for item in plan(text).in_order] == ["p", "ca", "mid", "other", "leaf"]
    assert not plan(text).is_empty


def test_what_has_a_value_is_not_made_nor_looked_at() -> None:
    text = f"{certificate('leaf', 'ca')}, {{name: ca, type: nonsense, options: {{x: 1}}}}"

    assert waves(plan(text, "ca")) == [["leaf"]]
    assert plan(text, "ca", "leaf").is_empty


def test_a_ca_that_nobody_defines_may_have_a_value() -> None:
    assert waves(plan(certificate("leaf", "/other/deployment/ca"), "/other/deployment/ca")) == [
        ["leaf"]
    ]


def test_without_a_type_a_name_is_only_a_name() -> None:
    assert plan("{name: a}").is_empty


def test_of_two_definitions_the_first_counts() -> None:
    made = plan("{name: a, type: password}, {name: a, type: rsa}").in_order

    assert [item.variable_type for item in made] == ["password"]


def test_options_may_use_values_that_are_made() -> None:
    text = f"{certificate('leaf', 'ca', more=', common_name: x((p))')}, {CA}, "
    text += "{name: p, type: password}"

    assert waves(plan(text)) == [["ca", "p"], ["leaf"]]


def test_options_that_nobody_gives_a_value_for_make_a_definition_wait() -> None:
    text = "{name: a, type: password, options: {length: ((n))}}, {name: b, type: rsa}, "
    text += "{name: c, type: ssh, options: {ssh_comment: ((a))}}"
    result = plan(text)

    assert waves(result) == [["b"]]
    assert result.waiting == {"a", "c"}
    assert waves(plan(text, "n")) == [["a", "b"], ["c"]]


@pytest.mark.parametrize(
    ("text", "pointed_at", "detail"),
    [
        (certificate("leaf", "root"), "root", "no variable has this name"),
        (f"{certificate('leaf', 'root')}, {{name: root}}", "root", "only named below"),
        (f"{certificate('leaf', 'p')}, {{name: p, type: password}}", "p", "is of type `password`"),
        (
            f"{certificate('leaf', 'mid')}, {certificate('mid', '((x))')}",
            "mid",
            "nobody gives a value to `x`",
        ),
    ],
)
def test_a_ca_that_will_not_be_there_is_told(text: str, pointed_at: str, detail: str) -> None:
    result = plan(text)

    assert found(section(text), result.diagnostics) == [("PD0905", pointed_at)]
    assert detail in result.diagnostics[0].detail
    assert result.waves == ()
    assert "leaf" in [item.name for item in result.definitions]


def test_a_misspelt_ca_is_offered() -> None:
    result = plan(
        f"{certificate('leaf', 'router_cq')}, {CA.replace('name: ca', 'name: router_ca')}"
    )

    assert result.diagnostics[0].hint == "did you mean `router_ca`?"


def test_a_ca_that_is_misspelt_where_it_is_defined_is_told_there() -> None:
    text = f"{CA.replace('name: ca', 'name: ruoter_ca')}, {certificate('a', 'router_ca')}"
    one = plan(text).diagnostics[0]
    (first, second) = plan(f"{text}, {certificate('b', 'router_ca')}").diagnostics

    assert one.hint == "did you mean `ruoter_ca`?"
    assert first.hint == second.hint
    assert first.hint.startswith("2 certificates ask for it: is `ruoter_ca` misspelt")
    assert [label.text for label in first.related] == ["`ruoter_ca` is defined here"]


def test_a_ca_that_has_a_value_already_is_offered_too() -> None:
    authority = CA.replace("name: ca", "name: router_ca")
    document = list(defined(f"{certificate('leaf', 'router_cq')}, {authority}"))
    result = plan_generation(document[:1], {"router_ca"}, document)

    assert result.diagnostics[0].hint == "did you mean `router_ca`?"


@pytest.mark.parametrize(
    ("text", "summary", "detail"),
    [
        (certificate("a", "a"), "the certificate `a` is to be signed by itself", "`a` needs `a`"),
        (
            TWO,
            "the certificate `a` is needed to make itself",
            "`a` needs `b` needs `a`",
        ),
        (
            MIXED,
            "the certificate `a` is needed to make itself",
            "`a` needs `b` needs `a`",
        ),
    ],
)
def test_a_circle_of_signers_is_told(text: str, summary: str, detail: str) -> None:
    result = plan(text)

    assert [item.code for item in result.diagnostics] == ["PD0906"]
    assert (result.diagnostics[0].summary, result.diagnostics[0].detail) == (summary, detail)
    assert result.waves == ()


def test_a_circle_of_placeholders_is_told_by_interpolation_alone() -> None:
    result = plan("{name: a, type: password, options: {length: ((a))}}, {name: b, type: rsa}")

    assert waves(result) == [["b"]]


def test_a_signer_that_is_no_ca_is_a_warning() -> None:
    text = f"{CA}, {certificate('mid', 'ca')}, {certificate('leaf', 'mid')}"
    result = plan(text)

    assert found(section(text), result.diagnostics) == [("PD0907", "mid")]
    assert [[item.name for item in wave] for wave in result.waves] == [["ca"], ["mid"], ["leaf"]]


def test_all_mistakes_are_told_in_one_pass() -> None:
    text = f"{{name: a, type: nope}}, {certificate('b', 'x')}, {certificate('c', 'c')}"

    assert [item.code for item in plan(text).diagnostics] == ["PD0901", "PD0905", "PD0906"]


def test_only_certificates_have_an_authority() -> None:
    names = [
        authority_name(item)
        for item in defined(
            f"{certificate('a', 'b')}, {{name: c, type: rsa, options: {{ca: x}}}}, "
            f"{certificate('d', '5')}, {certificate('e', '[x]')}, {certificate('f', 'null')}"
        )
    ]

    assert names == ["b", "", "5", "", ""]


def test_a_check_without_values_leaves_types_and_cas_to_who_has_them() -> None:
    text = (
        f"{{name: a, type: json}}, {certificate('b', 'elsewhere')}, {certificate('c', 'c')}, "
        "{name: d, type: password, options: {lenght: 5}}, {name: e}"
    )

    assert found(section(text), check_definitions(defined(text))) == [
        ("PD0902", "lenght"),
        ("PD0906", "c"),
    ]
