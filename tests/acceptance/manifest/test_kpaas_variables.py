"""What has to be made for the K-PaaS platform, and that nothing is wrong with its definitions."""

from collections import Counter

from paasta_deploy.manifest import apply_ops, collect_variables, read_document, read_ops
from paasta_deploy.manifest.variables import plan_store
from tests.acceptance.manifest.kpaas import ap, needs_kpaas


@needs_kpaas
def test_the_values_of_the_platform_are_planned_without_a_word() -> None:
    sources = ap("openstack").sources("openstack")
    read = read_document(*sources.manifest)
    assert read.node is not None
    patched = apply_ops(read.node, [read_ops(*item) for item in sources.ops]).node
    assert patched is not None
    plan = plan_store(patched, collect_variables(sources.variables).variables)

    assert plan.diagnostics == ()
    assert plan.waiting == frozenset()
    assert Counter(item.variable_type for item in plan.in_order) == {
        "certificate": 86,
        "password": 35,
        "ssh": 1,
        "rsa": 1,
    }
    assert len(plan.waves) == 2, "CAs, and what they sign"
