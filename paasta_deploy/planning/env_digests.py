"""When an environment needs a new VM: digests of the part that the operator wrote.

Variables stay in an environment as ``((names))``; another version of one of them is a change like
any other.
"""

from collections.abc import Mapping

from paasta_deploy.manifest.interpolating.placeholders import placeholders
from paasta_deploy.model.ids import VariableId
from paasta_deploy.model.spec import VmSpec
from paasta_deploy.model.values import JsonObject, canonical_json, digest_of

_DIRECTOR_ENV = frozenset({"group", "groups", "tags", "mbus", "password", "blobstores"})
"""Keys of ``env.bosh`` that the director adds: they name the VM or let it in, so they may change
without a new VM (BOSH compares the manifest's ``env`` only)."""


def env_digest(env: JsonObject, variables: Mapping[str, VariableId] | None = None) -> str:
    """Return a digest of the part of ``env`` whose change needs a new VM.

    ``variables`` pins the variables in it: another version of one of them is a change, too.
    """
    bosh = env.get("bosh")
    if isinstance(bosh, Mapping):
        kept = {key: value for key, value in bosh.items() if key not in _DIRECTOR_ENV}
        rest = {key: value for key, value in env.items() if key != "bosh"}
        env = {**rest, "bosh": kept} if kept else rest
    if not variables:
        return digest_of(env)
    used = {item.name for item in placeholders(canonical_json(env))}
    pinned = {name: version for name, version in variables.items() if name in used}
    return digest_of([env, pinned]) if pinned else digest_of(env)


class EnvDigests:
    """Remembers digests of environments, which instances of a group share as one object."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, int], tuple[VmSpec, str]] = {}

    def of(self, vm: VmSpec) -> str:
        """Return :func:`env_digest` of the environment of ``vm``."""
        # The entry keeps the spec alive, so the ids cannot come to stand for another one.
        key = (id(vm.env), id(vm.env_variables))
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = (vm, env_digest(vm.env, vm.env_variables))
        return known[1]
