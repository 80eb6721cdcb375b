"""Values of shared variables for configs: those that belong to no deployment.

A CPI config, and what a cloud config says to all deployments, is read without a deployment, so
only absolute names have a meaning there, and the newest value counts, as with BOSH.
"""

from collections.abc import Collection, Mapping

from paasta_deploy.diagnostics import Diagnostic
from paasta_deploy.director.vault import Vault
from paasta_deploy.manifest import Node, from_value, interpolate
from paasta_deploy.manifest.interpolating.placeholders import placeholder_scalars
from paasta_deploy.manifest.interpolating.variables import Variables
from paasta_deploy.model.values import JsonValue
from paasta_deploy.ports.store import Store


class ConfigValues:
    """Looks values up. Any thread."""

    def __init__(self, *, store: Store, vault: Vault) -> None:
        self._store = store
        self._vault = vault

    def fill(self, node: Node) -> tuple[Node, tuple[Diagnostic, ...]]:
        """Return a document with the values of all absolute names that have one.

        Raises VariableError: the key is lost.
        """
        names = {item.name for _, found in placeholder_scalars(node) for item in found}
        values = self._values([name for name in names if name.startswith("/")])
        if not values:
            return node, ()
        stored = {name: from_value(value, f"variable {name}") for name, value in values.items()}
        result = interpolate(node, Variables(stored=stored))
        return (node if result.node is None else result.node), result.diagnostics

    def _values(self, names: Collection[str]) -> Mapping[str, JsonValue]:
        if not names:
            return {}
        newest = {one.name: one for one in self._store.variables([*names]) if not one.waiting}
        return {name: self._vault.open(one) for name, one in newest.items()}
