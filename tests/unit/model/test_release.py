"""What can be asked of a release."""

from paasta_deploy.model.ids import JobName, PackageName, ReleaseName, ReleaseVersion
from paasta_deploy.model.release import (
    CompiledPackage,
    JobSpec,
    ReleaseJob,
    ReleaseManifest,
    ReleasePackage,
    TemplateDeclaration,
)


def package(name: str, *dependencies: str) -> ReleasePackage:
    return ReleasePackage(
        name=PackageName(name),
        version="1",
        fingerprint="1",
        digest="d",
        dependencies=tuple(PackageName(item) for item in dependencies),
    )


def job(name: str, spec: JobSpec) -> ReleaseJob:
    return ReleaseJob(name=JobName(name), version="1", fingerprint="1", digest="d", spec=spec)


PAGE = job("page", JobSpec(packages=(PackageName("b"), PackageName("a"), PackageName("b"))))
RELEASE = ReleaseManifest(
    name=ReleaseName("r"),
    version=ReleaseVersion("1"),
    commit_hash="",
    jobs=(PAGE,),
    packages=(package("a", "b"), package("b")),
)


def test_a_job_is_found_by_its_name() -> None:
    assert RELEASE.job(JobName("page")) is PAGE


def test_an_unknown_job_is_none() -> None:
    assert RELEASE.job(JobName("other")) is None


def test_an_instance_needs_the_packages_that_its_job_names_and_no_dependencies() -> None:
    assert RELEASE.packages_for(PAGE) == ("a", "b")


def test_dependencies_are_known_for_source_and_compiled_packages() -> None:
    compiled = CompiledPackage(
        name=PackageName("c"),
        version="1",
        fingerprint="1",
        digest="d",
        stemcell_os="linux",
        stemcell_version="1",
        dependencies=(PackageName("a"),),
    )
    release = ReleaseManifest(
        name=ReleaseName("r"),
        version=ReleaseVersion("1"),
        commit_hash="",
        packages=(package("a", "b"),),
        compiled_packages=(compiled,),
    )
    assert release.package_dependencies == {"a": ("b",), "c": ("a",)}


def test_a_job_with_bin_run_is_an_errand() -> None:
    run = TemplateDeclaration(source="run.erb", destination="bin/run")
    assert job("e", JobSpec(templates=(run,))).is_errand
    assert not PAGE.is_errand
