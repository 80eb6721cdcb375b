"""Stand-ins see a plan through and reach no machine, whatever happens while values are made."""

import asyncio
import shutil
from pathlib import Path

import pytest

from paasta_deploy.adapters.variables.stand_ins import MARK
from paasta_deploy.director.plan_basis import basis_from
from paasta_deploy.director.requests import DeployRequest, UploadReleaseRequest
from paasta_deploy.model.lifecycle import TaskState
from tests.unit.director.director_world import World
from tests.unit.director.shop_release import WEB, build_shop
from tests.unit.director.test_variables import everything_told, rendered, with_token

READING = """\
<% require 'openssl' %>
<%= OpenSSL::X509::Certificate.new(p('token')).subject.to_a.assoc('CN')[1] %>
<%= OpenSSL::PKey::RSA.new(p('text')).n.num_bits %>
"""
EVERYTHING = """\
variables:
- {name: tls, type: certificate, options: {ca: ca, common_name: web}}
- {name: ca, type: certificate, options: {is_ca: true, common_name: ca}}
- {name: token, type: password}
- {name: key, type: rsa}
- {name: login, type: ssh}
- {name: who, type: user}
"""
SHOWN = "((token))((tls.certificate))((ca.private_key))((key.public_key))((who.password_hash))"
SHOWN += "((login.public_key))((tls.ca))"


@pytest.mark.skipif(shutil.which("ruby") is None, reason="ERB templates need ruby")
async def test_a_template_that_reads_a_certificate_can_be_planned_before_there_is_one(
    world: World, tmp_path: Path
) -> None:
    files = {
        "jobs/web/spec": WEB.replace("text.j2", "text.erb"),
        "jobs/web/templates/text.erb": READING,
    }
    tarball = build_shop(tmp_path, version="2", files=files)
    await world.do(UploadReleaseRequest(source=str(tarball)), deployment=None)
    text = with_token("((tls.certificate))", EVERYTHING)
    text = text.replace("text: Hello", 'text: "((tls.private_key))"')
    told = await world.planner.describe(DeployRequest(manifest=text))
    again = await world.planner.describe(DeployRequest(manifest=text))

    assert not told["is_empty"]
    first, second = told["basis"], again["basis"]
    assert isinstance(first, dict)
    assert isinstance(second, dict)
    assert basis_from(first) == basis_from(second), "a saved plan meets the same stand-ins"
    assert world.values.made == []
    assert MARK not in str(told)


async def test_no_stand_in_reaches_a_machine_a_record_or_an_answer(world: World) -> None:
    text = with_token(SHOWN, EVERYTHING)
    told = await world.planner.describe(DeployRequest(manifest=text))
    dry = await world.deploy(text, dry_run=True)
    assert dry.state is TaskState.DONE
    assert not world.store.variables()
    await world.deploy_well(text)

    for what in (str(told), everything_told(world), rendered(world), rendered(world, "web/1")):
        assert MARK not in what
    assert "password token#" in rendered(world)
    for record in world.store.variables():
        assert MARK not in str(world.vault.open(record))


async def test_a_config_that_is_saved_meanwhile_brings_its_variables_and_no_stand_in(
    world: World,
) -> None:
    runtime = "variables:\n- {name: /late, type: password}\ntags: {a: ((/late))}\n"
    loop = asyncio.get_running_loop()

    def save_once() -> None:
        # Values are made in threads.
        world.values.when_made = lambda: None
        saving = world.configs.save("runtime", "late", runtime)
        asyncio.run_coroutine_threadsafe(saving, loop).result()

    world.values.when_made = save_once
    task = await world.deploy_well(with_token())

    assert world.values.made == ["token", "/late"]
    assert MARK not in everything_told(world)
    assert task.state is TaskState.DONE
