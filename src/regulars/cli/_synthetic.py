"""A synthetic shop of any size into the database, through the same ingestion as any shop's events."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from regulars.cli._demo_load import counted, ignore
from regulars.cli._demo_year import Lively, read_one
from regulars.cli._feeding import feed, progress
from regulars.cli._in_parts import in_parts
from regulars.cli._terminal import Console
from regulars.connect.synthetic import spending
from regulars.connect.synthetic.bodies import bodies, introduction_id, last_message_ids
from regulars.connect.synthetic.chunk import chunk
from regulars.connect.synthetic.shop import CHUNK, SOURCE, Shop, beginning
from regulars.events.models import Event
from regulars.flow.intake import reader
from regulars.programmes.reads import current
from regulars.project.config import OperatorError


def load(console: Console, members: int, seed: int, days: int, only_orders: bool = False) -> None:
    """Load what is missing of the shop. Raises OperatorError for sizes that cannot be, and where another synthetic shop
    is loaded already."""

    _, programme = current()
    try:
        shop = begun(Shop(members, seed, days, beginning(datetime.now(UTC), days, programme.time_zone)))
    except ValueError as error:
        raise OperatorError(str(error)) from None
    first = chunk(shop, 0, only_orders)
    total = round(first.line.height * members / min(members, CHUNK))
    console.print(
        f"synthetic shop, seed {seed}: {members:,} members, {days} days, about {total:,} events; it is made up,"
        " for trials of scale",
        style="dim",
        highlight=False,
        soft_wrap=True,
    )
    with progress("synthetic shop", total) as advance:
        counts = in_parts("synthetic shop", f"{__name__}:ingest_part", (shop, only_orders), advance)
    fates = ", ".join(f"{count:,} {status}" for status, count in sorted(counts.items()))
    console.print(f"synthetic shop: {fates or 'everything was there'}", highlight=False)


def begun(shop: Shop) -> Shop:
    """The shop as it was begun, if it was: whatever day it is now."""

    ours = Event.objects.filter(source=SOURCE)
    begun = ours.filter(message_id=introduction_id(shop, 0)).values_list("occurred_at", flat=True).first()
    if begun is not None:
        joined = int(chunk(shop, 0).people.joined_s[0])
        return Shop(shop.members, shop.seed, shop.days, begun - timedelta(seconds=joined))
    if ours.exists():
        raise OperatorError(
            "another synthetic shop is loaded here, of another seed or length; load this one where REGULARS_DATA_DIR"
            " names a folder of its own"
        )
    return shop


def ingest_part(part: tuple[int, int], advance: Callable[[int], None], shop: Shop, only_orders: bool) -> dict[str, int]:
    """One process: every so-manieth chunk, its events in the order of time."""
    which, parts = part
    counts: dict[str, int] = {}
    for number in range(which, shop.chunks, parts):
        for status, count in load_chunk(shop, number, advance, only_orders).items():
            counts[status] = counts.get(status, 0) + count
    return counts


def load_chunk(shop: Shop, number: int, advance: Callable[[int], None], only_orders: bool = False) -> dict[str, int]:
    """Ingest a chunk, unless its last event is there: then all of it is. Returns how many events met each fate."""

    whole = chunk(shop, number, only_orders)
    last = last_message_ids(shop, whole)
    if Event.objects.filter(source=SOURCE, message_id__in=last).count() == len(last):
        advance(whole.line.height)
        return {}
    read = reader(SOURCE)
    events = (read_one(read, body) for body in bodies(shop, whole, read.digits))
    ends = shop.began + timedelta(seconds=int(whole.line["s"][-1]))
    lively = Lively(spending, ends)
    return dict(feed(counted(lively.among(events), advance), ignore, lively.observe).by_status)
