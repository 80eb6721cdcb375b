"""The report of a plan as JSON, and back: what ``plan --json`` prints and what the API answers.

The shape is public and stable: ``docs/reference/plan.schema.json`` describes it, and a test holds
every report against that. A new key may appear in the same version; a key that changes its meaning
or goes away takes a new one.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from paasta_deploy.model.changes import ChangeKind, Reason
from paasta_deploy.model.deployment import OnFailure
from paasta_deploy.model.ids import DeploymentName, InstanceGroupName, InstanceId
from paasta_deploy.model.source import Span
from paasta_deploy.model.values import JsonObject, JsonValue
from paasta_deploy.wire.plan_report import (
    Attention,
    Basis,
    DiskFate,
    Expectation,
    Fates,
    GroupChanges,
    HeldBack,
    InstanceChange,
    OtherChange,
    PathPart,
    PlanReport,
    Suspicion,
    VmFate,
)

VERSION = 1
"""Counts up when a reader of the old shape would misread the new one."""


def report_json(report: PlanReport) -> JsonObject:
    """Return ``report`` as JSON."""
    expectation = report.expectation
    held_back: list[JsonValue] = [_held_json(item) for item in report.held_back]
    return {
        "version": VERSION,
        "deployment": report.deployment,
        "is_empty": report.is_empty,
        "summary": {kind.value: count for kind, count in report.counts.items()},
        "unchanged": report.unchanged,
        "attention": [
            {
                "kind": item.kind.value,
                "text": item.text,
                "group": item.group,
                "instances": list(item.instances),
            }
            for item in report.attention
        ],
        "packages": [_other_json(item) for item in report.packages],
        "groups": [_group_json(group) for group in report.groups],
        "others": [_other_json(item) for item in report.others],
        "order": [list(groups) for groups in report.order],
        **({} if report.waits is None else {"waits": _waits_json(report.waits)}),
        "post_deploy": report.post_deploy,
        **({"held_back": held_back} if held_back else {}),
        "expected": None if expectation is None else _expectation_json(expectation),
    }


def report_from(data: Mapping[str, Any]) -> PlanReport:
    """Return the report that :func:`report_json` made ``data`` from.

    Raises KeyError, TypeError or ValueError when it is of another shape.
    """
    if data["version"] != VERSION:
        raise ValueError(f"a plan of version {data['version']}, this program reads {VERSION}")
    expected = data["expected"]
    return PlanReport(
        deployment=DeploymentName(data["deployment"]),
        groups=tuple(map(_group, data["groups"])),
        packages=tuple(map(_other, data["packages"])),
        others=tuple(map(_other, data["others"])),
        order=tuple(tuple(map(InstanceGroupName, names)) for names in data["order"]),
        waits=_waits_from(data.get("waits")),
        attention=tuple(
            Attention(
                kind=Suspicion(item["kind"]),
                text=item["text"],
                group=InstanceGroupName(item["group"]),
                instances=tuple(item["instances"]),
            )
            for item in data["attention"]
        ),
        unchanged=data["unchanged"],
        post_deploy=data["post_deploy"],
        held_back=tuple(map(_held, data.get("held_back", ()))),
        is_empty=data["is_empty"],
        expectation=None if expected is None else _expectation(expected),
        counts={ChangeKind(kind): count for kind, count in data["summary"].items()},
    )


def _waits_json(waits: Mapping[InstanceGroupName, Sequence[InstanceGroupName]]) -> JsonObject:
    return {name: list(others) for name, others in waits.items()}


def _waits_from(
    data: Mapping[str, Sequence[str]] | None,
) -> Mapping[InstanceGroupName, tuple[InstanceGroupName, ...]] | None:
    if data is None:
        return None
    return {
        InstanceGroupName(name): tuple(map(InstanceGroupName, others))
        for name, others in data.items()
    }


def _held_json(item: HeldBack) -> JsonObject:
    return {
        "instance": item.name,
        "id": item.instance_id,
        "index": item.index,
        "kind": item.kind.value,
        "reasons": _reasons_json(item.reasons),
    }


def _held(data: Mapping[str, Any]) -> HeldBack:
    return HeldBack(
        group=InstanceGroupName(data["instance"].rpartition("/")[0]),
        index=data["index"],
        instance_id=InstanceId(data["id"]),
        kind=ChangeKind(data["kind"]),
        reasons=_reasons(data["reasons"]),
    )


def _group_json(group: GroupChanges) -> JsonObject:
    on_failure = group.on_failure
    return {
        "name": group.name,
        "canaries": group.canaries,
        "max_in_flight": list(group.in_flight),
        "unchanged": group.unchanged,
        **({} if on_failure is OnFailure.STOP else {"on_failure": on_failure.value}),
        "instances": [_instance_json(row) for row in group.instances],
    }


def _group(data: Mapping[str, Any]) -> GroupChanges:
    name = InstanceGroupName(data["name"])
    return GroupChanges(
        name=name,
        instances=tuple(_instance(name, item) for item in data["instances"]),
        canaries=data["canaries"],
        in_flight=tuple(data["max_in_flight"]),
        unchanged=data["unchanged"],
        on_failure=OnFailure(data.get("on_failure", OnFailure.STOP.value)),
    )


def _instance_json(row: InstanceChange) -> JsonObject:
    return {
        "instance": row.name,
        "id": row.instance_id,
        "index": row.index,
        "kind": row.kind.value,
        "canary": row.canary,
        "vm": row.fates.vm.value,
        "disk": row.fates.disk.value,
        "disks": {name: fate.value for name, fate in row.fates.named_disks},
        "expected_s": row.expected_s,
        "reasons": _reasons_json(row.reasons),
        "steps": list(row.steps),
    }


def _instance(group: InstanceGroupName, data: Mapping[str, Any]) -> InstanceChange:
    return InstanceChange(
        group=group,
        index=data["index"],
        instance_id=InstanceId(data["id"]),
        kind=ChangeKind(data["kind"]),
        fates=Fates(
            vm=VmFate(data["vm"]),
            disk=DiskFate(data["disk"]),
            named_disks=tuple(
                (name, DiskFate(fate)) for name, fate in data.get("disks", {}).items()
            ),
        ),
        canary=data["canary"],
        reasons=_reasons(data["reasons"]),
        steps=tuple(data["steps"]),
        expected_s=data["expected_s"],
    )


def _other_json(item: OtherChange) -> JsonObject:
    return {
        "kind": item.kind.value,
        "label": item.label,
        "reasons": _reasons_json(item.reasons),
    }


def _other(data: Mapping[str, Any]) -> OtherChange:
    return OtherChange(
        kind=ChangeKind(data["kind"]), label=data["label"], reasons=_reasons(data["reasons"])
    )


def _expectation_json(expectation: Expectation) -> JsonObject:
    return {
        "seconds": expectation.total_s,
        "basis": expectation.basis.value,
        "critical_path": [
            {"label": part.label, "seconds": part.expected_s} for part in expectation.critical_path
        ],
    }


def _expectation(data: Mapping[str, Any]) -> Expectation:
    return Expectation(
        total_s=data["seconds"],
        basis=Basis(data["basis"]),
        critical_path=tuple(
            PathPart(label=part["label"], expected_s=part["seconds"])
            for part in data["critical_path"]
        ),
    )


def _reasons_json(reasons: Iterable[Reason]) -> list[JsonValue]:
    return [
        {
            "aspect": reason.aspect,
            "text": reason.text,
            "before": reason.before,
            "after": reason.after,
            "location": None if reason.span is None else _location_json(reason.span),
        }
        for reason in reasons
    ]


def _reasons(data: Sequence[Mapping[str, Any]]) -> tuple[Reason, ...]:
    return tuple(
        Reason(
            aspect=item["aspect"],
            text=item["text"],
            before=item["before"],
            after=item["after"],
            span=None if item["location"] is None else _span(item["location"]),
        )
        for item in data
    )


def _location_json(span: Span) -> JsonObject:
    return {"file": span.file, "line": span.line, "column": span.column}


def _span(data: Mapping[str, Any]) -> Span:
    line, column = data["line"], data["column"]
    return Span(file=data["file"], line=line, column=column, end_line=line, end_column=column)
