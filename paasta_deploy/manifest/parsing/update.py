"""``update:`` blocks: canaries, watch times, order. A group's block overrides the deployment's."""

import re

from paasta_deploy.diagnostics import codes
from paasta_deploy.manifest.parsing.fields import Fields
from paasta_deploy.model.deployment import (
    AzUpdateStrategy,
    OnFailure,
    RolloutOrder,
    Share,
    UpdatePolicy,
    VmStrategy,
)
from paasta_deploy.model.spec import WatchTime

_SHARE = re.compile(r"\s*(\d+)\s*(%?)\s*", re.ASCII)
_WATCH_TIME = re.compile(r"\s*(\d+)\s*(?:-\s*(\d+)\s*)?", re.ASCII)

STAND_IN = UpdatePolicy(
    canaries=Share(amount=1),
    max_in_flight=Share(amount=1),
    canary_watch_time=WatchTime(min_ms=0, max_ms=0),
    update_watch_time=WatchTime(min_ms=0, max_ms=0),
)
"""Used where the manifest has none, which is an error, so that reading can go on."""


def parse_update(fields: Fields | None, inherited: UpdatePolicy | None) -> UpdatePolicy:
    """Return a complete policy. Without ``inherited`` the four main keys are required."""
    above = STAND_IN if inherited is None else inherited
    if fields is None:
        return above
    need = inherited is None
    serial = fields.flag("serial", default=above.serial)
    policy = UpdatePolicy(
        canaries=_share(fields, "canaries", above.canaries, need=need),
        max_in_flight=_share(fields, "max_in_flight", above.max_in_flight, need=need),
        canary_watch_time=_watch_time(
            fields, "canary_watch_time", above.canary_watch_time, need=need
        ),
        update_watch_time=_watch_time(
            fields, "update_watch_time", above.update_watch_time, need=need
        ),
        serial=above.serial if serial is None else serial,
        vm_strategy=_vm_strategy(fields, above.vm_strategy),
        initial_deploy_az_update_strategy=fields.choice(
            "initial_deploy_az_update_strategy",
            AzUpdateStrategy,
            above.initial_deploy_az_update_strategy,
        ),
        on_failure=fields.choice("on_failure", OnFailure, above.on_failure),
        order=fields.choice("order", RolloutOrder, above.order) if need else above.order,
    )
    fields.finish()
    return policy


def _vm_strategy(fields: Fields, above: VmStrategy | None) -> VmStrategy | None:
    if fields.raw("vm_strategy") is None:
        return above
    return fields.choice("vm_strategy", VmStrategy, VmStrategy.DELETE_CREATE)


def parse_share(text: str) -> Share | None:
    """Return ``3`` or ``20%`` as a value; None if it is neither."""
    found = _SHARE.fullmatch(text)
    if found is None:
        return None
    return Share(amount=int(found.group(1)[:9]), is_percent=bool(found.group(2)))


def _share(fields: Fields, key: str, above: Share, *, need: bool) -> Share:
    text = fields.text(key, need=need)
    if not text:
        return above
    share = parse_share(text)
    if share is None:
        fields.report.error(
            codes.BAD_SHARE,
            f"`{key}` cannot be `{text}`",
            fields.source_of(key),
            "it must be a number of instances or a percentage",
            f"for example `{key}: 1` or `{key}: 20%`",
        )
        return above
    return share


def _watch_time(fields: Fields, key: str, above: WatchTime, *, need: bool) -> WatchTime:
    text = fields.text(key, need=need)
    if not text:
        return above
    found = _WATCH_TIME.fullmatch(text)
    if found is None:
        detail = "it must be milliseconds, or a range of two such numbers"
    else:
        low = int(found.group(1)[:12])
        high = low if found.group(2) is None else int(found.group(2)[:12])
        if low <= high:
            return WatchTime(min_ms=low, max_ms=high)
        detail = "the first number is above the second"
    fields.report.error(
        codes.BAD_WATCH_TIME,
        f"`{key}` cannot be `{text}`",
        fields.source_of(key),
        detail,
        f"for example `{key}: 1000-60000`: look after 1 s, give up after 60 s",
    )
    return above
