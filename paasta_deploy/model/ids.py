"""Identities, as distinct types so that a disk can never be passed for a VM.

``…Cid`` is an identity that a cloud gave out; every other id is ours and is chosen (and recorded)
before the thing it names exists, so that an interrupted act can be recognised afterwards.
"""

from typing import NewType

DirectorUuid = NewType("DirectorUuid", str)
DeploymentName = NewType("DeploymentName", str)
InstanceGroupName = NewType("InstanceGroupName", str)
InstanceId = NewType("InstanceId", str)
"""A UUID, permanent over recreation and resurrection."""
JobName = NewType("JobName", str)
PackageName = NewType("PackageName", str)
ReleaseName = NewType("ReleaseName", str)
ReleaseVersion = NewType("ReleaseVersion", str)
StemcellName = NewType("StemcellName", str)
StemcellVersion = NewType("StemcellVersion", str)
NetworkName = NewType("NetworkName", str)
AzName = NewType("AzName", str)
CpiName = NewType("CpiName", str)
"""Name of one configured CPI."""
DEFAULT_CPI = CpiName("")
"""The director's own CPI, used where no AZ names another."""

AgentId = NewType("AgentId", str)
"""A UUID chosen before ``create_vm``; the VM carries it, so it is the key of that act."""
DiskId = NewType("DiskId", str)
"""A UUID chosen before ``create_disk``; the disk carries it where the cloud allows tags."""
VmCid = NewType("VmCid", str)
DiskCid = NewType("DiskCid", str)
StemcellCid = NewType("StemcellCid", str)
SnapshotCid = NewType("SnapshotCid", str)
NetworkCid = NewType("NetworkCid", str)

BlobId = NewType("BlobId", str)
TaskId = NewType("TaskId", int)
"""Counts up from 1 in one director; shown to users, never reused."""
ConfigId = NewType("ConfigId", int)

VariableId = NewType("VariableId", str)
"""One version of one variable's value; a UUID, shown by `variables`."""
VariableSetId = NewType("VariableSetId", str)
"""Which versions a deploy uses: a digest of them, so equal choices have one id."""
NO_VARIABLES = VariableSetId("")
"""The set of who uses no variables of ours."""
