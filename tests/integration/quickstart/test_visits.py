"""The quickstart's page against real servers that are really killed.

What it promises: no answered visit is lost, none is counted twice, and visitors are answered at
once, also while the cluster elects. The measured times are printed, and hold nobody to anything.
"""

import asyncio
import json
from contextlib import suppress

import httpx
import nats
import pytest

from tests.integration.quickstart.conftest import DEADLINE_S, Cluster, until

pytestmark = pytest.mark.slow


async def is_settled(cluster: Cluster) -> bool:
    """Whether everything is where it belongs, and any machine may die next."""
    return (await cluster.status())["whole"] is True


async def test_the_page_answers_and_counts_through_the_death_of_each_server(
    cluster: Cluster, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(20):
        await cluster.visit()
    await until(lambda: is_settled(cluster), what="each stream has its own leader")
    loop = asyncio.get_running_loop()
    report = []
    for name in ("leader", "nats-0", "nats-1", "nats-2"):
        leader = cluster.server_of((await cluster.status())["leader"])
        victim = leader if name == "leader" else cluster.machines[name]
        victim.kill()
        killed_at = loop.time()
        await cluster.visit()
        answered_s = loop.time() - killed_at

        async def in_cluster() -> bool:
            await cluster.visit()
            return (await cluster.status())["pending"] == 0

        await until(in_cluster, what="the cluster takes visits again")
        confirmed_s = loop.time() - killed_at
        victim.start()
        report.append(
            f"killed {name}: next visit answered after {answered_s * 1000:.0f} ms, "
            f"in the cluster after {confirmed_s * 1000:.0f} ms"
        )
        assert (await cluster.status())["count"] == cluster.visits
        await until(lambda: is_settled(cluster), what="the cluster is whole again")
    with capsys.disabled():
        print("\n" + "\n".join(report))  # noqa: T201 (the measured times are wanted)
    assert (await cluster.status())["in_cluster"] == cluster.visits


async def test_the_page_itself_may_be_killed_at_any_moment(
    cluster: Cluster, capsys: pytest.CaptureFixture[str]
) -> None:
    web = cluster.machines["web-0"]
    answered = 0
    back_after = []
    for pause_s in (0.0, 0.003, 0.01, 0.02):
        visitors = [asyncio.create_task(cluster.visit()) for _ in range(20)]
        await asyncio.sleep(pause_s)
        web.kill()
        outcomes = await asyncio.gather(*visitors, return_exceptions=True)
        answered += sum(outcome is None for outcome in outcomes)
        web.start()
        back_after.append(await until(lambda: _is_up(cluster), what="the page is back"))
    status = await cluster.status()
    assert isinstance(status["count"], int)
    # A visit that was killed before its answer may have been counted; one that was answered is.
    assert answered <= status["count"] <= 80
    with capsys.disabled():
        print("\npage back after " + ", ".join(f"{s * 1000:.0f} ms" for s in back_after))  # noqa: T201 - the measured times are wanted
    before = status["count"]
    await cluster.visit()
    await until(lambda: is_confirmed(cluster, before + 1), what="exact in the cluster")


async def _is_up(cluster: Cluster) -> bool:
    return (await cluster.client.get(f"{cluster.page}/healthz")).status_code == 200


async def is_confirmed(cluster: Cluster, count: int) -> bool:
    status = await cluster.status()
    return status["in_cluster"] == status["count"] == count


async def test_visits_are_taken_while_the_whole_cluster_is_dead(cluster: Cluster) -> None:
    await cluster.visit()
    for index in range(3):
        cluster.machines[f"nats-{index}"].kill()
    await asyncio.gather(*(cluster.visit() for _ in range(30)))
    status = await cluster.status()
    assert (status["count"], status["pending"]) == (31, 30)
    cluster.machines["web-0"].kill()
    cluster.machines["web-0"].start()
    for index in range(3):
        cluster.machines[f"nats-{index}"].start()
    await until(lambda: is_confirmed(cluster, 31), what="all visits arrived")


async def test_many_visitors_at_once_are_each_counted_once(cluster: Cluster) -> None:
    await asyncio.gather(*(cluster.visit() for _ in range(300)))
    await until(lambda: is_confirmed(cluster, 300), what="all visits arrived")


async def test_two_pages_share_one_count(cluster: Cluster) -> None:
    second = cluster.add("web", 1)
    cluster.configure()
    cluster.bring_up("web-1")
    await cluster.visit()
    for _ in range(2):
        await cluster.client.get(f"http://{second.address}:8080/")
        cluster.visits += 1
    await until(lambda: is_confirmed(cluster, 3), what="the first page knows of both")


async def test_only_visits_to_the_page_count(cluster: Cluster) -> None:
    for path in ("/count", "/healthz", "/ready", "/favicon.ico", "/?a=b"):
        await cluster.client.get(cluster.page + path)
    await cluster.client.head(f"{cluster.page}/")
    assert (await cluster.client.post(f"{cluster.page}/")).status_code == 405
    assert (await cluster.status())["count"] == 1


async def test_the_page_survives_clients_that_talk_nonsense(cluster: Cluster) -> None:
    address = cluster.machines["web-0"].address
    for content in (b"\r\n\r\n", b"GET\r\n\r\n", b"\xff" * 40_000, b""):
        reader, writer = await asyncio.open_connection(address, 8080)
        writer.write(content)
        writer.write_eof()
        with suppress(ConnectionError):
            await asyncio.wait_for(reader.read(), DEADLINE_S)
        writer.close()
    await cluster.visit()


async def test_the_page_tells_the_state_of_the_cluster(cluster: Cluster) -> None:
    await cluster.visit()
    page = (await cluster.client.get(f"{cluster.page}/")).text
    assert '<h1 id="count">2</h1>' in page
    assert "visits-0" in page
    assert "All of them are in the cluster." in page


async def test_another_server_changes_no_others_configuration_and_can_leave_again(
    cluster: Cluster,
) -> None:
    await cluster.visit()
    before = cluster.configure()
    fourth = cluster.add("nats", 3)
    after = cluster.configure()
    assert {key: after[key] for key in before} == before
    cluster.bring_up("nats-3")
    first = cluster.machines["nats-0"]
    await until(lambda: has_members(cluster, first.address, 4), what="it has joined")
    outcome = fourth.run("pre-stop", BOSH_INSTANCE_NEXT_STATE="delete")
    assert outcome.returncode == 0, outcome.stderr
    fourth.kill()
    await until(lambda: has_members(cluster, first.address, 3), what="it has left")
    await cluster.visit()
    await until(lambda: is_confirmed(cluster, 2), what="all visits are there")


async def has_members(cluster: Cluster, address: str, count: int) -> bool:
    status = (await cluster.client.get(f"http://{address}:8222/jsz")).json()
    return bool(status["meta_cluster"]["cluster_size"] == count)


async def test_a_leaving_server_hands_its_streams_over(cluster: Cluster) -> None:
    cluster.add("nats", 3)
    cluster.configure()
    cluster.bring_up("nats-3")
    await cluster.visit()
    leaving = cluster.machines["nats-2"]
    outcome = leaving.run("pre-stop", BOSH_INSTANCE_NEXT_STATE="delete")
    assert outcome.returncode == 0, outcome.stderr
    assert outcome.stdout.count("moved") == 3, outcome.stdout + outcome.stderr
    leaving.kill()
    client = await nats.connect(f"nats://{cluster.machines['nats-3'].address}:4222")
    for lane in range(3):
        answer = await client.request(
            f"$JS.API.STREAM.INFO.visits-{lane}", b"", timeout=DEADLINE_S
        )
        info = json.loads(answer.data)["cluster"]
        members = {info["leader"], *(peer["name"] for peer in info["replicas"])}
        assert members == {"nats-0", "nats-1", "nats-3"}
    await client.close()
    await until(lambda: is_confirmed(cluster, 1), what="the visit is still there")


@pytest.mark.parametrize("environment", [{}, {"BOSH_INSTANCE_NEXT_STATE": "keep"},
    {"BOSH_INSTANCE_NEXT_STATE": "delete", "BOSH_DEPLOYMENT_NEXT_STATE": "delete"}])  # fmt: skip
async def test_a_server_that_comes_back_or_goes_with_all_others_does_not_leave(
    cluster: Cluster, environment: dict[str, str]
) -> None:
    outcome = cluster.machines["nats-1"].run("pre-stop", **environment)
    assert (outcome.returncode, outcome.stdout) == (0, "")


async def test_a_taken_port_is_told_before_the_start(cluster: Cluster) -> None:
    outcome = cluster.machines["nats-0"].run("pre-start")
    assert outcome.returncode == 1
    assert f"something else listens on {cluster.machines['nats-0'].address}:4222" in outcome.stderr
    outcome = cluster.machines["web-0"].run("pre-start")
    assert outcome.returncode == 1
    assert ":8080" in outcome.stderr


async def test_a_missing_persistent_disk_is_told_before_the_start(cluster: Cluster) -> None:
    for name in ("nats-0", "web-0"):
        machine = cluster.machines[name]
        machine.kill()
        (machine.root / "store").rename(machine.root / "elsewhere")
        outcome = machine.run("pre-start")
        assert outcome.returncode == 1
        assert "persistent_disk_type" in outcome.stderr


async def test_the_page_can_be_reached_by_a_browser(cluster: Cluster) -> None:
    answer = await cluster.client.get(f"{cluster.page}/", headers={"Accept": "text/html"})
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["cache-control"] == "no-store"
    assert isinstance(answer, httpx.Response)
