"""What was begun and is not recorded, kept where no transaction is under way: as pages keep it."""

from pilin.engine import drafts
from pilin.engine.draft_models import Draft


def kept(step, said):
    return drafts.save("p-a", "consultation", 0, step, {"title": [said]})


def test_what_is_typed_again_takes_the_place_of_what_was_kept(own_database):
    first, second = kept("raise", "路灯"), kept("raise", "桥")
    found = drafts.unfinished("p-a", "consultation", 0, "raise")
    assert Draft.objects.count() == 1 and found.pk == first.pk == second.pk
    assert found.token == second.token != first.token
    assert drafts.answers(found)["title"] == "桥"
    assert drafts.unfinished("p-b", "consultation", 0, "raise") is None


def test_of_one_account_the_oldest_goes_where_there_are_too_many(own_database):
    for n in range(drafts.MOST + 3):
        kept(f"step-{n}", "路灯")
        assert Draft.objects.count() == min(n + 1, drafts.MOST)
    assert drafts.unfinished("p-a", "consultation", 0, "step-2") is None
    assert drafts.unfinished("p-a", "consultation", 0, "step-3") is not None
