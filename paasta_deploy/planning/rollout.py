"""In which order instances are updated, how many at a time, and which ones go ahead.

Theory (BOSH 4.5). Groups stand in the order of the manifest, cut into runs of equal
``update.serial``: groups of a serial run follow each other, those of a parallel run go together.
Inside a group one AZ follows another. In the first AZ some instances are canaries; the others
follow when all canaries are well. Percentages are of the instances that change in that AZ.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from paasta_deploy.model.deployment import AzUpdateStrategy, Share, UpdatePolicy
from paasta_deploy.model.ids import AzName, InstanceGroupName
from paasta_deploy.model.recorded import InstanceRecord
from paasta_deploy.model.spec import InstanceSpec
from paasta_deploy.planning.wants import Wants


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRollout:
    """One group of a rollout and how it is updated."""

    name: InstanceGroupName
    policy: UpdatePolicy


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Instances of one AZ (None: no AZ, or all of them at once)."""

    az: AzName | None
    instances: tuple[InstanceRecord, ...]
    canaries: int
    max_in_flight: int


def parse_share(text: str) -> Share | None:
    """Return what ``3`` or ``30%`` means, or None if it is neither."""
    digits = text.removesuffix("%")
    if not (digits.isascii() and digits.isdigit()):
        return None
    return Share(amount=int(digits), is_percent=digits != text)


def overridden(policy: UpdatePolicy, wants: Wants) -> UpdatePolicy:
    """Return ``policy`` with what the operator gave for this task instead.

    The numbers have been checked with :func:`parse_share` where they came in.
    """
    for name in ("canaries", "max_in_flight"):
        text: str | None = getattr(wants, name)
        if text is not None:
            share = parse_share(text)
            assert share is not None, "checked where it came in"
            policy = replace(
                policy,
                canaries=share if name == "canaries" else policy.canaries,
                max_in_flight=share if name == "max_in_flight" else policy.max_in_flight,
            )
    if wants.on_failure is not None:
        policy = replace(policy, on_failure=wants.on_failure)
    return policy


def policy_from(spec: InstanceSpec | None) -> UpdatePolicy:
    """Return a careful policy for a group that no manifest tells one of: one by one."""
    assert spec is not None, "instances without a recipe are not rolled out"
    return UpdatePolicy(
        canaries=Share(amount=0),
        max_in_flight=Share(amount=1),
        canary_watch_time=spec.canary_watch_time,
        update_watch_time=spec.update_watch_time,
    )


def runs_of(groups: Sequence[GroupRollout]) -> Iterable[Sequence[GroupRollout]]:
    """Yield groups that are updated together, in order."""
    together: list[GroupRollout] = []
    for group in groups:
        if group.policy.serial:
            if together:
                yield together
                together = []
            yield [group]
        else:
            together.append(group)
    if together:
        yield together


def batches_of(
    instances: Sequence[InstanceRecord],
    policy: UpdatePolicy,
    *,
    bootstrap_az: AzName | None,
    is_first_deploy: bool,
) -> list[Batch]:
    """Cut the changing ``instances`` of one group into batches, AZ by AZ."""

    def az_rank(az: AzName | None) -> tuple[bool, bool, str]:
        return (az != bootstrap_az, az is not None, az or "")

    ordered = sorted(
        instances,
        key=lambda record: (
            not record.bootstrap,
            az_rank(record.az),
            record.index,
            record.instance_id,
        ),
    )
    at_once = policy.initial_deploy_az_update_strategy is AzUpdateStrategy.PARALLEL
    by_az: dict[AzName | None, list[InstanceRecord]] = {}
    if is_first_deploy and at_once:
        by_az[None] = ordered
    else:
        for record in ordered:
            by_az.setdefault(record.az, []).append(record)
    return [
        Batch(
            az=az,
            instances=tuple(by_az[az]),
            canaries=policy.canaries.of(len(by_az[az])) if number == 0 else 0,
            max_in_flight=max(1, policy.max_in_flight.of(len(by_az[az]))),
        )
        for number, az in enumerate(sorted(by_az, key=az_rank))
    ]
