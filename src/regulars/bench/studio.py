"""``studio``: from a slider to its answer over HTTP, on the demo year: the request, the replay, the page's answer.

The past comes from the lake (``regulars lake sync``), so that no year has to be imported first. What the browser adds
(waiting 80 ms for the next movement, and drawing) is not in these figures.
"""

from __future__ import annotations

import http.client
import re
import subprocess
import sys
import time
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

from regulars.bench.figures import Figure, Say, at_most, plain
from regulars.bench.server import environment_of, regulars, server
from regulars.insight.replays import programme_of
from regulars.rules.tables import build
from regulars.science.parquet import Lake
from regulars.science.replay import Replay

SLIDES = 15
_CSRF = "regulars_csrf"
_PASSWORD = "a-bench-of-its-own"  # noqa: S105  # of a database that nobody else sees
# Whose console it is, and a draft; no answer is known from before.
_USER = (
    "from django.contrib.auth.models import Group, User; from regulars.programmes import drafts;"
    " u, _ = User.objects.get_or_create(username='bench', defaults={'is_staff': True});"
    f" u.set_password('{_PASSWORD}'); u.save(); u.groups.set(Group.objects.filter(name='admin'));"
    " from regulars.programmes.models import Rehearsal; Rehearsal.objects.all().delete();"
    " v = drafts.newest(); drafts.begin(u, 'bench', v.text, v)"
)


def run(say: Say, data: Path, programme: Path) -> list[Figure]:
    """Slide a rate to and fro and wait for each answer. Raises FileNotFoundError when there is no lake."""
    lake = Lake(data / "lake")
    home = data / "bench" / "studio"
    with server(home, programme, say) as (port, _key):
        regulars(home, "manage", "collectstatic", "--noinput")
        regulars(home, "manage", "shell", "-c", _USER)
        command = [sys.executable, "-m", "regulars.cli.main", "rehearsals", "--events", str(lake.path)]
        with (home / "rehearsals.log").open("w") as log:
            process = subprocess.Popen(command, env=environment_of(home), stdout=log, stderr=log)
            try:
                first, slides = _slide(port, say)
            finally:
                process.terminate()
                process.wait(30)
    say("the replay alone")
    baseline = _replay_alone(lake, programme)
    slides.sort()
    return [
        at_most("a slider's answer over HTTP, best", slides[0], "s", 1.0, baseline),
        at_most("the same, median", slides[len(slides) // 2], "s", 1.0, baseline),
        plain("the same, worst", slides[-1], "s", baseline),
        plain("the first answer, with the past read and the rules loaded", first, "s"),
    ]


def _slide(port: int, say: Say) -> tuple[float, list[float]]:
    """Seconds of the first answer and of each slide after it."""
    browser = _Browser(port)
    browser.sign_in()
    page = browser.get("/console/programmes/version/drafts/")
    draft = max(int(number) for number in re.findall(r"/drafts/(\d+)/", page))
    say("the first answer")
    first = _answer(browser, draft, "1")
    say("sliding")
    # no value twice: a known answer would be given again
    return first, [_answer(browser, draft, f"{1 + step / 10:.1f}") for step in range(1, SLIDES + 1)]


def _answer(browser: _Browser, draft: int, points: str) -> float:
    base = f"/console/programmes/version/drafts/{draft}/try/"
    began = time.perf_counter()
    said = browser.post(f"{base}ask/", {"p:earn.purchase.rate.points": points, "redemption": "75"})
    while (waiting := re.search(rf'hx-get="({base}\d+/)"', said)) and "h-cost" not in said:
        said = browser.get(waiting[1])
        if time.perf_counter() - began > 120:
            raise RuntimeError("no answer; see rehearsals.log")
    if "h-cost" not in said:
        raise RuntimeError(f"no answer: {said[:200]}")
    return time.perf_counter() - began


class _Browser:
    """One connection with cookies."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookies: SimpleCookie = SimpleCookie()

    def sign_in(self) -> None:
        """At the console's door."""
        self.get("/console/login/")
        self.post("/console/login/", {"username": "bench", "password": _PASSWORD})

    def get(self, path: str) -> str:
        """A page."""
        return self._ask("GET", path, None)

    def post(self, path: str, fields: dict[str, str]) -> str:
        """A form."""
        return self._ask("POST", path, urlencode(fields))

    def _ask(self, method: str, path: str, body: str | None) -> str:
        headers = {"Cookie": "; ".join(f"{name}={morsel.value}" for name, morsel in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            headers["X-CSRFToken"] = self.cookies[_CSRF].value if _CSRF in self.cookies else ""
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        for line in answer.headers.get_all("Set-Cookie") or []:
            self.cookies.load(line)
        said = answer.read().decode()
        if answer.status >= 400:
            raise RuntimeError(f"{method} {path}: {answer.status}")
        return said


def _replay_alone(lake: Lake, programme: Path) -> float:
    """Seconds of one replay, Parquet to result, without anything around it."""
    replay = Replay([build(programme_of(programme))])
    best = float("inf")
    for _ in range(4):
        began = time.perf_counter()
        replay.run(lake, None, by_member=True)
        best = min(best, time.perf_counter() - began)
    return best
