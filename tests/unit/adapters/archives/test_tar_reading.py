"""Reading foreign tars. Property: what is written is read back, whatever the compression."""

import gzip
import io
import tarfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.adapters.archives.tar_reading import BrokenArchiveError, read_members
from paasta_deploy.adapters.archives.tar_writing import FAST, TarEntry, write_tar, write_tar_gz

names = st.lists(
    st.text(st.characters(codec="utf-8", exclude_characters="/\0", exclude_categories=["Cs"]),
            min_size=1, max_size=8).filter(lambda part: part not in {".", ".."}),
    min_size=1, max_size=3,
).map("/".join)  # fmt: skip


def members(
    archive: bytes, limit_bytes: int = 1 << 20, limit_members: int = 100
) -> dict[str, bytes]:
    stream = io.BytesIO(archive)
    return {
        member.name: member.read(1 << 30)
        for member in read_members(stream, limit_bytes=limit_bytes, limit_members=limit_members)
    }


def tar_with(*infos: tarfile.TarInfo) -> bytes:
    output = io.BytesIO()
    with tarfile.open(fileobj=output, mode="w") as tar:
        for info in infos:
            tar.addfile(info, io.BytesIO(b"x" * info.size))
    return output.getvalue()


def member(
    name: str, size: int = 1, kind: bytes = tarfile.REGTYPE, link: str = ""
) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.size = size if kind == tarfile.REGTYPE else 0
    info.type = kind
    info.linkname = link
    return info


@given(st.dictionaries(names, st.binary(max_size=50), max_size=5), st.booleans())
def test_what_is_written_is_read_back(files: dict[str, bytes], compress: bool) -> None:
    output = io.BytesIO()
    entries = [TarEntry(name=name, content=content) for name, content in files.items()]
    if compress:
        write_tar_gz(output, entries, level=FAST)
    else:
        write_tar(output, entries)
    assert members(output.getvalue()) == files


@given(st.binary(max_size=600))
def test_random_bytes_are_refused_and_nothing_else_happens(content: bytes) -> None:
    try:
        assert members(content) == {}
    except BrokenArchiveError:
        return


@pytest.mark.parametrize("name", ["/etc/passwd", "../x", "a/../../x", "a/.."])
def test_names_that_lead_out_are_refused(name: str) -> None:
    with pytest.raises(BrokenArchiveError, match="leads out"):
        members(tar_with(member(name)))


def test_a_leading_dot_is_dropped() -> None:
    assert members(tar_with(member("./a/./b"))) == {"a/b": b"x"}


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE]
)
def test_only_regular_files_are_given_out(kind: bytes) -> None:
    assert members(tar_with(member("a", kind=kind, link="/etc/passwd"), member("b"))) == {
        "b": b"x"
    }


def test_a_name_that_comes_twice_is_refused() -> None:
    with pytest.raises(BrokenArchiveError, match="twice"):
        members(tar_with(member("a"), member("./a")))


def test_a_bomb_is_stopped_by_what_it_unpacks_to() -> None:
    bomb = gzip.compress(tar_with(member("a", size=5 << 20)))
    assert len(bomb) < 1 << 16
    with pytest.raises(BrokenArchiveError, match="unpacks to more than"):
        members(bomb)


def test_a_member_larger_than_wanted_is_refused_before_it_is_read() -> None:
    stream = io.BytesIO(tar_with(member("a", size=100)))
    first = next(iter(read_members(stream, limit_bytes=1 << 20, limit_members=5)))
    with pytest.raises(BrokenArchiveError, match="100 bytes"):
        first.read(99)


def test_too_many_members_are_refused() -> None:
    with pytest.raises(BrokenArchiveError, match="more than 3 members"):
        members(tar_with(*(member(str(n)) for n in range(4))), limit_members=3)


@pytest.mark.parametrize("keep", [0.3, 0.7, 0.95])
def test_a_cut_off_archive_is_refused(keep: float) -> None:
    whole = gzip.compress(tar_with(member("a", size=9000), member("b", size=9000)), mtime=0)
    with pytest.raises(BrokenArchiveError):
        members(whole[: int(len(whole) * keep)])
