"""API keys: shown once, then only known by how they begin."""

from __future__ import annotations

import json

from django.test import Client
from django.urls import reverse

from regulars.api.models import Key


def make(client: Client, **changes: object) -> object:
    """Post the form for a new key."""
    return client.post(
        reverse("admin:api_key_add"), {"name": "Web shop", "source": "web", "scopes": ["events:write"], **changes}
    )


def test_a_key_is_shown_once_and_works(admin: Client, programme: None) -> None:
    answer = make(admin)
    secret = answer.context["secret"]  # type: ignore[attr-defined]
    assert secret in answer.content.decode()  # type: ignore[attr-defined]
    assert "no-store" in answer["Cache-Control"]  # type: ignore[index]
    key = Key.objects.get()
    for page in (reverse("admin:api_key_changelist"), reverse("admin:api_key_change", args=[key.pk])):
        shown = admin.get(page).content.decode()
        assert secret not in shown
        assert key.prefix in shown
    event = {"event": "Checked In", "message_id": "c-1", "user_id": "1001"}
    sent = Client().post(
        "/api/events", json.dumps(event), content_type="application/json", headers={"authorization": f"Bearer {secret}"}
    )
    assert sent.status_code == 200


def test_a_revoked_key_stops(admin: Client, programme: None) -> None:
    secret = make(admin).context["secret"]  # type: ignore[attr-defined]
    key = Key.objects.get()
    assert admin.get(reverse("admin:api_key_revoke", args=[key.pk])).status_code == 403  # only by pressing the button
    admin.post(reverse("admin:api_key_revoke", args=[key.pk]))
    key.refresh_from_db()
    assert key.revoked_at is not None
    sent = Client().post(
        "/api/events", "{}", content_type="application/json", headers={"authorization": f"Bearer {secret}"}
    )
    assert sent.status_code == 401


def test_a_bad_form_makes_no_key(admin: Client) -> None:
    for changes in ({"name": ""}, {"source": "Web Shop"}, {"source": "console"}, {"scopes": []}, {"scopes": ["all"]}):
        assert "secret" not in (make(admin, **changes).context or {})  # type: ignore[attr-defined]
    assert Key.objects.count() == 0
