"""Values of variables on their way to a cloud: put in at the last moment, out of every message.

What is planned and recorded has placeholders. A provider's error may repeat what it was given, and
errors end in events, results and logs, so values are taken out of them again.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

from paasta_deploy.cpi.errors import CloudError
from paasta_deploy.execution.context import StepContext
from paasta_deploy.manifest.interpolating.placeholders import placeholders
from paasta_deploy.model.ids import DeploymentName, VariableId
from paasta_deploy.model.spec import DiskSpec, VmSpec
from paasta_deploy.model.values import JsonObject, JsonValue

_HIDDEN_LENGTH_MIN = 4
"""Shorter values stand in too many innocent words; a secret so short is none."""


async def filled_vm(vm: VmSpec, deployment: DeploymentName, context: StepContext) -> VmSpec:
    """Return ``vm`` with all values in it. Raises VariableError: a version or the key is gone."""
    env = await _filled(vm.env, vm.env_variables, deployment, context)
    if not vm.cloud_variables:
        return replace(vm, env=env) if env is not vm.env else vm
    parts: JsonObject = {
        "vm": vm.cloud_properties,
        "networks": [network.cloud_properties for network in vm.networks],
    }
    filled = await _filled(parts, vm.cloud_variables, deployment, context)
    whole, each = filled["vm"], filled["networks"]
    assert isinstance(whole, Mapping), "a mapping stays one"
    assert isinstance(each, list), "a list stays one"
    networks = tuple(
        replace(network, cloud_properties=properties)
        for network, properties in zip(vm.networks, each, strict=True)
    )
    return replace(vm, env=env, cloud_properties=whole, networks=networks)


async def filled_disk(
    disk: DiskSpec, deployment: DeploymentName, context: StepContext
) -> DiskSpec:
    """Return ``disk`` with all values in it. Raises VariableError, see :func:`filled_vm`."""
    if not disk.variables:
        return disk
    properties = await _filled(disk.cloud_properties, disk.variables, deployment, context)
    return replace(disk, cloud_properties=properties)


@contextmanager
def hiding(before: VmSpec | DiskSpec, after: VmSpec | DiskSpec) -> Iterator[None]:
    """Take the values that only ``after`` has out of the errors of clouds."""
    if before is after:
        yield
        return
    try:
        yield
    except CloudError as error:
        told, hint = str(error), error.hint
        for secret, shown in _secrets(_parts(before), _parts(after)):
            told, hint = told.replace(secret, shown), hint.replace(secret, shown)
        if (told, hint) == (str(error), error.hint):
            raise
        error.args = (told,)
        error.hint = hint
        raise error from None  # the SDK's own error has the value, too


async def _filled(
    value: JsonObject,
    versions: Mapping[str, VariableId],
    deployment: DeploymentName,
    context: StepContext,
) -> JsonObject:
    if not versions:
        return value
    return await asyncio.to_thread(context.run.fill_env, deployment, value, versions)


def _parts(spec: VmSpec | DiskSpec) -> JsonValue:
    if isinstance(spec, DiskSpec):
        return spec.cloud_properties
    return [spec.env, spec.cloud_properties, *(one.cloud_properties for one in spec.networks)]


def _secrets(before: JsonValue, after: JsonValue) -> Iterator[tuple[str, str]]:
    """Yield the texts that came in for placeholders, each with what stood there."""
    if isinstance(before, str):
        if before != after and placeholders(before):
            for text in _texts(after):
                if len(text) >= _HIDDEN_LENGTH_MIN:
                    yield text, before
    elif isinstance(before, Mapping) and isinstance(after, Mapping):
        for key, value in before.items():
            if key in after:
                yield from _secrets(value, after[key])
    elif isinstance(before, Sequence) and isinstance(after, Sequence):
        for one, other in zip(before, after, strict=False):
            yield from _secrets(one, other)


def _texts(value: JsonValue) -> Iterator[str]:
    if isinstance(value, str):
        yield value
        yield from (line for line in value.splitlines() if line != value)
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, Sequence):
        for item in value:
            yield from _texts(item)
