"""The newest version of a row wins in the cache, however late an older one is brought."""

from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.adapters.store.batch import CachedRow
from paasta_deploy.adapters.store.cache import RecordCache
from paasta_deploy.testing.made_records import vm

A, B = vm("a"), vm("b")


def test_a_read_that_comes_late_does_not_bring_an_old_record_back() -> None:
    cache = RecordCache()
    cache.follow([CachedRow(table="vms", key=("x",), version=2, record=B)])
    cache.keep("vms", ("x",), 1, A)

    assert cache.newest("vms", ("x",)) is B


def test_a_read_that_comes_late_does_not_bring_a_removed_record_back() -> None:
    cache = RecordCache()
    cache.keep("vms", ("x",), 1, A)
    cache.follow([CachedRow(table="vms", key=("x",), version=2, record=None)])
    cache.keep("vms", ("x",), 1, A)

    assert cache.newest("vms", ("x",)) is None
    assert cache.get("vms", ("x",), 1) is None


def test_what_is_forgotten_is_not_known() -> None:
    cache = RecordCache()
    cache.keep("vms", ("x",), 1, A)
    cache.forget()

    assert cache.newest("vms", ("x",)) is None


@given(st.lists(st.tuples(st.integers(0, 9), st.booleans()), min_size=1))
def test_in_whatever_order_versions_come_the_highest_is_the_newest(
    writes: list[tuple[int, bool]],
) -> None:
    cache = RecordCache()
    kept: dict[int, object] = {}
    for version, stays in writes:
        kept[version] = kept.get(version, vm(f"{version}") if stays else None)
        cache.keep("vms", ("x",), version, kept[version])  # type: ignore[arg-type]  # as put there

    assert cache.newest("vms", ("x",)) is kept[max(kept)]


def test_the_oldest_rows_go_when_there_are_too_many() -> None:
    cache = RecordCache(rows_max=2)
    for name in ("x", "y", "z"):
        cache.keep("vms", (name,), 1, A)

    known = [cache.newest("vms", (name,)) for name in ("x", "y", "z")]
    assert known == [None, A, A]
