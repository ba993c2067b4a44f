"""Who may do what with insight."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

SEE = "insight.view_target"
SET = "insight.change_target"
KEEP = "insight.add_view"
DROP = "insight.delete_view"


def may_see(request: HttpRequest) -> None:
    """Raises PermissionDenied for who may not see insight."""
    may(request, SEE)


def may(request: HttpRequest, permission: str) -> None:
    """Raises PermissionDenied for who lacks a permission."""
    if not request.user.has_perm(permission):
        raise PermissionDenied
