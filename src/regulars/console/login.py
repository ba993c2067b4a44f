"""The console's door."""

from __future__ import annotations

from typing import ClassVar

from django.utils.translation import gettext_lazy as _
from unfold.forms import AuthenticationForm


class LoginForm(AuthenticationForm):
    """User name and password. What is wrong is said in one sentence, and not which of the two."""

    error_messages: ClassVar = {
        **AuthenticationForm.error_messages,
        "invalid_login": _("The user name or the password is wrong. Mind capitals and small letters."),
    }
