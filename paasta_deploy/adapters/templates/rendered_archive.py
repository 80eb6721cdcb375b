"""The archive of one instance's rendered templates: what its agent downloads and unpacks.

Layout: ``<job>/<path>`` and ``<job>/monit``. The same content makes the same bytes, so an
unchanged instance keeps its blob.
"""

import io

from paasta_deploy.adapters.archives.tar_writing import FAST, TarEntry, write_tar_gz
from paasta_deploy.ports.templates import MONIT_SOURCE, RenderedInstance

_MONIT_MODE = 0o640


class TarGzArchiver:
    """Implements ``ports.templates.TemplateArchiver``."""

    def pack(self, instance: RenderedInstance) -> bytes:
        """Return the archive; see the port."""
        packed = io.BytesIO()
        entries = [
            TarEntry(name=f"{job.name}/{path}", mode=mode, content=content)
            for job in sorted(instance.jobs, key=lambda job: job.name)
            for path, mode, content in (
                (MONIT_SOURCE, _MONIT_MODE, job.monit),
                *((file.path, file.mode, file.content) for file in job.files),
            )
        ]
        write_tar_gz(packed, entries, level=FAST)
        return packed.getvalue()
