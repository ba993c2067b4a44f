"""What a browser's clipboard holds. One browser has one, whatever page and test filled it."""

from __future__ import annotations

import time

from playwright.sync_api import Page

_BEFORE = "what was copied before"
_FILL = "text => navigator.clipboard.write([new ClipboardItem({'text/plain': text})])"


def forget_what_was_copied(page: Page) -> None:
    """Fill the clipboard with words of no meaning."""
    page.bring_to_front()  # only the page that one looks at may read and write it
    page.evaluate(_FILL, _BEFORE)


def clipboard(page: Page, seconds_max: float = 30) -> str:
    """The text a page has copied since: waited for, as a browser fills its clipboard after it has said so."""
    page.bring_to_front()
    deadline = time.monotonic() + seconds_max
    while (text := str(page.evaluate("navigator.clipboard.readText()"))) == _BEFORE and time.monotonic() < deadline:
        page.wait_for_timeout(50)
    return text
