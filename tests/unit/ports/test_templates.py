"""The tree of rendering failures, and what a rendered instance tells about itself."""

from paasta_deploy.model.ids import InstanceGroupName, InstanceId, JobName
from paasta_deploy.ports.templates import (
    RenderedInstance,
    RenderedJob,
    RenderFailure,
    failure_tree,
)


def failure(**changes: object) -> RenderFailure:
    fields: dict[str, object] = {
        "instance_id": InstanceId("i-1"),
        "group": InstanceGroupName("web"),
        "job": JobName("page"),
        "template": "a.erb",
        "line": 3,
        "message": "Can't find property '[\"x\"]'",
    }
    return RenderFailure(**{**fields, **changes})  # type: ignore[arg-type]  # fields by name


def test_failures_make_the_tree_that_bosh_prints() -> None:
    tree = failure_tree(
        (
            failure(),
            failure(template="b.erb", line=None, message="boom"),
            failure(job=JobName("other")),
            failure(group=InstanceGroupName("db")),
        )
    )
    assert tree.splitlines() == [
        "Unable to render instance groups for deployment. Errors are:",
        "  - Unable to render jobs for instance group 'web'. Errors are:",
        "    - Unable to render templates for job 'page'. Errors are:",
        "      - Error filling in template 'a.erb' (line 3: Can't find property '[\"x\"]')",
        "      - Error filling in template 'b.erb' (line unknown: boom)",
        "    - Unable to render templates for job 'other'. Errors are:",
        "      - Error filling in template 'a.erb' (line 3: Can't find property '[\"x\"]')",
        "  - Unable to render jobs for instance group 'db'. Errors are:",
        "    - Unable to render templates for job 'page'. Errors are:",
        "      - Error filling in template 'a.erb' (line 3: Can't find property '[\"x\"]')",
    ]


def test_a_mistake_that_every_instance_makes_is_told_once() -> None:
    tree = failure_tree(tuple(failure(instance_id=InstanceId(f"i-{n}")) for n in range(50)))
    assert tree.count("a.erb") == 1


def test_no_failures_make_no_text() -> None:
    assert failure_tree(()) == ""


def test_template_hashes_are_told_by_job() -> None:
    job = RenderedJob(name=JobName("page"), files=(), monit=b"", template_hash="abc")
    instance = RenderedInstance(
        instance_id=InstanceId("i-1"), jobs=(job,), configuration_hash="def"
    )
    assert instance.template_hashes == {"page": "abc"}
