"""A refused deploy is told everything that is wrong with it, not only what stopped it first.

Reads the store only, and only when there is something to tell.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from paasta_deploy.diagnostics import Diagnostic, in_file_order
from paasta_deploy.director.booking import Booking
from paasta_deploy.director.neighbours import Neighbours
from paasta_deploy.director.rejection import RejectedError, refuse
from paasta_deploy.director.variable_survey import VariableSurvey
from paasta_deploy.model.cloud_config import CloudConfig
from paasta_deploy.model.deployment import DeploymentManifest
from paasta_deploy.model.errors import PaastaError
from paasta_deploy.model.ids import DeploymentName
from paasta_deploy.model.recorded import RecordedDeployment, StemcellRecord
from paasta_deploy.model.runtime_config import RuntimeConfigs
from paasta_deploy.planning.further_mistakes import Known, further_mistakes
from paasta_deploy.planning.links import SharedLink
from paasta_deploy.ports.clock import IdSource
from paasta_deploy.ports.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A manifest, right or not, and the configs that it was held against.

    ``draft`` has stand-ins where errors are; None: it is no manifest at all. ``found`` is what is
    wrong with it by itself and beside its configs, which are right.
    """

    draft: DeploymentManifest | None
    cloud_config: CloudConfig
    cloud_config_ids: tuple[int, ...]
    runtime: RuntimeConfigs
    runtime_config_ids: tuple[int, ...]
    found: tuple[Diagnostic, ...]
    survey: VariableSurvey

    @property
    def manifest(self) -> DeploymentManifest:
        """The manifest, once its errors have been refused."""
        assert self.draft is not None, "a manifest without errors has a value"
        return self.draft


class Teller:
    """Adds to refusals. ``recorded`` and ``stemcells`` read the store as deploys see it."""

    def __init__(
        self,
        *,
        store: Store,
        ids: IdSource,
        booking: Booking,
        neighbours: Neighbours,
        recorded: Callable[[DeploymentName], RecordedDeployment],
        stemcells: Callable[[], Sequence[StemcellRecord]],
    ) -> None:
        self._store = store
        self._ids = ids
        self._booking = booking
        self._neighbours = neighbours
        self._recorded = recorded
        self._stemcells = stemcells

    @contextmanager
    def telling_all(self, loaded: Loaded, file: str) -> Iterator[None]:
        """Whatever is refused within the ``with`` block, refuse it with all that is wrong.

        ``file`` is the manifest's name; what is wrong there comes first.
        """
        try:
            yield
        except RejectedError as refusal:
            told = (*loaded.found, *refusal.diagnostics, *self._further(loaded))
            raise RejectedError(_ordered(loaded, told, file)) from None

    def refuse_all(self, loaded: Loaded, file: str) -> None:
        """Raise RejectedError with all that is wrong, if anything is, without asking any CPI.

        So it is told before there is a task, which could only fail with it.
        """
        refuse(_ordered(loaded, (*loaded.found, *self._further(loaded)), file))

    def _further(self, loaded: Loaded) -> tuple[Diagnostic, ...]:
        draft = loaded.draft
        if draft is None:
            return ()
        stemcells = self._stemcells()
        known = Known(
            releases=self._store.releases(),
            stemcells=stemcells,
            compiled=[
                package
                for stemcell in {(one.os, one.version) for one in stemcells}
                for package in self._store.compiled_packages(
                    stemcell_os=stemcell[0], stemcell_version=stemcell[1]
                )
            ],
            runtime=loaded.runtime,
            recorded=self._recorded(draft.name),
            taken=self._booking.taken(draft.name),
            shared=self._shared_with(draft),
        )
        found = further_mistakes(draft, loaded.cloud_config, loaded.found, known, self._ids)
        # Warnings are for a deployment that is right; then all of them are told with its plan.
        return tuple(item for item in found if item.is_error)

    def _shared_with(
        self, draft: DeploymentManifest
    ) -> Mapping[DeploymentName, Sequence[SharedLink]] | None:
        try:
            return self._neighbours.shared_with(draft)
        except PaastaError:
            return None  # that is told once nothing else is wrong


def _ordered(loaded: Loaded, told: Iterable[Diagnostic], file: str) -> tuple[Diagnostic, ...]:
    return loaded.survey.hidden(in_file_order(dict.fromkeys(told), [file]))
