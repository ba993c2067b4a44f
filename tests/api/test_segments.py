"""Segments by the API: all of them, who belongs, and a member's own."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from regulars.audience.segments import writes
from tests.api.conftest import Shop, order

pytestmark = pytest.mark.django_db


@pytest.fixture
def best(shop: Shop) -> Shop:
    """Ann, Bo and Cy have ordered; the first two are on a list."""
    for user in ("ann", "bo", "cy"):
        shop.send(order(user=user))
    writes.upload_list(writes.create("best", "Best", "list"), "ann\nbo")
    return shop


def test_all_segments(best: Shop) -> None:
    [row] = best.call("get", "/api/segments").json()["segments"]
    assert (row["key"], row["name"], row["kind"], row["members"], row["problem"]) == ("best", "Best", "list", 2, None)


def test_who_belongs_page_by_page(best: Shop) -> None:
    first = best.call("get", "/api/segments/best/members?limit=1").json()
    second = best.call("get", f"/api/segments/best/members?limit=1&after={first['next']}").json()
    assert [one["id"] for page in (first, second) for one in page["members"]] == ["ann", "bo"]
    assert second["next"] is None


@pytest.mark.parametrize(("member", "keys"), [("ann", ["best"]), ("cy", [])])
def test_a_members_segments(best: Shop, member: str, keys: list[str]) -> None:
    found = best.call("get", f"/api/members/{member}/segments").json()
    assert [one["key"] for one in found["segments"]] == keys


@pytest.mark.parametrize(
    ("path", "status", "kind"),
    [
        ("segments/none/members", 404, "unknown-segment"),
        ("members/nobody/segments", 404, "unknown-member"),
        ("segments/best/members?limit=0", 422, "unfit-parameter"),
    ],
)
def test_refused(best: Shop, path: str, status: int, kind: str) -> None:
    response = best.call("get", f"/api/{path}")
    assert (response.status_code, response.json()["type"].rpartition("/")[2]) == (status, kind)


def test_an_archived_one_is_not_there(best: Shop) -> None:
    writes.archive(writes.Segment.objects.get())
    assert best.call("get", "/api/segments").json() == {"segments": []}
    assert best.call("get", "/api/segments/best/members").status_code == 404


def test_a_key_that_may_only_send_events(best: Shop, make_token: Callable[..., str]) -> None:
    best.token = make_token("events:write")
    assert best.call("get", "/api/segments").status_code == 403
