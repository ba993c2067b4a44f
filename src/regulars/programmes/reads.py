"""Which programme version counts when."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from regulars.programmes.calendar import holiday_days
from regulars.programmes.file import check
from regulars.programmes.models import Version
from regulars.rules import layout as y
from regulars.rules.programme import Programme
from regulars.rules.tables import Registry, Tables, build
from regulars.store.questions import Question, ask

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class NoProgramme(LookupError):
    """No programme version has been applied yet."""


def microseconds(moment: datetime) -> int:
    """A moment as microseconds since 1970-01-01 UTC."""
    return (moment - EPOCH) // _MICROSECOND


@lru_cache(maxsize=8192)
def moment(at: int) -> datetime:
    """Microseconds since 1970-01-01 UTC as an aware datetime."""
    return EPOCH + timedelta(microseconds=at)


@dataclass(frozen=True, slots=True)
class Timeline:
    """All versions in the order of their effect. ``starts[i]`` (microseconds UTC) is when ``tables[i]`` begins; the
    first version counts from the beginning of the log."""

    starts: tuple[int, ...]
    tables: tuple[Tables, ...]

    def at(self, moment_us: int) -> int:
        """The position of the version in effect at a moment."""
        i = len(self.starts) - 1
        while i > 0 and self.starts[i] > moment_us:
            i -= 1
        return i

    def position(self, version_id: int) -> int:
        """The position of a version by its id."""
        return next(i for i, tables in enumerate(self.tables) if tables.version == version_id)

    names: frozenset[str] = field(init=False)
    """Events that any version decides on."""
    maturing: frozenset[str] = field(init=False)
    """Those that any version's pending points wait for."""

    birthdays: bool = field(init=False)
    """Whether any version earns more on a member's birthday."""
    referrals: bool = field(init=False)
    """Whether any version rewards members who bring friends."""
    compared: frozenset[str] = field(init=False)
    """The likenesses of the two sides of a referral that any version refuses (``same_device``…)."""

    def __post_init__(self) -> None:
        birthdays = any(
            occasion.kind == "birthday" and occasion.earns_times is not None
            for tables in self.tables
            for occasion in tables.programme.calendar
        )
        object.__setattr__(self, "birthdays", birthdays)
        referrals = [tables.programme.referral for tables in self.tables if tables.programme.referral is not None]
        object.__setattr__(self, "referrals", bool(referrals))
        object.__setattr__(self, "compared", frozenset().union(*(referral.refuses for referral in referrals)))
        object.__setattr__(self, "names", frozenset().union(*(tables.names for tables in self.tables)))
        object.__setattr__(self, "maturing", frozenset().union(*(tables.matures for tables in self.tables)))


VERSIONS_LOCK = 7201
"""Advisory lock: shared by whoever decides events, exclusive for whoever publishes a version. It keeps a version from
taking effect in the past of an event that is being decided."""
_IDS = "(SELECT array_agg(id ORDER BY id) FROM programmes_version)"
_BY_KEY = (
    "set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true),"
    " set_config('enable_mergejoin', 'off', true)"
)


def versions() -> Question[tuple[int, ...]]:
    """The ids of all versions, for ``timeline_of``."""
    return Question(f"SELECT {_IDS}", (), lambda rows: tuple(rows[0][0] or ()))


def versions_by_key() -> Question[tuple[int, ...]]:
    """The same, for a transaction that will look rows up by key as ``present`` says, but decides nothing for good."""
    return Question(f"SELECT {_IDS}, {_BY_KEY}", (), lambda rows: tuple(rows[0][0] or ()))


def timeline() -> Timeline:
    """The timeline as the database has it now. Cheap: parsed versions are kept by their ids."""
    found = versions()
    ask(found)
    return timeline_of(found.answer)


def present() -> tuple[Timeline, datetime]:
    """The timeline and this moment; no version takes effect before it until the transaction ends.

    Raises NoProgramme when none has been applied.
    """
    # Two statements: a statement sees the tables as they were before it waited for its lock. What follows in the
    # transaction looks rows up by key, many times, in tables that grow: a plan for all of that must not be one that
    # was best while they were small.
    lock = Question("SELECT pg_advisory_xact_lock_shared(%s)", (VERSIONS_LOCK,), len)
    versions = Question(
        f"SELECT clock_timestamp(), {_IDS}, {_BY_KEY}",
        (),
        lambda rows: (rows[0][0], tuple(rows[0][1] or ())),
    )
    ask(lock, versions)
    clock, ids = versions.answer
    return timeline_of(ids), clock


def let_deciding_end() -> None:
    """Wait until every transaction that is deciding now has ended; new ones wait until this transaction does."""
    lock = Question("SELECT pg_advisory_xact_lock(%s)", (VERSIONS_LOCK,), len)
    ask(lock)


@lru_cache(maxsize=8)
def timeline_of(ids: tuple[int, ...]) -> Timeline:
    """The timeline of exactly those versions.

    Raises NoProgramme when there are none.
    """
    if not ids:
        raise NoProgramme("No programme has been applied yet: run `regulars programme apply FILE`.")
    rows = list(Version.objects.filter(id__in=ids).order_by("id"))
    programmes = {row.pk: parse(row.text) for row in rows}
    registry = Registry.of(programmes[row.pk] for row in rows)
    ordered = sorted(rows, key=lambda row: (row.effective_at is not None, row.effective_at, row.pk))
    return Timeline(
        tuple(-y.NEVER if row.effective_at is None else microseconds(row.effective_at) for row in ordered),
        tuple(build(programmes[row.pk], row.pk, registry, holiday_days(programmes[row.pk])) for row in ordered),
    )


@lru_cache(maxsize=64)
def parse(text: str) -> Programme:
    """The programme that a published file holds.

    Raises ValueError when the text has problems (a published version never has).
    """
    checked = check(text)
    if checked.programme is None:
        raise ValueError("; ".join(str(problem) for problem in checked.problems))
    return checked.programme


def current(now: datetime | None = None) -> tuple[Version, Programme]:
    """The version in effect now (or at ``now``) and its programme.

    Raises NoProgramme when none has been applied.
    """
    line = timeline()
    tables = line.tables[line.at(microseconds(now or datetime.now(UTC)))]
    return Version.objects.get(pk=tables.version), tables.programme


def scheduled(now: datetime) -> list[tuple[datetime, Programme]]:
    """The versions that take effect after ``now``, with when, the soonest first."""
    line = timeline()
    first = line.at(microseconds(now)) + 1
    return [
        (moment(start), tables.programme)
        for start, tables in zip(line.starts[first:], line.tables[first:], strict=True)
    ]


def by_id(version_id: int) -> Programme:
    """The programme of one version.

    Raises Version.DoesNotExist.
    """
    return parse(_text(version_id))


@lru_cache(maxsize=256)
def _text(version_id: int) -> str:
    return Version.objects.values_list("text", flat=True).get(pk=version_id)


def all_versions() -> list[Version]:
    """Every version, the newest first."""
    return list(Version.objects.select_related("applied_by").order_by("-id"))
