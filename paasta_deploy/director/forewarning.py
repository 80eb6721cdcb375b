"""What a deploy says of its plan before it begins: what it leaves out, and what it will not do."""

from paasta_deploy.director.preparing import Prepared
from paasta_deploy.director.stages import StageReporter
from paasta_deploy.planning.going_back import rollback_warnings
from paasta_deploy.planning.holding_back import held_back_text, part_warnings
from paasta_deploy.planning.plan import Plan
from paasta_deploy.planning.wants import Wants


def forewarn(stages: StageReporter, prepared: Prepared, plan: Plan, wants: Wants) -> None:
    """Tell the operator who watches the task."""
    for warning in rollback_warnings(prepared.desired.manifest, wants, prepared.recorded):
        stages.warn(warning.summary)
    if plan.held_back:
        for warning in part_warnings(plan, prepared.links, prepared.name):
            stages.warn(warning.summary)
        stages.warn(held_back_text(plan.held_back))
