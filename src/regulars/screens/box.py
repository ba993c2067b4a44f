"""The box around a chart that is worked out elsewhere: what it shows while it waits, when it is old, when it failed.

Three steps for a page with such a box.

1. The page puts an empty box where the chart will stand, and goes out at once::

       {% include "screens/box_first.html" with address=address %}

2. ``address`` is a view of a fragment. It asks, and gives the answer to ``box``::

       answer = asking.ask("insight.retention", params, wait_seconds=0.2)
       return TemplateResponse(request, "console/insight/chart.html", {**box(request, answer), "spec": …})

3. The fragment's template says what is drawn once there is a result; everything else is said here::

       {% extends "screens/box.html" %}
       {% block drawn %}…{% endblock %}

While the answer waits the box asks again by itself, ever less often; a result of an older lake stays on the page with
a note that says how old it is; a failure is told in its own words, above the last good result where there is one. Who
knows already that the result is empty puts a sentence into ``empty`` and, where something can be done, into ``todo``.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

_TRIES_MOST = 40
_LATE_TRIES = 12


def box(request: HttpRequest, answer: Any, *, empty: str = "", todo: str = "") -> dict[str, Any]:
    """The context of ``screens/box.html`` for an answer of ``inquiries.asking.ask``."""
    try:
        tries = max(int(request.GET.get("tries", 0)), 0)
    except ValueError:
        tries = 0
    again = request.GET.copy()
    again["tries"] = str(tries + 1)
    return {
        "answer": answer,
        "again": f"{request.path}?{again.urlencode()}",
        "asks_again": answer.state == "waiting" and tries < _TRIES_MOST,
        "delay_ms": min(300 + 150 * tries, 2000),
        "late": answer.state == "waiting" and tries >= _LATE_TRIES,
        "empty": empty,
        "todo": todo,
    }


def plain_query(request: HttpRequest) -> Any:
    """The fragment's own parameters, without those that the box adds."""
    query = request.GET.copy()
    query.pop("tries", None)
    return query
