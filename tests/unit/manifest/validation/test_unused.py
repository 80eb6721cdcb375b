"""What is listed and not used is warned of, and nothing that is used in any way."""

from paasta_deploy.manifest import VariableSources
from paasta_deploy.manifest.parsing.deployment import parse_deployment
from paasta_deploy.manifest.validation.unused import find_unused, find_unused_arguments
from tests.unit.manifest.parsing.documents import DEPLOYMENT, changed
from tests.unit.manifest.texts import found, node


def unused(text: str) -> list[tuple[str, str]]:
    """Return code and place of each warning."""
    document = node(text)
    draft = parse_deployment(document).draft
    assert draft is not None
    return found(text, find_unused(document, draft))


def with_variables(*lines: str, used: str = "") -> str:
    """Return the small deployment with definitions, and a property of its job."""
    text = changed(
        DEPLOYMENT,
        ("{name: j, release: r}", f"{{name: j, release: r, properties: {{p: {used}}}}}"),
    )
    return text + "variables:\n" + "".join(f"- {line}\n" for line in lines)


def test_in_the_small_deployment_everything_is_used() -> None:
    assert unused(DEPLOYMENT) == []


def test_a_variable_that_nothing_asks_for_is_told() -> None:
    text = with_variables("{name: a, type: password}", "{name: b, type: password}", used="((a))")

    assert unused(text) == [("PD0432", "b")]


def test_parts_of_a_variable_and_texts_with_it_count_as_use() -> None:
    a, b = "{name: a, type: certificate}", "{name: b, type: password}"

    assert unused(with_variables(a, b, used="'((a.ca)) and ((!b))'")) == []


def test_the_authority_of_a_used_certificate_is_used_and_that_of_an_unused_one_is_not() -> None:
    authority = "{name: ca, type: certificate, options: {is_ca: true}}"
    leaf = "{name: leaf, type: certificate, options: {ca: ca}}"

    assert unused(with_variables(authority, leaf, used="((leaf))")) == []
    assert unused(with_variables(authority, leaf)) == [("PD0432", "ca"), ("PD0432", "leaf")]


def test_a_ring_of_authorities_comes_to_an_end() -> None:
    one = "{name: one, type: certificate, options: {ca: two}}"
    two = "{name: two, type: certificate, options: {ca: one}}"

    assert unused(with_variables(one, two, used="((one))")) == []


def test_a_whole_name_is_for_other_deployments_too() -> None:
    assert unused(with_variables("{name: /shared/a, type: password}")) == []


def test_a_misspelt_name_is_guessed() -> None:
    text = with_variables("{name: db_pasword, type: password}", used="((db_password))")
    document = node(text)
    draft = parse_deployment(document).draft
    assert draft is not None
    (warning,) = find_unused(document, draft)

    assert warning.hint == "did you mean `db_password`?"
    assert not warning.is_error


def test_a_misspelt_authority_is_guessed() -> None:
    document = node(
        with_variables(
            "{name: root_ca, type: certificate, options: {is_ca: true}}",
            "{name: leaf, type: certificate, options: {ca: rot_ca}}",
            used="((leaf))",
        )
    )
    draft = parse_deployment(document).draft
    assert draft is not None

    (warning,) = find_unused(document, draft)

    assert warning.hint == "did you mean `rot_ca`?"


def test_a_misspelt_type_is_told_and_a_foreign_one_is_not() -> None:
    assert unused(with_variables("{name: a, type: pasword}", used="((a))")) == [
        ("PD0901", "pasword")
    ]
    assert unused(with_variables("{name: a, type: value}", used="((a))")) == []


def test_releases_and_stemcells_that_nobody_uses_are_told() -> None:
    text = changed(
        DEPLOYMENT,
        ('- {name: r, version: "1.2"}', '- {name: r, version: "1.2"}\n- {name: s, version: 1}'),
        ("version: latest}", "version: latest}\n- {alias: new, os: o, version: 1}"),
    )

    assert unused(text) == [("PD0433", "s"), ("PD0433", "new")]


def test_a_misspelt_name_makes_nothing_unused() -> None:
    """What is meant by it is not known; a hint to remove that would be wrong."""
    text = changed(DEPLOYMENT, ("release: r}", "release: rr}"), ("stemcell: ", "stemcell: x"))

    assert unused(text) == []


def test_a_group_that_cannot_be_read_may_use_anything() -> None:
    """Its own mistakes are told first."""
    group = "- {name: g, instances: 1, lifecycle: errnd, stemcell: new, jobs: []}\n"
    text = changed(
        DEPLOYMENT,
        ("version: latest}", "version: latest}\n- {alias: new, os: o, version: 1}"),
        ("instance_groups:\n", f"instance_groups:\n{group}"),
    )

    assert unused(text) == []


def test_a_release_for_addons_is_used() -> None:
    text = changed(
        DEPLOYMENT,
        ('- {name: r, version: "1.2"}', '- {name: r, version: "1.2"}\n- {name: s, version: 1}'),
    )

    assert unused(text + "addons: [{name: a, jobs: [{name: k, release: s}]}]\n") == []


def test_a_manifest_without_groups_may_list_what_it_wants() -> None:
    head = DEPLOYMENT[: DEPLOYMENT.index("instance_groups:")]

    assert unused(f"{head}instance_groups: []\n") == []


def test_only_values_that_were_typed_are_told_when_they_are_not_used() -> None:
    sources = VariableSources(
        pairs=("web_instnces=3", "used=1", "web_instnces=4"),
        contents=(("key", "text"),),
        vars_files=(("vars.yml", "other: 1"),),
    )
    found = find_unused_arguments(sources, ("web_instnces", "key", "other"), ("web_instances",))

    assert [(item.code, item.summary.split("`")[1]) for item in found] == [
        ("PD0302", "web_instnces"),
        ("PD0302", "key"),
    ]
    assert found[0].hint == "did you mean `web_instances`?"
    assert not any(item.is_error for item in found)


BEFORE_OPS = """
releases: [{name: mysql, version: 1}, {name: idle, version: 1}]
instance_groups: [{jobs: [{name: db, release: mysql, properties: {password: ((mysql))}}]}]
"""


def test_what_only_an_ops_file_left_behind_is_nobodys_mistake() -> None:
    after = """
name: d
releases: [{name: mysql, version: 1}, {name: idle, version: 1}, {name: pg, version: 1}]
instance_groups: [{name: db, jobs: [{name: db, release: pg}]}]
variables: [{name: mysql, type: password}, {name: never, type: password}]
"""
    document, written = node(after), node(BEFORE_OPS)
    draft = parse_deployment(document).draft
    assert draft is not None

    told = [item.summary for item in find_unused(document, draft, written)]

    assert told == ["the release `idle` is not used", "the variable `never` is not used"]
    assert len(find_unused(document, draft)) == 4
