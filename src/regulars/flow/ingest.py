"""From events to points: the straight line. Reading this file from top to bottom is the architecture.

``ingest`` takes a batch (one event is a batch of one) and runs it in one transaction:

1. who sent this before? The same event again gets the first answer; the same id with another body is refused;
2. who is it about? outside ids become members, new ones are made;
3. what does it lean on? a refund needs its order, a waiting refund needs the order that has just come, and an order
   that a checkout priced earns on what the checkout says;
4. the members' accounts are locked in id order, and their standing laid on the desk;
5. each event is decided, in the order it arrived, by ``rules`` alone;
6. everything is written: the log, the ledger, the tiers, and as facts what others act on.

What 1 to 3 want to know is asked in one trip to the database, and 4 takes two.

Two batches that meet at the same new thing (a message, an order, a member) cannot both win: the database refuses the
second, and that batch is run again and then sees what the first one wrote.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

import msgspec
from django.db import transaction

from regulars.events import append as log
from regulars.events import quarantine
from regulars.flow import came, facts, gifts, refusals, spends
from regulars.flow.answers import decision
from regulars.flow.batch import Case, Incoming, Outcome
from regulars.flow.checkout import earned
from regulars.flow.desk import Desk, Needs
from regulars.flow.meeting import meet
from regulars.flow.problems import Problem, problem, unfit_problem
from regulars.flow.retrying import OvertakenError, retried
from regulars.flow.seen import keep_marks
from regulars.members import writes as members
from regulars.members.who import Who
from regulars.points import state as points_state
from regulars.programmes.reads import microseconds, moment, present
from regulars.rules import events as ev
from regulars.rules import layout as y
from regulars.rules.days import local_day
from regulars.rules.money import Unfit
from regulars.rules.refunds import refund_of
from regulars.store.columns import raw_cursor
from regulars.store.questions import ask

encode = msgspec.json.Encoder(decimal_format="number").encode


def ingest(batch: Sequence[Incoming], now: datetime | None = None) -> list[Outcome]:
    """Take events in: log, decide, post. Returns an outcome for each, in order.

    now: the present moment; only tests and simulations give it. Raises NoProgramme when none has been applied.
    """
    if not batch:
        return []
    return retried(partial(_try, batch, now))


def _try(batch: Sequence[Incoming], now: datetime | None) -> list[Outcome]:
    with transaction.atomic():
        run = _Run(batch, now)
        outcomes = run.run()
        if run.orphans:
            transaction.on_commit(partial(meet, sorted(run.orphans), now, ingest), robust=True)
        return outcomes


class _Run:
    """One try at one batch."""

    def __init__(self, batch: Sequence[Incoming], now: datetime | None) -> None:
        self.cursor = raw_cursor()
        self.batch = batch
        self.asked = len(batch)
        self.outcomes: list[Outcome | None] = [None] * len(batch)
        self.timeline, clock = present()
        self.now = now or clock
        self.now_us = microseconds(self.now)
        self.rows: list[log.Row] = []
        self.orphans: set[str] = set()
        self.kept: list[tuple[bytes, Callable[[], object]]] = []

    def run(self) -> list[Outcome]:
        """The straight line."""
        placing = {incoming.event.order_id or "" for incoming in self.batch if _is_order(incoming)} - {""}
        known = log.known([(incoming.event.source, incoming.event.message_id) for incoming in self.batch], placing)
        whos = members.known([incoming.who for incoming in self.batch if incoming.member_id is None])
        awaited = quarantine.awaited(placing)
        priced = earned.priced(self.batch)
        ask(known, whos, awaited, priced)
        seen, taken = known.answer
        cases = self._ledger_events(self._unseen(seen))
        self._resolve(cases, whos.answer)
        earned.put_in(priced.answer, [(case.member_id, case.incoming.event) for case in cases])
        cases = self._about(cases, taken, awaited.answer)
        if self.timeline.birthdays:
            cases = self._birthdays(cases)
        desk = self._desk(cases)
        self._decide(desk, cases)
        records = desk.save()
        self.rows += facts.tier_changes(desk, records)
        self.rows += gifts.hand_over(self.cursor, self.timeline, records, self.now)
        log.append(self.cursor, self.rows)
        keep_marks(self.cursor, cases, self.outcomes, self.now)
        # In one order for everybody, so that two batches with the same bad events wait for each other.
        for _, keep in sorted(self.kept, key=_hash):
            keep()
        return self._answers()

    def _answers(self) -> list[Outcome]:
        """An outcome for each event that came with the batch; the same message twice gets one answer twice."""
        out = []
        for place in range(self.asked):
            outcome = self.outcomes[place]
            if outcome is None or (outcome.status == "duplicate" and outcome.event_id is None):
                event = self.batch[place].event
                first = self.outcomes[self._first[event.source, event.message_id]]
                assert first is not None
                status = "duplicate" if first.status == "accepted" else first.status
                outcome = Outcome(status, first.event_id, first.decision, first.problem)
            out.append(outcome)
        return out

    def _unseen(self, known: log.Seen) -> list[Case]:
        """1. Whoever was here before gets the first answer."""
        first: dict[tuple[str, str], int] = {}
        cases = []
        for place, incoming in enumerate(self.batch):
            key = (incoming.event.source, incoming.event.message_id)
            if key in known:
                event_id, body_hash, answer = known[key]
                if body_hash == incoming.body_hash:
                    self.outcomes[place] = Outcome("duplicate", event_id, answer.encode() if answer else b"null")
                else:
                    self._refuse(place, refusals.reused(key[1]))
            elif key in first:
                if self.batch[first[key]].body_hash == incoming.body_hash:
                    self.outcomes[place] = Outcome("duplicate")
                else:
                    self._refuse(place, refusals.reused(key[1]))
            else:
                first[key] = place
                cases.append(Case(place, incoming))
        self._first = first
        return cases

    def _ledger_events(self, cases: list[Case]) -> list[Case]:
        """A spend that a shop reports gets a hold's number; other ledger events come through ``flow.holds`` only."""
        kept = []
        for case in cases:
            incoming = case.incoming
            if incoming.event.name in ev.LEDGER_NAMES and incoming.hold is None:
                try:
                    incoming.hold = spends.hold_of(self.cursor, self.timeline, incoming.event, self.now_us)
                except Problem as refused:
                    self._refuse(case.place, refused)
                    continue
            kept.append(case)
        return kept

    def _resolve(self, cases: list[Case], found: members.Found) -> None:
        """2. Outside ids become members."""
        unknown = [case for case in cases if case.incoming.member_id is None]
        ids = members.resolve(self.cursor, [case.incoming.who for case in unknown], found, self.now)
        for case, member_id in zip(unknown, ids, strict=True):
            case.member_id = member_id
        for case in cases:
            case.member_id = case.incoming.member_id or case.member_id
            if case.incoming.personal or case.incoming.traits:
                members.describe(case.member_id, case.incoming.personal, case.incoming.traits)

    def _about(self, cases: list[Case], taken: set[str], awaited: set[str]) -> list[Case]:
        """3. A refund finds its order and says exactly which money it concerns; an order finds who waited for it.

        taken: the orders of this batch that are completed already; awaited: those that refunds wait for.
        """
        refunds = [case for case in cases if case.incoming.event.name in ev.REFUND_NAMES]
        known: dict[str, log.KnownOrder] = {}
        if refunds:
            # Before reading what was refunded so far: two refunds of one order at once must see each other. Everybody
            # of the batch, so that no lock is taken later out of order.
            # The members too: a visitor has no account.
            ids = {case.member_id for case in cases}
            ask(members.lock(ids), points_state.accounts(ids))
            known = log.orders(self.cursor, {case.incoming.event.order_id or "" for case in refunds})
        placed: dict[str, Case] = {}
        ready: list[Case] = []
        for case in cases:
            event = case.incoming.event
            if event.name == ev.ORDER_COMPLETED and event.order_id:
                if event.order_id in taken:
                    again = log.known([(event.source, event.message_id)], ())
                    ask(again)
                    if again.answer[0]:
                        raise OvertakenError
                    self._refuse(case.place, refusals.completed_before(event.order_id))
                    continue
                taken.add(event.order_id)
                happened = min(event.occurred_at, self.now)
                known[event.order_id] = log.KnownOrder(0, case.member_id, happened, None, event.order)  # type: ignore[arg-type]
                placed[event.order_id] = case
                ready.append(case)
                if event.order_id in awaited:
                    ready += self._waited_for(event.order_id, known[event.order_id])
            elif event.name in ev.REFUND_NAMES:
                if event.order_id not in known:
                    self._wait(case)
                    awaited.add(event.order_id or "")
                    self.orphans.add(event.order_id or "")
                elif self._refund(case, known[event.order_id]):
                    ready.append(case)
            else:
                ready.append(case)
        for case in ready:
            if case.about is not None:
                case.placed = placed.get(case.incoming.event.order_id or "")
        return ready

    def _waited_for(self, order_id: str, about: log.KnownOrder) -> list[Case]:
        """The refunds in waiting for an order that has just come."""
        found = []
        for refusal in quarantine.waiting_for(order_id):
            typed = quarantine.typed_of(refusal)
            waiting = Incoming(typed.event, Who(*typed.who), bytes(refusal.body_hash), refusal.body)
            case = self._one_more(waiting, about.member_id or 0)
            if self._refund(case, about):
                found.append(case)
                quarantine.settle(refusal, self.now)
        return found

    def _refund(self, case: Case, about: log.KnownOrder) -> bool:
        """Work out which lines and how much a refund concerns; False when it asks for more than there is."""
        event = case.incoming.event
        if about.member_id != case.member_id:
            self._refuse(case.place, problem("not-their-order", "order_id"))
            return False
        try:
            digits = self.timeline.tables[-1].programme.minor_digits
            refund = refund_of(about.order, about.refunds, event.properties, digits, event.name)
        except Unfit as unfit:
            self._refuse(case.place, unfit_problem(unfit, "properties."))
            return False
        event.order = refund
        about.refunds.append(refund)
        case.about = about
        return True

    def _birthdays(self, cases: list[Case]) -> list[Case]:
        """Somebody who orders on their birthday before the calendar has come round has the birthday first."""
        doings = [(case.place, case.member_id, case.incoming.event) for case in cases]
        first = came.birthdays_before(self.timeline, doings, self.now_us)
        ready = []
        for case in cases:
            if case.place in first:
                ready.append(self._one_more(first[case.place], case.member_id))
            ready.append(case)
        return ready

    def _one_more(self, incoming: Incoming, member_id: int) -> Case:
        """A case for what did not come with the batch."""
        case = Case(len(self.outcomes), incoming, member_id)
        self.outcomes.append(None)
        self.batch = [*self.batch, incoming]
        return case

    def _desk(self, cases: list[Case]) -> Desk:
        """4. Lock who will be decided, give the events their places in the log, lay the standings out."""
        desk = Desk(self.cursor, self.timeline)
        names = self.timeline.names
        quiet = {
            case.member_id
            for case in cases
            if case.incoming.event.name not in names or case.incoming.who.user_id is None
        }
        known, customers = points_state.existing(quiet), members.customers(quiet)
        ask(known, customers)
        for case in cases:
            # What a customer does without signing in is theirs all the same; a mere visitor has no account.
            unnamed = case.incoming.who.user_id is None and case.incoming.member_id is None
            named = not unnamed or case.member_id in customers.answer
            if case.incoming.event.name in names:
                case.decided = named
            else:
                # nothing is decided, but a member's first event opens the account
                case.decided = named and case.member_id not in known.answer
        deciding = {case.member_id for case in cases if case.decided}
        places = desk.lock(deciding, len(cases))
        needs = Needs()
        clocks: dict[int, int] = {}
        for case, event_id in zip(cases, places, strict=True):
            event = case.incoming.event
            at = min(microseconds(event.occurred_at), self.now_us)
            if case.decided:
                at = max(at, clocks.get(case.member_id, desk.clock(case.member_id)))
                clocks[case.member_id] = at
                self._need(needs, case, at)
            case.at = at
            tables = self.timeline.tables[self.timeline.at(at)]
            case.row = log.Row(event_id, event, case.member_id, moment(at), tables.version, case.incoming.body_hash)
        if deciding:
            desk.load(needs)
        return desk

    def _need(self, needs: Needs, case: Case, at: int) -> None:
        event = case.incoming.event
        needs.until = max(needs.until, at)
        tables = self.timeline.tables[self.timeline.at(at)]
        day = local_day(tables.midnights, min(microseconds(event.occurred_at), at))
        needs.days.setdefault(case.member_id, set()).add(day)
        if event.name in ev.LEDGER_NAMES or event.name in ev.REFUND_NAMES or event.name in self.timeline.maturing:
            needs.whole.add(case.member_id)
        if event.name == ev.HOLD_RETURNED and case.incoming.hold is not None:
            needs.holds.add(case.incoming.hold.ref)
        if case.about is not None:
            needs.orders[event.order_id or ""] = case.about.event_id
            day = local_day(tables.midnights, microseconds(case.about.occurred_at))
            needs.days[case.member_id].add(day)

    def _decide(self, desk: Desk, cases: list[Case]) -> None:
        """5. Each event by the rules alone, in the order it arrived."""
        for case in cases:
            row = case.row
            assert row is not None
            event = case.incoming.event
            if not case.decided:
                self._log(case, row)
                continue
            version = None
            if case.about is not None:
                version = self._point_at_order(case, event)
            answer, row.version_id, records = desk.decide(
                case.member_id, event, row.id, case.at, case.incoming.hold, version
            )
            if answer != y.OK:
                self._refuse(case.place, refusals.of_step(answer))
                continue
            tables = desk.tables[row.version_id]
            state = desk.members[case.member_id].state
            row.decision = encode(decision(row.id, case.incoming.who.user_id, tables, state, records))
            self._log(case, row)

    def _point_at_order(self, case: Case, event: ev.Event) -> int | None:
        """Write into a refund which event and day its order was; returns the version that decided the order."""
        about = case.about
        assert about is not None and event.order is not None
        placed = case.placed.row if case.placed is not None else None
        event_id = about.event_id if placed is None else placed.id
        version = about.version_id if placed is None else placed.version_id
        midnights = self.timeline.tables[0].midnights
        event.order.about = event_id
        event.order.about_day = local_day(midnights, min(microseconds(about.occurred_at), self.now_us))
        return version

    def _log(self, case: Case, row: log.Row) -> None:
        self.rows.append(row)
        self.outcomes[case.place] = Outcome("accepted", row.id, row.decision or b"null")

    def _wait(self, case: Case) -> None:
        """A refund of an order that has not come yet waits for it."""
        incoming = case.incoming
        order_id = incoming.event.order_id
        details = problem("waiting-for-order", "order_id", order_id=order_id, hours=quarantine.WAIT_HOURS).as_json()
        # At once: its order may come later in this batch.
        quarantine.wait(incoming.event, incoming.who, incoming.body, incoming.body_hash, details, self.now)
        self.outcomes[case.place] = Outcome("waiting", problem=details)

    def _refuse(self, place: int, refused: Problem) -> None:
        incoming = self.batch[place]
        details = refused.as_json()
        if incoming.hold is None:
            keep = partial(quarantine.keep, incoming.event, incoming.body, incoming.body_hash, details)
            self.kept.append((incoming.body_hash, keep))
        self.outcomes[place] = Outcome("refused", problem=details)


def _hash(kept: tuple[bytes, Callable[[], object]]) -> bytes:
    return kept[0]


def _is_order(incoming: Incoming) -> bool:
    return incoming.event.name == ev.ORDER_COMPLETED
