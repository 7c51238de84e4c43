"""While a vote runs nobody is told a choice; then every choice is opened, and names are untied."""

import base64
import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from pilin.engine.act import act
from pilin.engine.rebuild import rebuild
from pilin.engine.refused import Refused
from pilin.intake import jobs, polls, pseudonyms
from pilin.intake.casting import Ballot, Counted, cast
from pilin.intake.models import Poll, PollKey
from pilin.intake.tests.test_rolls import opened
from pilin.ledger import log, verify
from pilin.ledger.tiles import bodies
from pilin.people.actor import HOUSE
from pilin.people.read_model import applying
from pilin.site import doctor
from tests.examples import examples


@pytest.fixture
def poll(world):
    return opened(world)


def vote(world, poll, login, *said, serial=1):
    voter = pseudonyms.of(poll, world.people[login].person)
    (answer,) = cast(poll.pk, [Ballot(poll.pk, voter, 0, said, serial)])
    assert isinstance(answer, Counted)
    return answer.number


def close(poll):
    with applying():
        Poll.objects.filter(pk=poll.pk).update(until=timezone.now() - timedelta(minutes=1))
    assert jobs.close_overdue() == 1
    poll.refresh_from_db()


def shown(client, poll, number):
    """All that anybody can read of a ballot."""
    where = f"/ledger/{poll.log}/{number}/"
    page, kept = client.get(where).content.decode(), client.get(f"{where}receipt.json").json()
    return page, kept, base64.b64decode(kept["entry"]).decode()


def test_what_a_ballot_says_is_told_nobody_before_the_vote_is_closed(world, client, poll):
    number = vote(world, poll, "resident", "1")
    page, kept, entry = shown(client, poll, number)
    assert "words" not in kept and '"choice":"' not in entry and "fingerprint" not in entry
    assert '"~"' in entry and "&quot;choice&quot;: &quot;1&quot;" not in page
    assert client.get(f"/ballots/{poll.pk}/choices.csv").status_code == 404


def as_documented():
    """The function that `docs/ledger.md` gives to whoever counts again."""
    text = (Path(__file__).parents[4] / "docs" / "ledger.md").read_text()
    block = re.search(r"```python\n(.*?)```", text, re.DOTALL)[1]
    found: dict = {}
    exec(block, found)
    return found["count"]


def count_again(client, poll):
    """What anybody finds who has the log and the file of choices, and nothing of ours."""
    choices = client.get(f"/ballots/{poll.pk}/choices.csv").content.decode()
    entries = [json.loads(text) for text in bodies(poll.log, 0, log.size(poll.log))]
    return as_documented()(entries, choices)


def test_once_it_is_closed_anybody_counts_again(world, client, poll):
    first = vote(world, poll, "resident", "1")
    vote(world, poll, "host", "1")
    last = vote(world, poll, "resident", serial=2)
    close(poll)
    assert count_again(client, poll) == {"0: 1": 1, "0: none": 1}
    assert polls.counts(poll.pk).by_item[1]["1"] == 1
    assert shown(client, poll, last)[1]["words"]["choice"][1] == "none"
    assert "words" not in shown(client, poll, first)[1]  # a later one took its place
    assert verify.check_database(poll.log).ok


def test_whoever_leaves_out_a_ballot_or_changes_a_choice_is_found_counting_again(
    world, client, poll
):
    vote(world, poll, "resident", "1")
    vote(world, poll, "host", "1")
    close(poll)
    choices = client.get(f"/ballots/{poll.pk}/choices.csv").content.decode()
    entries = [json.loads(text) for text in bodies(poll.log, 0, 2)]
    for wrong in (re.sub(r",1\b(?=\s|$)", ",none", choices), "\n".join(choices.splitlines()[:-1])):
        with pytest.raises(AssertionError):
            as_documented()(entries, wrong)


def test_a_choice_changed_beside_its_entry_is_found(world, poll):
    from django.db import connection

    vote(world, poll, "resident", "1")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # switches the triggers off
        cursor.execute("""UPDATE ledger_words SET data = replace(data, '"1"', '"2"')
            WHERE log LIKE 'ballots-%'""")
        cursor.execute("SET LOCAL session_replication_role = origin")
    (found,) = verify.check_database(poll.log).problems
    assert "choice" in found[1]


def test_a_rebuild_counts_the_hidden_choices(world, poll):
    vote(world, poll, "resident", "1")
    before = polls.counts(poll.pk)
    rebuild()
    assert polls.counts(poll.pk) == before and before.voters == 1


@examples(200)
@given(
    st.lists(
        st.from_regex(r"p-[0-9a-f]{16}|[ -~]{1,15}|p-[a-z]{1,10}", fullmatch=True), unique=True
    )
)
def test_no_two_people_have_one_name(people):
    blocks = {pseudonyms._block(person) for person in people}
    assert len(blocks) == len(people) and all(len(block) == 16 for block in blocks)


def test_a_name_is_good_for_one_vote_and_the_same_in_it(world, poll):
    voter = pseudonyms.of(poll, "p-resident")
    assert voter == pseudonyms.of(Poll.objects.get(pk=poll.pk), "p-resident") and len(voter) == 32
    other = Poll(pk=poll.pk + 1, keyed=True, until=poll.until)
    assert voter not in (pseudonyms.of(other, "p-resident"), pseudonyms.of(poll, "p-host"))
    with pytest.raises(ValueError, match="41"):
        pseudonyms.of(poll, "x" * 41)


def test_the_key_goes_when_the_vote_can_be_contested_no_more(world, client, poll, settings):
    vote(world, poll, "resident", "1")
    close(poll)
    assert jobs.unlink_due() == 0 and polls.said_by(poll, "p-resident") == {0: "1"}
    with pytest.raises(Refused):
        act(HOUSE, poll.matter, "vote-unlink", {"poll": poll.pk})
    settings.CONTEST_DAYS = 0
    assert jobs.unlink_due() == 1 and not PollKey.objects.exists()
    assert jobs.unlink_due() == 0 and polls.said_by(poll, "p-resident") == {}
    entry = log.of_matter("main", poll.matter)[-1].body
    assert (entry["step"], entry["data"]) == ("vote-unlink", {"poll": poll.pk})
    assert (
        "destroyed"
        in client.get(
            f"/budgets/{poll.matter}/result/", headers={"accept-language": "en"}
        ).content.decode()
    )
    assert count_again(client, poll) == {"0: 1": 1}


def test_where_the_key_is_lost_nobody_votes_twice_under_another_name(world, poll):
    actor = world.actor("resident")
    assert polls.word_for(poll, actor) and doctor.votes().state == doctor.OK
    vote(world, poll, "resident", "1")
    PollKey.objects.all().delete()
    assert pseudonyms.is_lost(poll) and polls.word_for(poll, actor) == ""
    assert doctor.votes().state == doctor.FAIL and str(poll.matter) in doctor.votes().what
    assert not PollKey.objects.exists()
