"""Red-packet rain, quizzes and contests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from regulars.events import readers
from regulars.events.models import Event
from regulars.flow import intake
from regulars.flow.play import contest, proof, publishing, quiz, settling
from regulars.flow.play.rain import falling, grab
from regulars.insight.verify import verify
from regulars.play import reads
from regulars.play.models import Game, Packet, Play, Round, Score
from regulars.play.seeds import shown_at
from regulars.programmes.reads import moment
from tests.events.conftest import wait_for_older_transactions
from tests.flow.reward_shop import all_at_once, has, kind_of, somebody
from tests.flow.stories import Customer
from tests.play.shop import local, on, publish_shop

HEAD = """
game: KEY
kind: KIND
name: {en: A game}
currency: CNY
time_zone: America/New_York
from: FROM
until: UNTIL
"""
QUIZ = (
    HEAD.replace("KEY", "tea").replace("KIND", "quiz")
    + """quiz:
  seconds: 60
  points_in_all: 25
  questions:
    - {key: leaf, ask: {en: Which leaf?}, answers: [{en: Tea}, {en: Oak}], right: 1, points: 5}
    - {key: heat, ask: {en: How hot?}, answers: [{en: Cold}, {en: 80 degrees}, {en: Boiling}], right: 2, points: 5}
"""
)
CONTEST = (
    HEAD.replace("KEY", "share").replace("KIND", "contest")
    + """contest: {counts: Product Shared, per_day: 3, wait_minutes: 1}
prizes:
  - {key: gold, name: {en: Gold}, places: 1, gives: {points: 100}}
  - {key: silver, name: {en: Silver}, places: 2-3, gives: {points: 10}}
"""
)


@pytest.fixture
def shop(db: None) -> None:
    publish_shop()


def a_rain(packets: int = 4) -> tuple[Game, datetime]:
    text = HEAD.replace("KEY", "red").replace("KIND", "rain")
    text += f"rain: {{points: 100, packets: {packets}, least: 5, at: [{local(2, 20)}, {local(3, 20)}], minutes: 10}}\n"
    game = on(text)
    part = reads.rules(game).rain
    assert part is not None
    return game, moment(part.at_us[0])


def test_red_packets_are_split_beforehand_and_opened_once_each(shop: None) -> None:
    game, begins = a_rain()
    assert [sum(Packet.objects.filter(game=game, rain=rain).values_list("points", flat=True)) for rain in (0, 1)] == [
        100,
        100,
    ]
    people = [somebody(name, 10) for name in ("ann", "bob", "cid", "dan", "eve")]
    assert kind_of(lambda: grab(people[0], "red", "early", "web", begins - timedelta(seconds=1))) == "rain-not-now"
    plays = [grab(one, "red", f"m{one}", "web", begins) for one in people[:4]]
    assert grab(people[0], "red", f"m{people[0]}", "web", begins).pk == plays[0].pk
    assert sum(play.points for play in plays) == 100
    assert kind_of(lambda: grab(people[0], "red", "again", "web", begins)) == "packet-had"
    assert kind_of(lambda: grab(people[4], "red", "late", "web", begins)) == "packets-gone"
    assert kind_of(lambda: grab(people[4], "red", "over", "web", begins + timedelta(minutes=10))) == "rain-not-now"
    assert [has(one) for one in people[:4]] == [10 + play.points for play in plays]
    assert proof.split_again(game, 0, begins) is None
    assert proof.split_again(game, 0, shown_at(game, proof.rain_day(game, 0))) is True
    assert verify().found == []


def test_the_second_rain_has_packets_of_its_own(shop: None) -> None:
    game, begins = a_rain()
    part = reads.rules(game).rain
    assert part is not None
    ann, second = somebody("ann", 10), moment(part.at_us[1])
    grab(ann, "red", "1", "web", begins)
    grab(ann, "red", "2", "web", second)
    assert (falling(part, begins), falling(part, second), falling(part, game.begins_at)) == (0, 1, None)
    assert Packet.objects.filter(member_id=ann).count() == 2


@pytest.mark.django_db(transaction=True)
def test_twelve_grab_four_packets() -> None:
    publish_shop()
    game, begins = a_rain()
    people = [somebody(f"m{number}", 10) for number in range(12)]
    refused = all_at_once([lambda one=one: grab(one, "red", f"g{one}", "web", begins) for one in people])
    assert sorted(refused) == [""] * 4 + ["packets-gone"] * 8
    assert sum(Play.objects.filter(game=game).values_list("points", flat=True)) == 100


def answers(found: Round, *right: str) -> dict[str, int]:
    return {
        question.key: question.right if question.key in right else 3 - question.right
        for question in quiz.questions_of(found)
    }


def test_a_round_of_a_quiz(shop: None) -> None:
    game, ann, now = on(QUIZ), somebody("ann", 10), datetime.now(UTC)
    begun = quiz.begin(ann, "tea", "m", "web", now)
    assert quiz.begin(ann, "tea", "m", "web", now).pk == begun.pk == quiz.begin(ann, "tea", "m2", "web", now).pk
    assert kind_of(lambda: quiz.answer(ann, begun.pk, {"leaf": 9})) == "unfit-answers"
    assert kind_of(lambda: quiz.answer(ann + 1, begun.pk, {})) == "unknown-round"
    play = quiz.answer(ann, begun.pk, answers(begun, "leaf"), now + timedelta(seconds=30))
    assert (play.right, play.points, has(ann)) == (1, 5, 15)
    assert quiz.answer(ann, begun.pk, answers(begun, "leaf", "heat"), now).pk == play.pk
    assert kind_of(lambda: quiz.begin(ann, "tea", "m3", "web", now)) == "game-played"
    assert reads.tallies(game)["points"].taken == 5
    assert verify().found == []


def test_what_comes_too_late_is_no_answer(shop: None) -> None:
    on(QUIZ)
    ann, now = somebody("ann", 10), datetime.now(UTC)
    begun = quiz.begin(ann, "tea", "m", "web", now)
    play = quiz.answer(ann, begun.pk, answers(begun, "leaf", "heat"), now + timedelta(seconds=66))
    assert (play.right, play.points, has(ann)) == (0, 0, 10)


def test_a_quiz_promises_no_more_points_than_there_are(shop: None) -> None:
    game, now = on(QUIZ), datetime.now(UTC)
    first, second, third = (somebody(name, 10) for name in ("ann", "bob", "cid"))
    left = quiz.begin(first, "tea", "1", "web", now)
    quiz.begin(second, "tea", "2", "web", now)
    assert kind_of(lambda: quiz.begin(third, "tea", "3", "web", now)) == "game-spent"
    quiz.answer(first, left.pk, {}, now)
    assert quiz.begin(third, "tea", "3", "web", now)
    assert reads.tallies(game)["points"].taken == 20
    later = now + timedelta(minutes=5)
    assert settling.settle_due(later) == 0
    assert reads.tallies(game)["points"].taken == 0
    assert Play.objects.filter(game=game, right=0).count() == 3


def a_contest(text: str = CONTEST) -> Game:
    """On since a moment ago, as far as the clock is concerned: it was published before."""
    return publishing.publish(
        text.replace("FROM", local(0)).replace("UNTIL", local(7)), now=datetime.now(UTC) - timedelta(days=2)
    )


def shared(who: str, times: int, minutes_ago: int = 0, **properties: Any) -> Customer:
    one = Customer(who)
    for _ in range(times):
        one.send("Product Shared", minutes_ago / 1440, **properties)
    return one


def count() -> None:
    # Nothing is under way, so a reader comes to all that is written: what a transaction of the test hides is read here.
    with transaction.atomic():
        contest.follow(
            list(Event.objects.filter(name__in=["Product Shared", "Order Completed", "Order Refunded"]).order_by("id"))
        )


def test_a_contest_from_the_first_share_to_the_prize(shop: None, monkeypatch: pytest.MonkeyPatch) -> None:
    game = a_contest()
    people = {name: somebody(name, 10) for name in ("ann", "bob", "cid", "dan")}
    for name, times in (("ann", 2), ("bob", 5), ("cid", 2), ("dan", 1)):
        shared(name, times)
    count()
    board = contest.board(game)
    assert [(line.place, line.member_id, line.score) for line in board] == [
        (1, people["bob"], 3),
        (2, people["ann"], 2),
        (3, people["cid"], 2),
        (4, people["dan"], 1),
    ]
    own = contest.own(game, people["dan"])
    assert own is not None and (own.place, own.score) == (4, 1)
    assert len({line.alias for line in board}) == 4
    monkeypatch.setattr(readers, "run", lambda *args, **more: 0)
    monkeypatch.setattr(contest, "_is_behind", lambda *_: False)
    assert settling.settle_due(game.ends_at) == 0
    for _ in range(2):
        settling.settle_due(game.ends_at + timedelta(minutes=2))
    assert [has(people[name]) for name in ("bob", "ann", "cid", "dan")] == [110, 20, 20, 10]
    assert Play.objects.filter(game=game).count() == 3
    assert Event.objects.filter(name="Contest Settled").count() == 1
    game.refresh_from_db()
    assert game.settled_at is not None
    assert verify().found == []


def test_a_job_that_was_stopped_goes_on_where_it_was(shop: None, monkeypatch: pytest.MonkeyPatch) -> None:
    game = a_contest()
    people = {name: somebody(name, 10) for name in ("ann", "bob")}
    shared("ann", 2)
    shared("bob", 1)
    count()
    monkeypatch.setattr(readers, "run", lambda *args, **more: 0)
    monkeypatch.setattr(contest, "_is_behind", lambda *_: False)
    given = contest.giving.give

    def fails(*args: Any) -> None:
        if Play.objects.exists():
            raise RuntimeError("the machine stops")
        given(*args)

    monkeypatch.setattr(contest.giving, "give", fails)
    over = game.ends_at + timedelta(minutes=2)
    with pytest.raises(RuntimeError):
        contest.settle(game, over)
    assert (has(people["ann"]), has(people["bob"])) == (110, 10)
    # What is counted afterwards changes no place any more.
    shared("bob", 1)
    count()
    monkeypatch.setattr(contest.giving, "give", given)
    assert contest.settle(game, over)
    assert (has(people["ann"]), has(people["bob"])) == (110, 20)


def test_spending_counts_less_what_was_refunded(shop: None) -> None:
    text = CONTEST.replace("counts: Product Shared, per_day: 3", "counts: Order Completed, sums: spending").replace(
        "silver", "second"
    )
    game = a_contest(text)
    ann = Customer("ann")
    ann.orders_for(0, ("Tea", "tea", "100.00"))
    other = ann.orders_for(0, ("Cup", "home", "50.00"))
    ann.send("Order Refunded", 0, order_id=other, products=[{"product_id": "cup", "quantity": 1}])
    count()
    assert [(line.score,) for line in contest.board(game)] == [(10_000,)]
    assert Score.objects.get().member_id == ann.member_id


@pytest.mark.parametrize("late", [False, True])
def test_what_a_visitor_did_before_signing_in_counts_for_nobody(shop: None, late: bool) -> None:
    """Whether the reader comes to it before the visitor was joined with a customer, or after."""
    game = a_contest()
    visitor = {"event": "Product Shared", "anonymous_id": "tablet", "timestamp": datetime.now(UTC).isoformat()}
    reader = intake.reader("shop")
    assert intake.take([visitor | {"message_id": "v-1"}], reader)[0].status == "accepted"
    if not late:
        count()
    signed_in = visitor | {"user_id": "ann", "message_id": "v-2"}
    assert intake.take([signed_in, visitor | {"message_id": "v-3"}], reader)[1].status == "accepted"
    rows = Event.objects.filter(name="Product Shared").order_by("id")
    contest.follow(list(rows if late else rows.exclude(message_id="v-1")))
    assert [(line.member_id, line.score) for line in contest.board(game)] == [(Customer("ann").member_id, 2)]


@pytest.mark.django_db(transaction=True)
def test_the_reader_counts_every_event_once() -> None:
    publish_shop()
    game = a_contest()
    shared("ann", 2)
    wait_for_older_transactions()
    for _ in range(3):
        readers.run(contest.READER, contest.follow)
    assert [line.score for line in contest.board(game)] == [2]
    assert not contest._is_behind(game, datetime.now(UTC))


@pytest.mark.django_db(transaction=True)
def test_a_contest_waits_for_its_reader_and_then_settles_for_real() -> None:
    publish_shop()
    game = a_contest()
    ann = somebody("ann", 10)
    shared("ann", 2)
    wait_for_older_transactions()
    over = game.ends_at + timedelta(minutes=2)
    readers.Reader.objects.create(name=contest.READER, failed_at=datetime.now(UTC), failures=1)
    assert settling.settle_due(over) == 0
    readers.Reader.objects.filter(name=contest.READER).update(failed_at=None, failures=0)
    assert settling.settle_due(over) == 1
    assert settling.settle_due(over) == 0
    assert has(ann) == 110
