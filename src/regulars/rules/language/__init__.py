"""The programme language: plain settings in, a typed ``Programme`` or problems in plain words out, and back."""

from regulars.rules.language.reading import Path, Problem
from regulars.rules.language.whole import read
from regulars.rules.language.written import write

__all__ = ["Path", "Problem", "read", "write"]
