"""What we keep of variables: versions of values, which of them a deploy uses, and rotations.

A value never changes: another value is another version. What a deploy uses is pinned by a *set*,
and instances remember theirs, so that an instance that is made again gets the very same values,
also while newer ones are waiting for it. Values are sealed before they become part of a record.
Source: BOSH 1.10 (variable sets), Appendix B.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from paasta_deploy.model.ids import DeploymentName, TaskId, VariableId, VariableSetId
from paasta_deploy.model.lifecycle import RotationPhase
from paasta_deploy.model.values import JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateFacts:
    """What people must know of a certificate. Taken from the certificate itself."""

    subject: str
    not_before: datetime
    not_after: datetime
    is_authority: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class VariableRecord:
    """One version of one value. Key: ``variable_id``; ``name`` and ``number`` are unique, too.

    ``name`` is whole (``/director/deployment/name``, or shared: ``/any/name``). ``number`` counts
    the versions of a name from 1. ``deployment`` is whose definition made it. ``options`` and
    ``alternative_names`` are what it was made from, enough to make another one like it.
    ``signed_by`` is the version of the authority that signed it; an own signature has none.
    ``waiting``: made ahead by a rotation, and not used by any deploy until that has come so far.
    ``sealed`` is the encrypted value.
    """

    variable_id: VariableId
    name: str
    number: int
    deployment: DeploymentName
    variable_type: str
    sealed: str = field(repr=False)
    created_at: datetime
    created_by: TaskId | None = None
    options: JsonObject = field(default_factory=dict)
    alternative_names: tuple[str, ...] = ()
    certificate: CertificateFacts | None = None
    signed_by: VariableId | None = None
    waiting: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class VariableSetRecord:
    """The versions that a deploy uses, by whole name. Key: ``deployment`` and ``set_id``."""

    deployment: DeploymentName
    set_id: VariableSetId
    versions: Mapping[str, VariableId]
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RotationRecord:
    """A rotation that is under way. Key: ``name``, the whole name of the variable asked for.

    ``successors`` are the new authorities, by name: waiting versions that count from the phase
    in which they sign. A rotation that is finished has no record.
    """

    name: str
    deployment: DeploymentName
    phase: RotationPhase
    successors: Mapping[str, VariableId]
    started_at: datetime
    started_by: TaskId | None = None
