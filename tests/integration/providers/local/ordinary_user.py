"""Run as an ordinary user by ``test_ordinary_user.py``: a machine's whole life, told as JSON.

Arguments: the folders with our sources and libraries, the state folder, the little agent's zipapp.
"""

import json
import os
import sys
from pathlib import Path

sys.path[1:1] = sys.argv[1].split(os.pathsep)

from paasta_providers.local import processes  # noqa: E402 - the path is set above
from paasta_providers.local.leftovers import find_leftovers  # noqa: E402 - as above

from paasta_deploy.cpi.requests import CreateStemcell  # noqa: E402 - as above
from tests.integration.providers.local.machines import Host, open_provider  # noqa: E402 - as above


def main(state: Path, image: Path) -> None:
    """Live a machine's life and print what was seen."""
    local = open_provider(state, "auto")
    request = CreateStemcell(name="little", version="1", image=image, cloud_properties={})
    stemcell = local.create_stemcell(request)
    host = Host(provider=local, state=state, isolation=local.isolation.value, stemcell=stemcell)
    seen: dict[str, object] = {"user": os.geteuid(), "isolation": local.isolation.value}
    local.prepare_host()
    cid = host.create(0, ram_mib=64)
    disk = host.disk()
    hint = local.attach_disk(cid, disk)
    assert not isinstance(hint, str)
    host.ask(0, "write", f"{hint['path']}/count", "42")
    job = host.ask(0, "spawn", {processes.MARK: cid})
    assert isinstance(job, int)
    os.kill(host.pid(cid), 9)
    local.delete_vm(cid)
    seen["job runs"] = processes.started(job) is not None
    host.create(1)
    local.attach_disk(host.create(1), disk)
    seen["count"] = host.ask(1, "read", f"{hint['path']}/count")
    host.ask(1, "sh", f"mkdir -p {state}/machines/vm-agent-1/vcap/ro && cd $_ && touch x")
    host.ask(1, "sh", f"chmod 500 {state}/machines/vm-agent-1/vcap/ro")
    host.end()
    seen["left"] = [item.name for item in find_leftovers(state)]
    json.dump(seen, sys.stdout)


main(Path(sys.argv[2]), Path(sys.argv[3]))
