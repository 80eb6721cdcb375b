"""Whatever is named as a file is read whole, or refused in words, and never waited for forever."""

import os
import threading
from pathlib import Path

import pytest

from paasta_deploy.cli.failure import CliError
from paasta_deploy.cli.files import FILE_BYTES_MAX, content_of
from paasta_deploy.cli.sources import read_file


def refusal(path: Path) -> str:
    with pytest.raises(CliError) as caught:
        read_file(path)
    return str(caught.value).replace(str(path.parent), "…")


def test_a_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "m.yml"
    path.write_bytes(b"name: x\n")

    assert content_of(path) == b"name: x\n"


def test_a_file_in_the_home_folder_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "key").write_bytes(b"k")
    monkeypatch.setenv("HOME", str(tmp_path))

    assert content_of(Path("~/key")) == b"k"


@pytest.mark.parametrize("size", [0, 5, 300_000])
def test_a_pipe_is_read_to_its_end(size: int) -> None:
    reading, writing = os.pipe()

    def write() -> None:
        with os.fdopen(writing, "wb") as file:
            file.write(b"x" * size)

    writer = threading.Thread(target=write)
    writer.start()
    content = content_of(Path(f"/dev/fd/{reading}"))
    writer.join()
    os.close(reading)

    assert content == b"x" * size


def test_a_pipe_whose_writer_comes_later_is_read(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writer = threading.Thread(target=path.write_bytes, args=(b"a: 1\n",))
    writer.start()

    assert content_of(path) == b"a: 1\n"
    writer.join()


def test_a_pipe_that_nobody_writes_to_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)

    assert refusal(path) == "…/pipe is a pipe that nobody writes to."


def test_a_device_without_an_end_is_refused() -> None:
    assert refusal(Path("/dev/zero")) == "…/zero has more than 64 MiB: that is no manifest."


def test_a_device_without_content_is_empty() -> None:
    assert content_of(Path("/dev/null")) == b""


def test_a_huge_file_is_refused_without_reading_it(tmp_path: Path) -> None:
    path = tmp_path / "huge"
    with path.open("wb") as file:
        file.truncate(FILE_BYTES_MAX * 1000)

    assert refusal(path) == "…/huge has more than 64 MiB: that is no manifest."


def test_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "ops").mkdir()

    assert refusal(tmp_path / "ops") == "…/ops is a folder."


def test_a_loop_of_links_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")

    assert "…/a cannot be read: Too many levels of symbolic links" in refusal(tmp_path / "a")


def test_a_link_to_nothing_is_a_missing_file(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("nowhere")

    assert refusal(tmp_path / "a") == "There is no file …/a."


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_of_another_user_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"a: 1")
    (tmp_path / "a").chmod(0)

    assert refusal(tmp_path / "a") == "…/a cannot be read: Permission denied."


def test_a_name_that_no_file_can_have_is_refused(tmp_path: Path) -> None:
    assert "File name too long" in refusal(tmp_path / ("x" * 5000))
