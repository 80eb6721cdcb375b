"""What a rotation's plan tells, for people and for programs."""

from paasta_deploy.manifest.variables.rotation import Family
from paasta_deploy.model.ids import DeploymentName
from paasta_deploy.model.lifecycle import RotationPhase
from paasta_deploy.planning.rotation_plan import RotationPlan, plan_json, plan_text

SHOP = DeploymentName("shop")
AUTHORITY = RotationPlan(
    name="/p/shop/ca",
    variable_type="certificate",
    family=Family(authorities=("/p/shop/ca",), leaves=("/p/shop/tls",)),
    deployments={SHOP: 3, DeploymentName("other"): 1},
)
PASSWORD = RotationPlan(
    name="/p/shop/pw", variable_type="password", family=None, deployments={SHOP: 1}
)


def test_an_authority_has_three_rollouts_and_a_password_one() -> None:
    text = plan_text([AUTHORITY, PASSWORD])
    trusted = "a new /p/shop/ca is trusted beside the old; no certificate changes"
    where = "shop (3 instances), other (1 instance)"

    assert text.splitlines()[:4] == [
        "/p/shop/ca (certificate authority): 3 rollouts",
        f"  1. trusting: {trusted}: {where}",
        f"  2. signing: new certificates, signed by the new: /p/shop/tls: {where}",
        f"  3. dropping: the old is trusted no longer: {where}",
    ]
    assert "/p/shop/pw (password): one rollout" in text
    assert "stop one side first" in text


def test_a_rotation_under_way_tells_what_is_left() -> None:
    half = RotationPlan(
        name="ca",
        variable_type="certificate",
        family=Family(authorities=("ca",), leaves=()),
        deployments={},
        phase=RotationPhase.DROPPING,
    )

    assert half.phases == (RotationPhase.DROPPING,)
    assert "1 rollout\n  it is under way and goes on with the phase `dropping`" in plan_text(
        [half]
    )
    assert "nobody uses it now" in plan_text([half])


def test_the_json_names_everything_that_changes() -> None:
    told = plan_json([AUTHORITY])["rotations"]

    assert told == [
        {
            "name": "/p/shop/ca",
            "type": "certificate",
            "under_way": None,
            "authorities": ["/p/shop/ca"],
            "leaves": ["/p/shop/tls"],
            "phases": ["trusting", "signing", "dropping"],
            "deployments": {"shop": 3, "other": 1},
        }
    ]
