"""Where a cloud config may have which variables, and what keeps its placeholders.

Property: filling a document in and putting its late parts back changes nothing but the rest.
"""

from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.manifest import Node, from_value, interpolate, read_document, to_value
from paasta_deploy.manifest.interpolating.variables import Variables
from paasta_deploy.manifest.parsing.cloud_variables import (
    only_shared,
    relative_names,
    uses_variables,
    with_late,
)
from paasta_deploy.model.values import JsonValue

TEXT = """\
azs: [{name: ((/az)), cloud_properties: {zone: ((zone)), ((key)): 1}}]
vm_types: [{name: a, cloud_properties: ((all))}]
networks: [{name: net, subnets: [{range: ((range)), cloud_properties: {id: x-((/id))}}]}]
compilation: {env: {secret: ((env))}, workers: ((workers))}
"""


def document(text: str = TEXT) -> Node:
    read = read_document("cloud.yml", text)
    assert read.node is not None
    return read.node


def test_only_cloud_properties_and_the_environment_of_compilation_take_relative_names() -> None:
    found = list(relative_names(document(), "cloud config"))

    assert [item.summary.split("`")[1] for item in found] == ["range", "workers"]
    assert [item.span.line for item in found if item.span] == [3, 4]
    assert "write `((/range))`" in found[0].hint


def test_the_parts_that_all_deployments_share_can_be_looked_at_alone() -> None:
    assert to_value(only_shared(document())) == {
        "azs": [{"name": "((/az))"}],
        "vm_types": [{"name": "a"}],
        "networks": [{"name": "net", "subnets": [{"range": "((range))"}]}],
        "compilation": {"workers": "((workers))"},
    }


def test_late_parts_come_back_as_they_were_and_the_rest_is_filled() -> None:
    names = ("/az", "zone", "key", "all", "range", "/id", "env", "workers")
    stored = {name: from_value(f"value of {name}", "v") for name in names}
    filled = interpolate(document(), Variables(stored=stored)).node
    assert filled is not None
    value = to_value(with_late(document(), filled))
    assert isinstance(value, dict)

    assert value["azs"] == [
        {"name": "value of /az", "cloud_properties": {"zone": "((zone))", "((key))": 1}}
    ]
    assert value["vm_types"] == [{"name": "a", "cloud_properties": "((all))"}]
    assert value["compilation"] == {"env": {"secret": "((env))"}, "workers": "value of workers"}


def test_a_document_without_placeholders_is_known_by_that() -> None:
    assert uses_variables([document()])
    assert not uses_variables([document("azs: [{name: z1}]"), document("a: ((")])


_VALUES = st.recursive(
    st.sampled_from(["((x))", "a", 1, None]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["cloud_properties", "env", "compilation", "b"]), inner)
    ),
    max_leaves=8,
)


@given(_VALUES)
def test_putting_back_into_the_same_document_changes_nothing(value: JsonValue) -> None:
    node = from_value(value, "cloud.yml")

    assert to_value(with_late(node, node)) == value
