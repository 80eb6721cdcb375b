"""What every store and journal must do: a suite for pytest, run over the real one and the fake.

Subclass :class:`StoreConformance` as ``Test...`` and give it a fixture ``store``, opened on a
:class:`~paasta_deploy.testing.clock.FakeClock`. A durable store overrides ``reopened`` as well, so
that every fact is checked twice: as written and as found by the next process.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC
from ipaddress import ip_address
from typing import Protocol

import pytest

from paasta_deploy.model.errors import AddressTakenError, StoreError
from paasta_deploy.model.ids import (
    ConfigId,
    CpiName,
    DeploymentName,
    InstanceId,
    PackageName,
    StemcellCid,
    TaskId,
    VariableId,
)
from paasta_deploy.model.lifecycle import DiskState, RotationPhase, TaskState, VmState
from paasta_deploy.model.recorded import (
    CompiledPackageRecord,
    Put,
    RecordedDeployment,
    Remove,
    StemcellRecord,
)
from paasta_deploy.model.secret import Secret
from paasta_deploy.model.spec import BlobRef
from paasta_deploy.model.variable_records import CertificateFacts
from paasta_deploy.ports.store import Journal, Phase, Store
from paasta_deploy.testing.made_records import (
    MADE_AT,
    STEMCELL,
    config,
    deployment,
    disk,
    entry,
    instance,
    rotation,
    task,
    variable,
    variable_set,
    vm,
)


class StoreWithJournal(Store, Protocol):
    """A store as wiring gets it: reads, and the journal that belongs to it."""

    @property
    def journal(self) -> Journal:
        """Where everything is written."""
        ...


async def put(store: StoreWithJournal, *records: object) -> None:
    """Write all records in one entry."""
    await store.journal.write(entry(*(Put(record=record) for record in records)))  # type: ignore[arg-type] # any records


class _Conformance:
    """What the parts of the suite share."""

    @pytest.fixture
    def store(self) -> StoreWithJournal:
        """Return an empty store. Every subclass overrides this."""
        raise NotImplementedError

    @pytest.fixture
    def reopened(self, store: StoreWithJournal) -> Callable[[], StoreWithJournal]:
        """Return how to find again what was written; a durable store opens itself anew."""
        return lambda: store


class _RecordConformance(_Conformance):
    async def test_a_record_is_read_as_it_was_put(
        self, store: StoreWithJournal, reopened: Callable[[], StoreWithJournal]
    ) -> None:
        written = vm("a")
        await put(store, written)

        assert store.vm(written.agent_id) == written
        assert reopened().vm(written.agent_id) == written

    async def test_putting_again_replaces_and_removing_an_absent_record_is_fine(
        self, store: StoreWithJournal
    ) -> None:
        await put(store, vm("a"))
        changed = replace(vm("a"), state=VmState.RUNNING)
        await put(store, changed)
        await store.journal.write(entry(Remove(record=vm("never"))))
        assert store.vms() == [changed] or tuple(store.vms()) == (changed,)

        await store.journal.write(entry(Remove(record=vm("a"))))
        assert not store.vms()

    async def test_the_last_change_of_one_record_in_an_entry_counts(
        self, store: StoreWithJournal
    ) -> None:
        put_and_removed, removed_and_put = vm("a"), vm("b")
        await store.journal.write(
            entry(
                Put(record=put_and_removed),
                Remove(record=put_and_removed),
                Remove(record=removed_and_put),
                Put(record=removed_and_put),
            )
        )

        assert list(store.vms()) == [removed_and_put]

    async def test_a_deployment_is_read_whole_in_order_and_without_orphans(
        self, store: StoreWithJournal, reopened: Callable[[], StoreWithJournal]
    ) -> None:
        serving, deleting = disk("d1", DiskState.ATTACHED), disk("d2", DiskState.DELETING)
        orphan = disk("d3", DiskState.ORPHANED, serves=None)
        dying_orphan = disk("d4", DiskState.DELETING, serves=None)
        await put(store, deployment(), instance("i2", index=1), instance("i9"), vm("a"))
        await put(store, orphan, serving, deleting, dying_orphan)
        await put(store, deployment("other"), instance("o", of="other"), vm("b", of="other"))

        assert reopened().recorded_deployment(DeploymentName("cf")) == RecordedDeployment(
            deployment=deployment(),
            instances=(instance("i9"), instance("i2", index=1)),
            vms=(vm("a"),),
            disks=(serving, deleting),
        )
        assert store.disk(orphan.disk_id) == orphan
        assert list(store.disks(orphaned=True)) == [orphan, dying_orphan]
        assert store.recorded_deployment(DeploymentName("absent")) is None
        assert [one.name for one in store.deployments()] == ["cf", "other"]

    async def test_only_the_latest_version_of_a_config_counts_and_none_when_it_is_deleted(
        self, store: StoreWithJournal
    ) -> None:
        old, new = config(1, "cloud", "default"), config(4, "cloud", "default")
        other, dropped = config(2, "runtime", "dns"), config(3, "runtime", "gone")
        deletion = config(5, "runtime", "gone", deleted=True)
        await put(store, old, other, dropped, new, deletion)

        assert list(store.configs()) == [new, other]
        assert list(store.configs(kind="cloud", latest_only=False)) == [new, old]
        assert list(store.configs(name="gone", latest_only=False)) == [deletion, dropped]
        assert store.config(ConfigId(1)) == old

    async def test_stemcells_are_told_apart_by_cpi_and_compiled_packages_by_stemcell(
        self, store: StoreWithJournal
    ) -> None:
        stemcell = StemcellRecord(
            name=STEMCELL.name, version=STEMCELL.version, os=STEMCELL.os, cid=StemcellCid("s-1")
        )
        elsewhere = replace(stemcell, cpi=CpiName("other"), cid=StemcellCid("s-2"))
        compiled = CompiledPackageRecord(
            package=PackageName("p"),
            fingerprint="f",
            dependency_key="[]",
            stemcell_os="bookworm",
            stemcell_version=STEMCELL.version,
            blob=BlobRef(blob_id="b", digest="sha256:0"),  # type: ignore[arg-type] # any id
        )
        await put(store, stemcell, elsewhere, compiled, replace(compiled, stemcell_os="trixie"))

        assert list(store.stemcells()) == [stemcell, elsewhere]
        found = store.compiled_packages(stemcell_os="bookworm", stemcell_version="1")
        assert list(found) == [compiled]


class _AddressConformance(_Conformance):
    async def test_two_instances_never_hold_one_address(self, store: StoreWithJournal) -> None:
        await put(store, instance("i1", "10.0.0.1"))

        with pytest.raises(AddressTakenError, match="instance i1 of deployment cf") as refusal:
            await put(store, vm("a"), instance("i2", "10.0.0.2", "10.0.0.1", of="other"))
        assert "10.0.0.1" in str(refusal.value)
        assert not store.vms(), "nothing of a refused entry stands"
        assert store.instance(InstanceId("i2")) is None

    async def test_an_address_is_free_when_its_holder_gives_it_up_or_goes(
        self, store: StoreWithJournal
    ) -> None:
        await put(store, instance("i1", "10.0.0.1", "10.0.0.2"))
        await put(store, instance("i1", "10.0.0.2"))
        await put(store, instance("i2", "10.0.0.1"))
        await store.journal.write(entry(Remove(record=instance("i1", "10.0.0.2"))))
        await put(store, instance("i3", "10.0.0.2", of="other"))

        everything = store.taken_addresses(except_deployment=None)
        assert set(everything) == {
            (ip_address("10.0.0.1"), DeploymentName("cf"), InstanceId("i2")),
            (ip_address("10.0.0.2"), DeploymentName("other"), InstanceId("i3")),
        }
        others = store.taken_addresses(except_deployment=DeploymentName("cf"))
        assert [name for _, _, name in others] == ["i3"]

    async def test_one_entry_may_pass_an_address_on_in_any_order(
        self, store: StoreWithJournal
    ) -> None:
        await put(store, instance("i1", "10.0.0.1"), instance("i2", "10.0.0.2"))
        await put(store, instance("i1", "10.0.0.2"), instance("i2", "10.0.0.1"))

        assert {(str(ip), name) for ip, _, name in self._taken(store)} == {
            ("10.0.0.2", "i1"),
            ("10.0.0.1", "i2"),
        }

    async def test_one_instance_does_not_hold_an_address_twice(
        self, store: StoreWithJournal
    ) -> None:
        with pytest.raises(AddressTakenError):
            await put(store, instance("i1", "10.0.0.1", "10.0.0.1"))

    async def test_of_entries_written_at_once_only_those_are_refused_that_ask_for_a_taken_address(
        self, store: StoreWithJournal
    ) -> None:
        wishes = [put(store, instance(f"i{n}", f"10.0.0.{n // 2}")) for n in range(40)]
        outcomes = await asyncio.gather(*wishes, return_exceptions=True)

        refused = [isinstance(outcome, AddressTakenError) for outcome in outcomes]
        assert refused == [False, True] * 20
        assert len(self._taken(store)) == 20

    async def test_an_address_given_up_by_a_later_entry_is_still_taken_for_an_earlier_one(
        self, store: StoreWithJournal
    ) -> None:
        await put(store, instance("i1", "10.0.0.1"))
        early, late = await asyncio.gather(
            put(store, instance("i2", "10.0.0.1")),
            put(store, instance("i1")),
            return_exceptions=True,
        )

        assert isinstance(early, AddressTakenError)
        assert late is None

    @staticmethod
    def _taken(store: StoreWithJournal) -> set[tuple[object, object, object]]:
        return set(store.taken_addresses(except_deployment=None))


class _JournalConformance(_Conformance):
    async def test_the_journal_keeps_entries_in_order_and_by_task(
        self, store: StoreWithJournal, reopened: Callable[[], StoreWithJournal]
    ) -> None:
        await store.journal.write(entry(step="one", data={"reason": "é", "list": [1, None]}))
        await store.journal.write(entry(step="elsewhere", task_id=2))
        await store.journal.write(entry(step="two"))

        for journal in (store.journal, reopened().journal):
            found = journal.entries(TaskId(1))
            assert [one.step for one in found] == ["one", "two"]
            assert found[0].data == {"reason": "é", "list": [1, None]}
            assert (found[0].phase, found[0].task_id) == (Phase.INTENT, TaskId(1))
            assert found[0].at.tzinfo is UTC

    async def test_one_phase_is_found_alone(self, store: StoreWithJournal) -> None:
        for phase in (Phase.NOTE, Phase.INTENT, Phase.NOTE):
            await store.journal.write(replace(entry(), phase=phase))

        notes = store.journal.entries(TaskId(1), phase=Phase.NOTE)
        assert [one.sequence for one in notes] == [1, 3]

    async def test_sequences_have_no_holes_although_entries_are_refused(
        self, store: StoreWithJournal
    ) -> None:
        await asyncio.gather(
            *(put(store, instance(f"i{n}", "10.0.0.1")) for n in range(5)),
            *(store.journal.write(entry()) for _ in range(50)),
            return_exceptions=True,
        )

        sequences = [one.sequence for one in store.journal.entries(TaskId(1))]
        assert sequences == list(range(1, 52))

    async def test_a_secret_is_refused_and_nothing_of_its_entry_stands(
        self, store: StoreWithJournal
    ) -> None:
        hidden = replace(vm("b"), cloud_properties={"password": Secret("x")})  # type: ignore[dict-item] # the mistake under test
        with pytest.raises(TypeError):
            await put(store, vm("a"), hidden)

        assert not store.vms()
        assert not store.journal.entries(TaskId(1))


class _TaskConformance(_Conformance):
    async def test_tasks_are_found_by_state_and_deployment_newest_first(
        self, store: StoreWithJournal
    ) -> None:
        queued, running = task(1, TaskState.QUEUED, of="cf"), task(2, TaskState.PROCESSING)
        done = task(3, TaskState.DONE, of="cf")
        await put(store, queued, running, done)

        assert list(store.tasks()) == [done, running, queued]
        assert list(store.tasks(limit=1)) == [done]
        assert list(store.tasks(deployment=DeploymentName("cf"))) == [done, queued]
        unfinished = frozenset({TaskState.QUEUED, TaskState.PROCESSING})
        assert list(store.tasks(states=unfinished)) == [running, queued]
        assert (store.task(TaskId(2)), store.task(TaskId(9))) == (running, None)

    async def test_finished_tasks_beyond_the_newest_are_found_and_take_their_entries_with_them(
        self, store: StoreWithJournal
    ) -> None:
        states = [TaskState.DONE, TaskState.PROCESSING, TaskState.ERROR, TaskState.DONE]
        for number, state in enumerate(states, 1):
            change = Put(record=task(number, state))
            await store.journal.write(entry(change, task_id=number))
        beyond = store.tasks_beyond(1, limit=9)
        assert [one.task_id for one in beyond] == [1, 3]
        assert [one.task_id for one in store.tasks_beyond(1, limit=1)] == [1]
        assert list(store.tasks_beyond(3, limit=9)) == []

        await store.journal.write(entry(*(Remove(record=one) for one in beyond), task_id=9))
        assert [one.task_id for one in store.tasks()] == [4, 2]
        lines = [len(store.journal.entries(TaskId(number))) for number in (1, 2, 3, 4)]
        assert lines == [0, 1, 0, 1]

    async def test_ids_are_never_given_twice_also_not_after_the_newest_is_removed(
        self, store: StoreWithJournal, reopened: Callable[[], StoreWithJournal]
    ) -> None:
        assert [store.next_task_id(), store.next_task_id()] == [1, 2]
        await put(store, task(7, TaskState.DONE), config(5, "cloud", "default"))
        await put(store, task(3, TaskState.DONE))
        await store.journal.write(entry(Remove(record=task(7, TaskState.DONE))))

        store = reopened()
        assert [store.next_task_id(), store.next_task_id()] == [8, 9]
        assert store.next_config_id() == 6

    async def test_a_setting_is_there_when_put_returns(
        self, store: StoreWithJournal, reopened: Callable[[], StoreWithJournal]
    ) -> None:
        assert store.setting("uuid") is None
        store.put_setting("uuid", "1")
        store.put_setting("uuid", "2")

        assert (store.setting("uuid"), reopened().setting("uuid")) == ("2", "2")


class _VariableConformance(_Conformance):
    async def test_versions_of_variables_are_found_by_name_in_the_order_of_their_numbers(
        self, store: StoreWithJournal, reopened: Callable[[], StoreWithJournal]
    ) -> None:
        facts = CertificateFacts(subject="CN=ca", not_before=MADE_AT, not_after=MADE_AT)
        versions = [replace(variable("/d/cf/ca", number), certificate=facts) for number in (1, 2)]
        other, shared = variable("/d/cf/pw", 1), variable("/shared/ca", 10)
        await put(store, versions[1], shared, versions[0], other)

        assert list(store.variables(["/shared/ca", "/d/cf/ca", "/absent"])) == [*versions, shared]
        assert list(reopened().variables()) == [*versions, other, shared]
        assert not store.variables([])

    async def test_one_number_is_not_given_to_two_versions_of_a_name(
        self, store: StoreWithJournal
    ) -> None:
        first = variable("/shared/ca", 1)
        await put(store, first)
        await put(store, replace(first, waiting=True))
        second = replace(first, variable_id=VariableId("another"))
        with pytest.raises(StoreError):
            await put(store, vm("a"), second)

        assert not store.vms(), "nothing of a refused entry stands"
        assert list(store.variables()) == [replace(first, waiting=True)]

    async def test_sets_are_found_by_deployment_and_rotations_by_name(
        self, store: StoreWithJournal, reopened: Callable[[], StoreWithJournal]
    ) -> None:
        mine, older = variable_set("s2", "/d/cf/pw"), variable_set("s1", "/d/cf/pw")
        other = variable_set("s1", "/shared/ca", of="other")
        signing = replace(rotation("/shared/ca"), phase=RotationPhase.SIGNING)
        await put(store, mine, older, other, rotation("/d/cf/pw"), signing)

        store = reopened()
        assert list(store.variable_sets(DeploymentName("cf"))) == [older, mine]
        assert list(store.variable_sets()) == [older, mine, other]
        assert list(store.rotations()) == [rotation("/d/cf/pw"), signing]
        await store.journal.write(entry(Remove(record=signing), Remove(record=older)))
        assert list(store.rotations()) == [rotation("/d/cf/pw")]
        assert list(store.variable_sets(DeploymentName("cf"))) == [mine]


class StoreConformance(
    _RecordConformance,
    _AddressConformance,
    _JournalConformance,
    _TaskConformance,
    _VariableConformance,
):
    """The whole suite. See the module's docstring for how to run it over a store."""
