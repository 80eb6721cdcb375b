"""Properties: a process may be called whatever it likes; shares are between 0 and 100."""

from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.agent.proc_text import (
    CpuTicks,
    read_cpu,
    read_load,
    read_memory,
    read_process,
)

STAT = (
    "4242 ({name}) S 17 4242 4241 0 -1 4194560 1 2 3 4 150 50 7 8 20 0 1 0 98765 1000000 2500"
    " 18446744073709551615 1 1 0 0 0 0 0 4096 0 0 0 0 17 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n"
)


@given(st.text(max_size=15))
def test_a_process_is_read_whatever_its_name_holds(name: str) -> None:
    times = read_process(STAT.replace("{name}", name))
    assert (times.state, times.parent, times.group, times.session) == ("S", 17, 4242, 4241)
    assert (times.cpu_ticks, times.started, times.resident_pages) == (200, 98765, 2500)


def test_the_first_line_of_stat_is_that_of_all_cpus() -> None:
    ticks = read_cpu("cpu  10 5 20 100 7 1 2 3 4 5\ncpu0 1 2 3 4 5 6 7 8 9 10\n")
    assert ticks == CpuTicks(user=15, system=23, wait=7, total=148)


@given(st.tuples(*[st.integers(0, 10**6)] * 4), st.tuples(*[st.integers(0, 10**6)] * 4))
def test_shares_are_percentages(before: tuple[int, ...], more: tuple[int, ...]) -> None:
    one = CpuTicks(user=before[0], system=before[1], wait=before[2], total=sum(before))
    two = CpuTicks(
        user=before[0] + more[0],
        system=before[1] + more[1],
        wait=before[2] + more[2],
        total=sum(before) + sum(more),
    )
    shares = two.since(one)
    assert all(0 <= share <= 100 for share in shares)
    assert sum(shares) <= 100.0001


def test_counters_that_went_back_are_no_negative_shares() -> None:
    ticks = CpuTicks(user=5, system=5, wait=5, total=20)
    assert CpuTicks(user=0, system=0, wait=0, total=0).since(ticks) == (0, 0, 0)


def test_memory_and_load_are_read() -> None:
    text = "MemTotal:       24669068 kB\nMemAvailable:   20000000 kB\nHugePages_Total:       0\n\n"
    assert read_memory(text)["MemAvailable"] == 20000000
    assert read_load("0.52 1.00 2.25 1/300 4242\n") == (0.52, 1.0, 2.25)
