"""``update:`` blocks of deployments and groups."""

import pytest

from paasta_deploy.manifest import parse_deployment
from paasta_deploy.manifest.parsing.update import parse_share
from paasta_deploy.model.deployment import (
    AzUpdateStrategy,
    OnFailure,
    RolloutOrder,
    Share,
    UpdatePolicy,
    VmStrategy,
)
from tests.unit.manifest.parsing.documents import (
    DEPLOYMENT,
    changed,
    deployment_of,
    deployment_problems,
)
from tests.unit.manifest.texts import node


def policy(text: str) -> UpdatePolicy:
    manifest = deployment_of(
        changed(DEPLOYMENT, ("  instances: 2", f"  update: {{{text}}}\n  instances: 2"))
    )
    return manifest.instance_groups[0].update


def test_a_group_overrides_only_what_it_names() -> None:
    found = policy("max_in_flight: 50%, serial: false, vm_strategy: create-swap-delete")

    assert found.max_in_flight == Share(amount=50, is_percent=True)
    assert (found.serial, found.vm_strategy) == (False, VmStrategy.CREATE_SWAP_DELETE)
    assert (found.canaries, found.canary_watch_time) == (
        deployment_of(DEPLOYMENT).update.canaries,
        deployment_of(DEPLOYMENT).update.canary_watch_time,
    )


def test_the_strategy_over_azs_is_read() -> None:
    found = policy("initial_deploy_az_update_strategy: parallel")

    assert found.initial_deploy_az_update_strategy is AzUpdateStrategy.PARALLEL


@pytest.mark.parametrize("answer", list(OnFailure))
def test_what_a_failure_means_is_read_and_inherited(answer: OnFailure) -> None:
    assert policy(f"on_failure: {answer.value}").on_failure is answer
    text = changed(DEPLOYMENT, ("update:\n", f"update:\n  on_failure: {answer.value}\n"))
    assert deployment_of(text).instance_groups[0].update.on_failure is answer


def test_a_failure_stops_unless_something_else_is_said() -> None:
    assert policy("serial: true").on_failure is OnFailure.STOP


@pytest.mark.parametrize(
    ("text", "window"),
    [("5", (5, 5)), ("'5'", (5, 5)), ("1-9", (1, 9)), ("' 1 - 9 '", (1, 9)), ("0", (0, 0))],
)
def test_watch_times_are_numbers_or_ranges(text: str, window: tuple[int, int]) -> None:
    found_window = policy(f"update_watch_time: {text}").update_watch_time

    assert (found_window.min_ms, found_window.max_ms) == window


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("update_watch_time: soon", "PD0117"), ("canary_watch_time: 9-1", "PD0117"),
        ("canary_watch_time: 1-2-3", "PD0117"), ("canaries: -1", "PD0118"),
        ("max_in_flight: 1.5", "PD0118"), ("canaries: [1]", "PD0101"),
        ("serial: 1", "PD0101"), ("vm_strategy: fast", "PD0106"),
        ("initial_deploy_az_update_strategy: x", "PD0106"), ("canarys: 1", "PD0103"),
        ("on_failure: retry", "PD0106"),
        ("order: graph", "PD0103"),
    ],
)  # fmt: skip
def test_mistakes_are_told(text: str, code: str) -> None:
    problems = deployment_problems(("  instances: 2", f"  update: {{{text}}}\n  instances: 2"))

    assert [item[0] for item in problems] == [code]


def test_the_order_is_the_deployments() -> None:
    start = DEPLOYMENT.index("canaries:")
    separator = "\n  " if DEPLOYMENT[start - 3] == "\n" else ", "
    found = deployment_of(f"{DEPLOYMENT[:start]}order: graph{separator}{DEPLOYMENT[start:]}")

    assert found.update.order is RolloutOrder.GRAPH
    assert {group.update.order for group in found.instance_groups} == {RolloutOrder.GRAPH}


def test_the_deployment_needs_the_four_main_keys() -> None:
    start = DEPLOYMENT.index("update:")
    text = DEPLOYMENT[:start] + "update: {}\n" + DEPLOYMENT[DEPLOYMENT.index("instance_groups") :]

    assert [item.code for item in parse_deployment(node(text)).diagnostics] == ["PD0102"] * 4


def test_a_deployment_without_the_block_is_told() -> None:
    start, end = DEPLOYMENT.index("update:"), DEPLOYMENT.index("instance_groups")
    text = DEPLOYMENT[:start] + DEPLOYMENT[end:]

    assert [item.code for item in parse_deployment(node(text)).diagnostics] == ["PD0102"]


@pytest.mark.parametrize(
    ("text", "share"),
    [("3", Share(amount=3)), (" 20 % ", Share(amount=20, is_percent=True)), ("x", None)],
)
def test_a_share_is_a_number_or_a_percentage(text: str, share: Share | None) -> None:
    assert parse_share(text) == share
