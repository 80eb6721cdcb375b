"""Which handler does which action. A new action gets a row here.

Source: planning/actions.py, whose union is matched exhaustively.
"""

from dataclasses import replace
from typing import assert_never

from paasta_deploy.execution.context import StepContext
from paasta_deploy.execution.handlers import disks, instances, packages, vms
from paasta_deploy.execution.records import Records
from paasta_deploy.planning.actions import (
    Action,
    ApplyInstance,
    AttachDisk,
    CompilePackage,
    ConfirmVm,
    CreateDisk,
    CreateVm,
    DeleteDisk,
    DeleteVm,
    DetachDisk,
    ElectVm,
    FinishInstance,
    Gate,
    GrowDisk,
    MigrateDisk,
    OrphanDisk,
    PostDeploy,
    PrepareInstance,
    RemoveInstance,
    ReplaceUngrown,
    StartInstance,
    StopInstance,
    UpdateMetadata,
)
from paasta_deploy.planning.effects import NOTHING_MADE, Made

WITHOUT_INTENT = (OrphanDisk, FinishInstance, RemoveInstance, ReplaceUngrown)
"""Actions that touch nothing but records, or the world only through acts with intents of their
own: their result alone is journalled."""


def completed(action: Action, records: Records) -> Action:
    """Return ``action`` with what was not known when it was planned: packages compiled since.

    Raises NotFoundError when a package is still not compiled.
    """
    match action:
        case ApplyInstance() | PrepareInstance():
            return replace(action, spec=records.with_blobs(action.spec))
        case _:
            return action


async def act(action: Action, context: StepContext) -> Made:  # noqa: C901, PLR0911, PLR0912 - one row per action
    """Make ``action`` true and return what the world answered. Raises PaastaError."""
    match action:
        case CreateVm():
            return await vms.create(action, context)
        case DeleteVm():
            return await vms.delete(action, context)
        case ConfirmVm():
            return await vms.confirm(action, context)
        case ElectVm():
            return await vms.elect(context)
        case UpdateMetadata():
            return await vms.update_metadata(action, context)
        case CreateDisk():
            return await disks.create(action, context)
        case AttachDisk():
            return await disks.attach(action, context)
        case DetachDisk():
            return await disks.detach(action, context)
        case MigrateDisk():
            return await disks.migrate(action, context)
        case GrowDisk():
            return await disks.grow(action, context)
        case ReplaceUngrown():
            return await disks.replace_ungrown(action, context)
        case DeleteDisk():
            return await disks.delete(action, context)
        case PrepareInstance():
            return await instances.prepare(action, context)
        case StopInstance():
            return await instances.stop(action, context)
        case ApplyInstance():
            return await instances.apply(action, context)
        case StartInstance():
            return await instances.start(action, context)
        case PostDeploy():
            return await instances.post_deploy(action, context)
        case CompilePackage():
            return await packages.compile_package(action, context)
        case OrphanDisk() | FinishInstance() | RemoveInstance():
            return NOTHING_MADE  # all that they do is in the records
        case Gate():
            raise AssertionError("a gate is done by the scheduler")
    assert_never(action)
