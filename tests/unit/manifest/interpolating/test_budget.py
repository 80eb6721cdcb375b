"""Values are weighed as if they were written out."""

from paasta_deploy.manifest.document.node import ListNode, Node
from paasta_deploy.manifest.interpolating.budget import WEIGHT_MAX, Budget
from tests.unit.manifest.texts import node


def test_texts_and_values_are_counted_together() -> None:
    budget = Budget()
    budget.spend_text("x" * (WEIGHT_MAX - 1000))
    budget.spend(node("{a: text, b: [1, 2]}"))
    assert not budget.is_spent

    for _ in range(10):
        budget.spend(node("{a: text}"))

    assert budget.is_spent


def test_a_value_that_doubles_itself_is_weighed_without_writing_it_out() -> None:
    bomb: Node = node("x")
    for _ in range(60):
        bomb = ListNode("f", 0, (bomb, bomb))
    budget = Budget()

    budget.spend(bomb)

    assert budget.is_spent
