"""What axe finds on a page that keeps somebody out."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_OPTIONS = {"resultTypes": ["violations"]}
"""Every rule is asked; of what is in order, axe need not write down where."""


def serious(page: Page) -> list[str]:
    """Axe's serious and critical findings, with what they are about."""
    return [
        f"{found['id']}: {node['html'][:160]}"
        for found in Axe().run(page, options=_OPTIONS).response["violations"]
        if found["impact"] in ("serious", "critical")
        for node in found["nodes"][:4]
    ]
