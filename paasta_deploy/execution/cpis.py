"""The providers that a director has now, by the name of their CPI.

CPI configs come and go while the director runs, so whoever calls a cloud looks here each time. A
CPI that took over from another one (``migrated_from``) answers to the former name, too: VMs, disks
and stemcells are recorded with the name that held when they were made.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from typing_extensions import override

from paasta_deploy.cpi.capabilities import Feature
from paasta_deploy.cpi.provider import Provider
from paasta_deploy.model.ids import CpiName


@dataclass(frozen=True, slots=True, kw_only=True)
class CpiSet:
    """The providers of one moment. ``successors`` has the present name of each former one."""

    providers: Mapping[CpiName, Provider]
    successors: Mapping[CpiName, CpiName] = field(default_factory=dict)


class Cpis(Mapping[CpiName, Provider]):
    """A mapping that is always up to date. Former names are found and not listed.

    Reading is safe from any thread: a reader sees the one or the other set, whole.
    """

    def __init__(self, providers: Mapping[CpiName, Provider]) -> None:
        self._set = CpiSet(providers=providers)

    @classmethod
    def of(cls, providers: Mapping[CpiName, Provider]) -> "Cpis":
        """Return ``providers`` itself if it is one of these, else one that never changes."""
        return providers if isinstance(providers, cls) else cls(providers)

    def switch(self, to: CpiSet) -> None:
        """Be another set from now on. Calls that were begun go on with what they have."""
        self._set = to

    def current(self, name: CpiName) -> CpiName:
        """Return the present name of a CPI; a name that nothing took over from is its own."""
        return self._set.successors.get(name, name)

    @property
    def has_renamed(self) -> bool:
        """Whether there are former names at all."""
        return bool(self._set.successors)

    def with_feature(self, feature: Feature) -> frozenset[CpiName]:
        """Return the CPIs that can do ``feature``, by their present and their former names."""
        now = self._set
        able = {
            name
            for name, provider in now.providers.items()
            if feature in provider.capabilities().features
        }
        former = {name for name, current in now.successors.items() if current in able}
        return frozenset(able | former)

    @override
    def __getitem__(self, name: CpiName) -> Provider:
        now = self._set
        return now.providers[now.successors.get(name, name)]

    @override
    def __iter__(self) -> Iterator[CpiName]:
        return iter(tuple(self._set.providers))

    @override
    def __len__(self) -> int:
        return len(self._set.providers)
