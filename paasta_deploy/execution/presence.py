"""Whether a VM that fell silent is gone for good: asked of its cloud, and not believed at once.

An agent that does not answer proves nothing, since networks break more often than machines. Only
the cloud can say that there is no such VM, and it has to say so twice: a list that lags behind may
leave out for a moment what is there.
"""

from paasta_deploy.cpi.errors import CloudError
from paasta_deploy.execution.clouds import CloudCall
from paasta_deploy.execution.context import StepContext
from paasta_deploy.execution.retry import RetryPolicy
from paasta_deploy.model.recorded import VmRecord

HAS_VM_DEADLINE_S = 10.0
"""Somebody waits for the answer, and a cloud that does not give it soon proves nothing."""

LOOKS = 2
"""How often in a row a cloud must say that a VM is gone before it is believed."""

CONFIRM_S = 2.0
"""Between two looks: longer than clouds' lists usually lag, short for whoever waits."""

_ONE_TRY = RetryPolicy(tries_max=1, delay_s_first=0.0, delay_s_max=0.0)


async def is_proven_gone(vm: VmRecord, context: StepContext) -> bool:
    """Return whether the cloud says so each time. Never raises what the cloud does."""
    cid = vm.cid
    if cid is None:
        return False
    call = CloudCall(method="has_vm", subject=cid, deadline_s=HAS_VM_DEADLINE_S, retries=_ONE_TRY)
    for look in range(LOOKS):
        if look:
            await context.run.clock.wait(CONFIRM_S)
        try:
            if await context.cloud(vm.cpi, call, lambda provider: provider.has_vm(cid)):
                return False
        except CloudError:
            return False
    return True
