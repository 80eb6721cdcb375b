"""The archive for the agent: layout, modes, same content same bytes."""

import io
import tarfile

from paasta_deploy.adapters.templates.rendered_archive import TarGzArchiver
from paasta_deploy.model.ids import InstanceId, JobName
from paasta_deploy.ports.templates import RenderedFile, RenderedInstance, RenderedJob


def rendered(*names: str) -> RenderedInstance:
    jobs = tuple(
        RenderedJob(
            name=JobName(name),
            files=(
                RenderedFile(path="bin/run", content=b"#!", mode=0o750),
                RenderedFile(path="config/a.yml", content=b"a: 1", mode=0o640),
            ),
            monit=b"check",
            template_hash="h",
        )
        for name in names
    )
    return RenderedInstance(instance_id=InstanceId("i"), jobs=jobs, configuration_hash="c")


def test_files_lie_below_their_job_with_their_modes() -> None:
    with tarfile.open(fileobj=io.BytesIO(TarGzArchiver().pack(rendered("web")))) as tar:
        assert {info.name: info.mode for info in tar} == {
            "web/monit": 0o640,
            "web/bin/run": 0o750,
            "web/config/a.yml": 0o640,
        }
        content = tar.extractfile("web/config/a.yml")
        assert content is not None
        assert content.read() == b"a: 1"


def test_the_same_content_makes_the_same_bytes_in_any_order_of_jobs() -> None:
    archiver = TarGzArchiver()
    assert archiver.pack(rendered("a", "b")) == archiver.pack(rendered("b", "a"))


def test_an_instance_without_jobs_has_an_empty_archive() -> None:
    with tarfile.open(fileobj=io.BytesIO(TarGzArchiver().pack(rendered()))) as tar:
        assert tar.getnames() == []
