"""The same thing sent twice leads to what was recorded the first time."""

from pilin.ledger import log

from .test_reports import signed_in


def test_a_bare_step_tapped_twice_leads_to_what_the_first_tap_recorded(world):
    m, _ = world.delivered()
    for who, where, data in (
        ("resident", m, {"rating": "5"}),
        ("neighbour", world.raised(title="别的事"), {}),
    ):
        step = "confirm" if data else "support"
        where.refresh_from_db()
        client, sent = signed_in(world, who), {"seen": str(where.last), **data}
        first, second = (client.post(f"{where.url}{step}/", sent) for _tap in range(2))
        assert first["Location"] == second["Location"] == where.url
        assert "recorded already, once" in client.get(where.url).content.decode()
        size = log.size("main")
        # Not from the same page, it is another step: and refused.
        where.refresh_from_db()
        assert client.post(f"{where.url}{step}/", {**sent, "seen": where.last}).status_code == 409
        # Nor is it somebody else's.
        other = signed_in(world, "host").post(f"{where.url}{step}/", sent)
        assert "recorded already" not in other.content.decode()
        assert log.size("main") - size in (0, 1)
