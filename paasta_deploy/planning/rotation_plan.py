"""A rotation thought through before anything is made: what changes in which rollout, and where."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from paasta_deploy.manifest.variables.rotation import Family
from paasta_deploy.model.ids import DeploymentName
from paasta_deploy.model.lifecycle import RotationPhase
from paasta_deploy.model.values import JsonObject

AUTHORITY_PHASES = (RotationPhase.TRUSTING, RotationPhase.SIGNING, RotationPhase.DROPPING)

_OVERLAP_LESS = (
    "While it is rolled out, instances with the new value and instances with the old one do not "
    "know each other's. Where that matters, stop one side first."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RotationPlan:
    """The rotation of one variable. ``phase``: it is under way and has come so far.

    ``deployments`` are those that use something of it, with the number of their instances.
    """

    name: str
    variable_type: str
    family: Family | None
    deployments: Mapping[DeploymentName, int]
    phase: RotationPhase | None = None

    @property
    def phases(self) -> tuple[RotationPhase, ...]:
        """The rollouts that are left."""
        if self.family is None:
            return (RotationPhase.REPLACING,)
        start = 0 if self.phase is None else AUTHORITY_PHASES.index(self.phase)
        return AUTHORITY_PHASES[start:]


def plan_json(plans: Sequence[RotationPlan]) -> JsonObject:
    """Return the plans for programs."""
    return {
        "rotations": [
            {
                "name": plan.name,
                "type": plan.variable_type,
                "under_way": plan.phase.value if plan.phase else None,
                "authorities": list(plan.family.authorities) if plan.family else [],
                "leaves": list(plan.family.leaves) if plan.family else [],
                "phases": [phase.value for phase in plan.phases],
                "deployments": {str(name): count for name, count in plan.deployments.items()},
            }
            for plan in plans
        ],
        "text": plan_text(plans),
    }


def plan_text(plans: Sequence[RotationPlan]) -> str:
    """Return the plans for people, ending with a line feed."""
    lines: list[str] = []
    for plan in plans:
        lines += [*_lines(plan), ""]
    return "\n".join(lines)


def _lines(plan: RotationPlan) -> list[str]:
    where = _where(plan.deployments)
    if plan.family is None:
        lines = [f"{plan.name} ({plan.variable_type}): one rollout", f"  1. a new value: {where}"]
        if plan.variable_type != "certificate":
            lines.append(f"  {_OVERLAP_LESS}")
        return lines
    count = len(plan.phases)
    lines = [f"{plan.name} (certificate authority): {count} rollout{'s' if count > 1 else ''}"]
    if plan.phase is not None:
        lines.append(f"  it is under way and goes on with the phase `{plan.phase.value}`")
    texts: Mapping[RotationPhase, str] = {
        RotationPhase.TRUSTING: f"a new {_listed(plan.family.authorities)} is trusted beside the "
        "old; no certificate changes",
        RotationPhase.SIGNING: "new certificates, signed by the new: "
        f"{_listed(plan.family.leaves)}",
        RotationPhase.DROPPING: "the old is trusted no longer",
    }
    lines += [
        f"  {number}. {phase.value}: {texts[phase]}: {where}"
        for number, phase in enumerate(plan.phases, start=1)
    ]
    return lines


def _where(deployments: Mapping[DeploymentName, int]) -> str:
    if not deployments:
        return "nobody uses it now"
    return ", ".join(
        f"{name} ({count} instance{'' if count == 1 else 's'})"
        for name, count in deployments.items()
    )


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names) if names else "none"
