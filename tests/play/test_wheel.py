"""The lucky wheel: what a turn does, costs and gives; stock, budget and limits; once and only once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from django.db import ProgrammingError, transaction

from regulars.coupons.models import Coupon
from regulars.events.models import Event
from regulars.flow.history.entries import entries
from regulars.flow.play import odds, proof, publishing, tickets
from regulars.flow.play.spin import spin
from regulars.flow.problems import Problem
from regulars.insight.verify import verify
from regulars.offers import writes as offers
from regulars.play import reads, seeds, writes
from regulars.play.models import Game, Play, Player, Tally
from tests.flow.reward_shop import has, kind_of, somebody
from tests.play.shop import WHEEL, local, on, publish_shop

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def shop(db: None) -> None:
    publish_shop()


def turns(member: int, number: int, key: str = "summer") -> list[Play]:
    return [spin(member, key, f"{member}-{place}", "web") for place in range(number)]


def test_a_turn_is_drawn_given_and_written_down() -> None:
    game, ann = on(WHEEL), somebody(points=100)
    plays = turns(ann, 40)
    found = reads.rules(game)
    assert [play.nonce for play in plays] == list(range(40))
    for play in plays:
        assert play.draw is not None and 0 <= play.draw < found.denominator == 100
        prize = found.prize(play.drawn)
        assert (play.drawn == "jackpot") == (play.draw < 2)
        assert (play.drawn == "points") == (7 <= play.draw < 17)
        assert play.won in (play.drawn, "thanks", "") and (prize is None or play.won)
    given = sum(play.points for play in plays)
    assert given > 0
    assert has(ann) == 100 + given
    assert Event.objects.filter(name="Game Played", fact=True, member_id=ann).count() == 40
    assert Coupon.objects.filter(member_id=ann).count() == sum(play.gives == "coupon" for play in plays)
    assert verify().found == []


def test_the_consolation_runs_out_too() -> None:
    on(WHEEL)
    plays = turns(somebody(), 80)
    assert sum(play.won == "thanks" for play in plays) == 40
    assert {play.won for play in plays[-5:]} <= {"", "jackpot", "points", "ten-off"}


def test_the_same_message_is_the_same_play() -> None:
    on(WHEEL)
    ann, bob = somebody("ann"), somebody("bob")
    first = spin(ann, "summer", "m", "web")
    assert spin(ann, "summer", "m", "web").pk == first.pk
    assert Player.objects.get(member_id=ann).plays == Play.objects.count() == 1
    assert kind_of(lambda: spin(bob, "summer", "m", "web")) == "message-id-reused"


LIMITS = [
    ("so many a day", {"at_most": "{per_day: 2}"}, 2, "game-played-today"),
    ("so many ever", {"at_most": "{ever: 3}"}, 3, "game-played"),
    ("as many as the points pay", {"cost": "{points: 40}", "free_per_day": "1"}, 3, "insufficient-points"),
    ("for a tier", {"for": "{member.tier: [diamond]}"}, 0, "game-not-for-member"),
]


@pytest.mark.parametrize(("name", "settings", "plays", "then"), LIMITS, ids=[limit[0] for limit in LIMITS])
def test_who_may_play_how_often(name: str, settings: dict[str, str], plays: int, then: str) -> None:
    on(
        WHEEL.replace("gives: {points: 50}", "gives: {gift: true}").replace(
            "gives: {points: 1}", "gives: {gift: true}"
        ),
        **settings,
    )
    ann = somebody(points=100)
    turns(ann, plays)
    assert kind_of(lambda: spin(ann, "summer", "more", "web")) == then
    assert Play.objects.count() == plays
    if "cost" in settings:
        assert has(ann) == 20
        assert [play.cost for play in Play.objects.order_by("nonce")] == [0, 40, 40]
    assert verify().found == []


def test_the_limit_of_a_day_ends_with_the_local_day() -> None:
    on(WHEEL, at_most="{per_day: 1}")
    ann, now = somebody(), datetime.now(UTC)
    spin(ann, "summer", "a", "web", now=now)
    assert kind_of(lambda: spin(ann, "summer", "b", "web", now=now)) == "game-played-today"
    assert spin(ann, "summer", "b", "web", now=now + timedelta(days=1)).nonce == 1


def test_a_game_is_played_while_it_is_on() -> None:
    game, ann, now = on(WHEEL), somebody(), datetime.now(UTC)
    for moment in (game.begins_at - timedelta(seconds=1), game.ends_at):
        assert kind_of(lambda moment=moment: spin(ann, "summer", "x", "web", now=moment)) == "not-now"
    assert kind_of(lambda: spin(ann, "winter", "x", "web")) == "unknown-game"
    publishing.stop("summer", "a misprint", "boss", now)
    assert kind_of(lambda: spin(ann, "summer", "x", "web")) == "game-stopped"
    assert Event.objects.get(name="Game Stopped").context == {"author": "boss"}


def test_the_budget_is_never_passed_and_the_odds_say_so() -> None:
    game = on(WHEEL.replace("chance: 1/50", "chance: 1/2"), budget="410")
    now = datetime.now(UTC)
    before = {one.prize.key if one.prize else "": one.chance for one in odds.odds_of(game, now)}
    assert before == {
        "jackpot": Fraction(1, 2),
        "ten-off": Fraction(1, 20),
        "points": Fraction(1, 10),
        "thanks": Fraction(7, 20),
        "": 0,
    }
    plays = turns(somebody(), 40)
    rules, left = reads.rules(game), 41_000
    for play in plays:
        drawn = rules.prize(play.drawn) if play.drawn else None
        paid = drawn is not None and drawn.worth_minor <= left
        assert play.won == play.drawn if paid else play.won in ("thanks", "")
        left -= play.worth_minor
    assert odds.budget_of(game)[0] == 41_000 - left  # type: ignore[index]
    assert 0 <= left < 20_000 and 1 <= sum(play.won == "jackpot" for play in plays) <= 2
    after = {one.prize.key if one.prize else "": one.chance for one in odds.odds_of(game, now)}
    assert after["jackpot"] == 0
    assert sum(after.values()) == 1


def test_a_coupon_that_has_left_the_offers_is_won_no_more() -> None:
    game = on(WHEEL.replace("chance: 5%", "chance: 80%"))
    offers.apply("currency: CNY\ntime_zone: America/New_York\noffers: []\n")
    plays = turns(somebody(), 10)
    assert not Coupon.objects.exists()
    assert any(play.drawn == "ten-off" for play in plays)
    assert (
        next(one.chance for one in odds.odds_of(game, datetime.now(UTC)) if one.prize and one.prize.key == "ten-off")
        == 0
    )


def test_a_member_chooses_their_own_part_and_the_count_never_goes_back() -> None:
    on(WHEEL)
    ann = somebody()
    spin(ann, "summer", "1", "web", client_seed="my-own")
    spin(ann, "summer", "2", "web", client_seed="other")
    last = spin(ann, "summer", "3", "web", client_seed="my-own")
    assert (last.nonce, last.client_seed) == (2, "my-own")
    assert kind_of(lambda: spin(ann, "summer", "4", "web", client_seed="a b")) == "unfit-seed"


def test_anybody_can_check_a_draw_once_its_day_is_over() -> None:
    game, ann = on(WHEEL), somebody()
    now = datetime.now(UTC)
    play = spin(ann, "summer", "1", "web", client_seed="mine", now=now)
    play = reads.play(play.pk)  # type: ignore[assignment]
    today = proof.proof_of(play, now)
    assert (today.seed, today.holds) == ("", None)
    after = proof.proof_of(play, seeds.shown_at(game, play.day))
    assert after.holds is True
    assert odds.seeds_of(game, seeds.shown_at(game, 0)).shown == {0: after.seed}
    # What was published before play is what the seed hashes to.
    assert today.committed == odds.seeds_of(game, now).committed == after.committed == after.anchor
    play.draw = (play.draw or 0) + 1
    assert proof.proof_of(play, seeds.shown_at(game, play.day)).holds is False


def test_seeds_to_come_are_nowhere_to_be_read() -> None:
    game = on(WHEEL)
    now = datetime.now(UTC)
    kept = b"".join(bytes(part) for part in (game.salt, game.anchor))
    for day in range(game.days):
        assert seeds.seed(game, day) not in kept
    shown = odds.seeds_of(game, now)
    assert shown.shown == {}
    assert shown.committed == shown.anchor
    # The day's seed comes to light when its local day is over, whatever the hour of this run: no earlier, and alone.
    first = seeds.shown_at(game, 0)
    assert odds.seeds_of(game, first - timedelta(seconds=1)).shown == {}
    tomorrow = odds.seeds_of(game, first)
    assert tomorrow.shown == {0: tomorrow.committed} == {0: seeds.seed(game, 0).hex()}


def test_another_secret_key_draws_nothing(settings: object) -> None:
    on(WHEEL)
    ann = somebody()
    seeds._seed.cache_clear()
    settings.SECRET_KEY = "another"  # type: ignore[attr-defined]
    with pytest.raises(seeds.SeedLostError):
        spin(ann, "summer", "1", "web")
    seeds._seed.cache_clear()
    assert not Play.objects.exists()


def test_a_game_that_has_begun_never_changes() -> None:
    game = on(WHEEL)
    assert publishing.publish(game.text).pk == game.pk
    with pytest.raises(publishing.NotApplicable, match="has begun"):
        publishing.publish(game.text.replace("1/50", "1/49"))
    with pytest.raises(ProgrammingError, match="never changes"), transaction.atomic():
        Game.objects.filter(pk=game.pk).update(text="x")
    soon = WHEEL.replace("FROM", local(1)).replace("UNTIL", local(3)).replace("game: summer", "game: soon")
    first = publishing.publish(soon)
    second = publishing.publish(soon.replace("1/50", "1/49"))
    assert (first.number, second.number, reads.called("soon")) == (1, 2, second)


def test_a_ticket_is_good_once_for_one_member_and_game() -> None:
    game, ann, bob = on(WHEEL), somebody("ann"), somebody("bob")
    text = tickets.ticket(ann, game)
    message = tickets.message_of(text, ann, game)
    assert message == tickets.message_of(text, ann, game) != tickets.message_of(tickets.ticket(ann, game), ann, game)
    for wrong in (lambda: tickets.message_of(text, bob, game), lambda: tickets.message_of(text + "x", ann, game)):
        with pytest.raises(Problem):
            wrong()


def test_the_history_says_where_points_came_from() -> None:
    on(WHEEL, cost="{points: 2}")
    ann = somebody(points=100)
    turns(ann, 5)
    titles = [entry.title for entry in entries(ann)][:8]
    assert "Game: Summer wheel" in titles


def test_what_nobody_may_do_the_tables_refuse() -> None:
    game = on(WHEEL)
    for _ in range(3):
        writes.take(game, "prize:jackpot")
    with pytest.raises(writes.SpentError):
        writes.take(game, "prize:jackpot")
    assert Tally.objects.get(game=game, what="prize:jackpot").taken == 3
