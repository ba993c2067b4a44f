"""Segments by inquiry, by the API, at the command line, and in prices."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from django.conf import settings
from typer.testing import CliRunner

from regulars.audience.segments import definition, refreshed, writes
from regulars.audience.segments.models import Segment
from regulars.cli import segments as command
from regulars.flow.checkout import quote as checkout
from regulars.inquiries import asking
from regulars.inquiries.testing import answer_all
from regulars.insight.lake import scores
from regulars.offers import writes as offers
from regulars.project import config
from regulars.science.lake.tables import SCORES
from tests.flow.stories import Customer

Shop = dict[str, Customer]
TEA = {"orders": {"where": {"line.category": "tea"}}}


def asked(root: Path, name: str, params: dict) -> asking.Answer:
    asking.ask(name, params, wait_seconds=0)
    answer_all(root)
    return asking.ask(name, params, wait_seconds=0)


def test_a_live_count(shop: Shop, root: Path) -> None:
    assert "regulars.audience.inquiries" in settings.INQUIRY_HANDLERS
    found = asked(root, "audience.preview", {"definition": TEA}).result
    assert (found["count"], found["of"], found["sample"]) == (1, 3, [shop["ann"].member_id])
    exact = definition.as_text({"spent": {"at_least": Decimal("360.00")}})
    counts = [
        asked(root, "audience.preview", {"definition": one}).result["count"]
        for one in (exact, {"spent": {"at_least": 899.99}})
    ]
    assert counts == [2, 1]


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({"definition": {"order": {}}}, "did you mean `orders`?"),
        ({"definition": "{"}, "The definition cannot be read."),
        ({"definition": {"score.alive": {"below": 0.5}}}, "Scores have not been computed yet"),
        ({"kind": "model", "definition": {}}, "model"),
    ],
)
def test_what_cannot_be_counted_says_why(shop: Shop, root: Path, params: dict, said: str) -> None:
    answer = asked(root, "audience.preview", params)
    assert (answer.state, said in answer.said) == (asking.FAILED, True), answer.said


SCORED = {"all": [{"score.leaving_90": {"below": 1}}]}


def test_a_table_of_no_scores_is_as_none(shop: Shop, root: Path) -> None:
    """Nobody is said to be safe because nobody was asked; and who belonged before still belongs."""
    one = shop["ann"].member_id
    row = pl.DataFrame({"member": [one], "leaving_90": [0.2]})
    full = row.with_columns(pl.lit(None, kind).alias(name) for name, kind in SCORES.items() if name not in row.columns)
    segment = writes.create("safe", "Safe", "rule", SCORED)
    scores.put(str(root), full)
    [told] = refreshed.refresh(str(root), ["safe"])
    assert told.problem == "" and Segment.objects.get(pk=segment.pk).members_count == 1
    scores.put(str(root), full.clear())
    [told] = refreshed.refresh(str(root), ["safe"])
    assert told.problem.startswith("Scores have not been computed yet")
    assert Segment.objects.get(pk=segment.pk).members_count == 1
    answer = asked(root, "audience.preview", {"definition": SCORED})
    assert (answer.state, answer.said[:34]) == (asking.FAILED, "Scores have not been computed yet,")


def test_members_behind_a_definition_and_overlap(shop: Shop, root: Path) -> None:
    everybody = {"definition": {"points": {"at_least": 0}}}
    first = asked(root, "audience.members_behind", {**everybody, "limit": 2}).result
    rest = asked(root, "audience.members_behind", {**everybody, "limit": 2, "after": first["next"]}).result
    assert first["members"] + rest["members"] == sorted(one.member_id for one in shop.values())
    assert (first["count"], rest["next"]) == (3, None)
    writes.upload_list(writes.create("a", "A", "list"), "ann\nbo")
    writes.upload_list(writes.create("b", "B", "list"), "bo\ncy")
    found = asked(root, "audience.overlap", {"keys": ["a", "b"]}).result
    assert found == {"counts": {"a": 2, "b": 2}, "pairs": [{"one": "a", "other": "b", "members": 1}]}


OFFERS = """
currency: CNY
time_zone: Asia/Shanghai
offers:
  - {key: tea-off, kind: percent, off_percent: 10, for: {member.segment: tea}}
"""


@pytest.mark.parametrize(("who", "total"), [("ann", "90.00"), ("bo", "100.00"), ("nobody-yet", "100.00")])
def test_a_price_knows_who_belongs(shop: Shop, root: Path, who: str, total: str) -> None:
    writes.create("tea", "Tea", "rule", TEA)
    refreshed.refresh(str(root))
    offers.apply(OFFERS)
    cart = {"member": who, "lines": [{"line_id": "1", "product_id": "x", "price": "100.00", "quantity": 1}]}
    found = checkout.quote(cart, datetime.now(UTC))
    assert found.breakdown.total_minor == int(Decimal(total) * 100)


def test_at_the_command_line(shop: Shop, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config.Config, "lake", property(lambda self: str(root)))
    file = tmp_path / "segments.yaml"
    file.write_text(
        "currency: CNY\nsegments:\n  - {key: tea, name: Tea, who: {orders: {at_least: 3}}}\n", encoding="utf-8"
    )
    run = CliRunner().invoke

    def last(*words: str) -> dict:
        return json.loads(run(command.app, [*words, "--json"]).stdout.strip().splitlines()[-1])

    assert "no segment yet" in run(command.app, ["list"]).stdout
    assert last("check", str(file)) == {"ok": True, "segments": ["tea"], "problems": []}
    assert last("apply", str(file)) == {"ok": True, "segments": {"tea": "new"}}
    assert last("refresh")["segments"] == [{"key": "tea", "problem": "", "members": 1, "entered": 1, "left": 0}]
    [row] = last("list")["segments"]
    assert (row["key"], row["members"], row["problem"]) == ("tea", 1, "")
    assert "Tea" in run(command.app, ["list"]).stdout
    file.write_text("currency: CNY\nsegments:\n  - {key: tea, who: {order: {}}}\n", encoding="utf-8")
    refused = run(command.app, ["check", str(file)])
    assert (refused.exit_code, "line 3" in refused.stdout, "did you mean" in refused.stdout.replace("\n", " ")) == (
        1,
        True,
        True,
    )
    monkeypatch.setattr(config.Config, "lake", property(lambda self: str(tmp_path / "nowhere")))
    failed = run(command.app, ["refresh"])
    assert (failed.exit_code, "there is no lake yet" in failed.stdout.replace("\n", " ")) == (1, True)
    assert Segment.objects.get().members_count == 1
