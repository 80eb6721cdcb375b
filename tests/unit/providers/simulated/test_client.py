"""The simulated cloud has quotas, addresses that are in use, weather, and machines that die."""

import threading
from pathlib import Path

import pytest
from paasta_providers.simulated.client import ApiError, CloudClient, Quota, Trouble
from paasta_providers.simulated.inventory import Image, Machine, Volume
from paasta_providers.simulated.weather import Climate, LatencyRange

from paasta_deploy.model.ids import AgentId, DiskCid, DiskId, StemcellCid, VmCid

IMAGE = Image(cid=StemcellCid("s"), name="debian", version="1")


def machine(number: int = 0, *, address: str = "") -> Machine:
    return Machine(
        cid=VmCid(f"vm-{number}"),
        agent_id=AgentId(f"a{number}"),
        image=IMAGE.cid,
        addresses=(address or f"default/10.0.0.{number}",),
    )


def volume(number: int = 0, size_mib: int = 10) -> Volume:
    return Volume(cid=DiskCid(f"d-{number}"), disk_id=DiskId(f"d{number}"), size_mib=size_mib)


class Listener:
    def __init__(self) -> None:
        self.heard: list[str] = []

    def machine_started(self, agent_id: AgentId) -> None:
        self.heard.append(f"{agent_id} started")

    def machine_ended(self, agent_id: AgentId) -> None:
        self.heard.append(f"{agent_id} ended")


def cloud(
    *,
    quota: Quota | None = None,
    climate: Climate | None = None,
    folder: Path | None = None,
    listener: Listener | None = None,
) -> CloudClient:
    made = CloudClient(
        climate=climate or Climate(),
        quota=quota or Quota(),
        folder=folder,
        listener=listener,
        sleep=SLEPT.append,
    )
    if climate is None:
        made.images.register(IMAGE)
    return made


SLEPT: list[float] = []


def trouble(caught: pytest.ExceptionInfo[ApiError]) -> Trouble:
    return caught.value.trouble


def test_the_account_has_no_more_machines_than_it_may() -> None:
    account = cloud(quota=Quota(machines=1))
    account.machines.start(machine(0))
    account.machines.start(machine(0))

    with pytest.raises(ApiError) as caught:
        account.machines.start(machine(1))
    assert trouble(caught) is Trouble.QUOTA


@pytest.mark.parametrize("quota", [Quota(volumes=1), Quota(volumes_size_mib=15)])
def test_the_account_has_no_more_storage_than_it_may(quota: Quota) -> None:
    account = cloud(quota=quota)
    account.volumes.make(volume(0))

    with pytest.raises(ApiError) as caught:
        account.volumes.make(volume(1))
    assert trouble(caught) is Trouble.QUOTA


def test_an_address_belongs_to_one_machine_at_a_time() -> None:
    account = cloud()
    account.machines.start(machine(0, address="default/10.0.0.9"))

    with pytest.raises(ApiError) as caught:
        account.machines.start(machine(1, address="default/10.0.0.9"))
    assert trouble(caught) is Trouble.ADDRESS_IN_USE

    account.machines.end(VmCid("vm-0"))
    account.machines.start(machine(1, address="default/10.0.0.9"))


def test_addresses_and_attachments_are_known_after_a_restart(tmp_path: Path) -> None:
    account = cloud(folder=tmp_path)
    account.machines.start(machine(0, address="default/10.0.0.9"))
    account.volumes.make(volume())
    account.volumes.attach(VmCid("vm-0"), DiskCid("d-0"))

    again = cloud(folder=tmp_path)

    assert again.volumes.of_machine(VmCid("vm-0")) == (DiskCid("d-0"),)
    with pytest.raises(ApiError):
        again.machines.start(machine(1, address="default/10.0.0.9"))


def test_a_lost_answer_means_that_it_was_done() -> None:
    account = cloud(climate=Climate(answer_lost=1.0))

    with pytest.raises(ApiError) as caught:
        account.volumes.make(volume())

    assert trouble(caught) is Trouble.UNAVAILABLE
    with pytest.raises(ApiError):
        account.volumes.make(volume(0, size_mib=99))
    with pytest.raises(ApiError):
        account.volumes.get(DiskCid("d-0"))


@pytest.mark.parametrize(
    ("climate", "expected"),
    [
        (Climate(refused=1.0), Trouble.UNAVAILABLE),
        (Climate(throttled=1.0), Trouble.THROTTLED),
        (Climate(vm_failure=1.0), Trouble.VM_FAILED),
    ],
)
def test_bad_weather_leaves_nothing_behind(climate: Climate, expected: Trouble) -> None:
    listener = Listener()
    account = cloud(climate=climate, listener=listener)

    with pytest.raises(ApiError) as caught:
        account.machines.start(machine())

    assert trouble(caught) is expected
    assert listener.heard == []


def test_latencies_are_slept_through_without_the_lock() -> None:
    SLEPT.clear()
    climate = Climate(latencies={"default": LatencyRange(low_s=3.0, high_s=3.0)})
    account = cloud(climate=climate)
    threads = [
        threading.Thread(target=account.volumes.make, args=(volume(number),)) for number in (0, 1)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=5)

    assert SLEPT == [3.0, 3.0]


def test_who_plays_the_agents_hears_of_every_machine() -> None:
    listener = Listener()
    account = cloud(listener=listener)

    account.machines.start(machine(0))
    account.machines.crash(VmCid("vm-0"))
    account.machines.restart(VmCid("vm-0"))
    account.machines.end(VmCid("vm-0"))
    account.machines.end(VmCid("vm-0"))

    assert listener.heard == ["a0 started", "a0 ended", "a0 started", "a0 ended"]


def test_a_crashed_machine_keeps_its_address_and_its_volumes() -> None:
    account = cloud()
    account.machines.start(machine(0))
    account.volumes.make(volume())
    account.volumes.attach(VmCid("vm-0"), DiskCid("d-0"))

    account.machines.crash(VmCid("vm-0"))

    found = account.machines.get(VmCid("vm-0"))
    assert found is not None
    assert not found.running
    assert account.volumes.of_machine(VmCid("vm-0")) == (DiskCid("d-0"),)
    with pytest.raises(ApiError):
        account.machines.start(machine(1, address="default/10.0.0.0"))


def test_a_volume_does_not_shrink() -> None:
    account = cloud()
    account.volumes.make(volume(0, size_mib=10))

    with pytest.raises(ApiError) as caught:
        account.volumes.grow(DiskCid("d-0"), 5)
    assert trouble(caught) is Trouble.SHRINKING


def test_a_volume_grows_only_while_no_machine_has_it() -> None:
    account = cloud()
    account.machines.start(machine(0))
    account.volumes.make(volume())
    account.volumes.attach(VmCid("vm-0"), DiskCid("d-0"))

    with pytest.raises(ApiError) as caught:
        account.volumes.grow(DiskCid("d-0"), 50)
    assert trouble(caught) is Trouble.VOLUME_IN_USE
