"""Properties: what was packed is unpacked unchanged, and equal content packs to equal bytes."""

import gzip
import io
import os
import stat
import tarfile
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.agent.archives import ArchiveError, pack, unpack

NAMES = st.lists(
    st.text(st.sampled_from("abc.-"), min_size=1, max_size=3).filter(
        lambda name: name not in {".", ".."}
    ),
    min_size=1,
    max_size=3,
).map("/".join)


def member(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type = kind
    info.linkname = link
    info.mode = 0o755
    return info


def archive_of(path: Path, *members: tarfile.TarInfo) -> Path:
    with tarfile.open(path, "w") as tar:
        for info in members:
            content = b"content" if info.isreg() else b""
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return path


@given(files=st.dictionaries(NAMES, st.binary(max_size=200), max_size=5))
def test_what_was_packed_is_unpacked_unchanged(files: dict[str, bytes]) -> None:
    with TemporaryDirectory() as place:
        source, target = Path(place, "source"), Path(place, "target")
        source.mkdir()
        target.mkdir()
        written = {}
        for name, content in files.items():
            path = source / name
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
            except (NotADirectoryError, FileExistsError, IsADirectoryError):
                continue
            written[name] = content
        pack(source, Path(place, "one.tgz"))
        pack(source, Path(place, "two.tgz"))
        unpack(Path(place, "one.tgz"), target)
        assert Path(place, "one.tgz").read_bytes() == Path(place, "two.tgz").read_bytes()
        assert {name: (target / name).read_bytes() for name in written} == written


@pytest.mark.parametrize("zipped", [bytes, gzip.compress])
def test_plain_and_gzipped_archives_are_told_apart(
    tmp_path: Path, zipped: Callable[[bytes], bytes]
) -> None:
    plain = archive_of(tmp_path / "plain", member("./a/b"))
    (tmp_path / "maybe").write_bytes(zipped(plain.read_bytes()))
    (tmp_path / "target").mkdir()
    unpack(tmp_path / "maybe", tmp_path / "target")
    assert (tmp_path / "target/a/b").read_bytes() == b"content"


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ([member("../evil")], "lies outside"),
        ([member("/etc/evil")], "lies outside"),
        ([member("a/../../evil")], "lies outside"),
        ([member("a", tarfile.SYMTYPE, "/tmp"), member("a/evil")], "which is no folder"),
        ([member("a", tarfile.SYMTYPE, ".."), member("a/evil")], "which is no folder"),
        ([member("a"), member("a/b")], "which is no folder"),
        ([member("a/b"), member("a")], "as a folder and as a file"),
        ([member("a", tarfile.CHRTYPE)], "no file, folder or link"),
        ([member("a", tarfile.FIFOTYPE)], "no file, folder or link"),
        ([member("a", tarfile.LNKTYPE, "/etc/passwd")], "lies outside"),
        ([member("a", tarfile.LNKTYPE, "b")], "a link to nothing"),
        (
            [member("b", tarfile.SYMTYPE, "/etc/passwd"), member("a", tarfile.LNKTYPE, "b")],
            "nothing",
        ),
    ],
)
def test_what_could_do_harm_is_refused(
    tmp_path: Path, members: list[tarfile.TarInfo], message: str
) -> None:
    target = tmp_path / "inner/target"
    target.mkdir(parents=True)
    with pytest.raises(ArchiveError, match=message):
        unpack(archive_of(tmp_path / "archive", *members), target)
    assert not (tmp_path / "inner/evil").exists()
    assert not Path("/tmp/evil").exists()


def test_links_are_made_and_not_followed(tmp_path: Path) -> None:
    archive = archive_of(
        tmp_path / "archive",
        member("file"),
        member("soft", tarfile.SYMTYPE, "/nowhere/at/all"),
        member("hard", tarfile.LNKTYPE, "./file"),
    )
    (tmp_path / "target").mkdir()
    unpack(archive, tmp_path / "target")
    assert (tmp_path / "target/soft").readlink() == Path("/nowhere/at/all")
    assert (tmp_path / "target/hard").samefile(tmp_path / "target/file")


def test_a_later_member_replaces_an_earlier_link_instead_of_writing_through_it(
    tmp_path: Path,
) -> None:
    (tmp_path / "victim").write_text("safe")
    archive = archive_of(
        tmp_path / "archive",
        member("a", tarfile.SYMTYPE, str(tmp_path / "victim")),
        member("a"),
    )
    (tmp_path / "target").mkdir()
    unpack(archive, tmp_path / "target")
    assert (tmp_path / "victim").read_text() == "safe"
    assert (tmp_path / "target/a").read_bytes() == b"content"


def test_modes_are_kept_but_never_those_that_lend_rights(tmp_path: Path) -> None:
    special = member("run")
    special.mode = 0o6755
    closed = member("closed", tarfile.DIRTYPE)
    closed.mode = 0o500
    archive = archive_of(tmp_path / "archive", special, closed, member("closed/file"))
    (tmp_path / "target").mkdir()
    unpack(archive, tmp_path / "target")
    assert stat.S_IMODE((tmp_path / "target/run").stat().st_mode) == 0o755
    assert stat.S_IMODE((tmp_path / "target/closed").stat().st_mode) == 0o700


def test_content_can_be_rewritten(tmp_path: Path) -> None:
    (tmp_path / "target").mkdir()
    archive = archive_of(tmp_path / "archive", member("a"))
    unpack(archive, tmp_path / "target", rewrite=lambda content: content.upper())
    assert (tmp_path / "target/a").read_bytes() == b"CONTENT"


@pytest.mark.parametrize(
    "content",
    [b"", b"nonsense", gzip.compress(b"nonsense")[:-4]],
    ids=["empty", "nonsense", "cut off"],  # what is compressed tells the time
)
def test_a_broken_archive_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "archive").write_bytes(content)
    (tmp_path / "target").mkdir()
    with pytest.raises(ArchiveError, match="is broken"):
        unpack(tmp_path / "archive", tmp_path / "target")


def test_only_chosen_files_are_packed_and_no_sockets(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "a").write_text("a")
    (source / "b").write_text("b")
    os.mkfifo(source / "pipe")
    chosen = [source / "a", source / "pipe", source / "vanished"]
    pack(source, tmp_path / "archive", chosen)
    with tarfile.open(tmp_path / "archive") as tar:
        assert tar.getnames() == ["./a"]
