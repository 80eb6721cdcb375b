"""BOSH CPI executables: one process for each call, JSON on stdin and stdout (spec: bosh.md 5.1).

Here is the transport: running, bounding and killing such processes. What a CPI answers is read by
``cpi.answers``. Which calls are made, when, and for how long, is decided by the core.
"""

from paasta_deploy.adapters.external_cpi.processes import CpiProcesses

__all__ = ["CpiProcesses"]
