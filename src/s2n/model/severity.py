"""The scales a finding is placed on."""

from enum import StrEnum


class Severity(StrEnum):
    """How bad it is if it is true."""

    INFO = "INFO"
    LOW = "LOW"
    MEDIUM = "MEDIUM"
    HIGH = "HIGH"
    CRITICAL = "CRITICAL"

    @property
    def rank(self) -> int:
        """0 for INFO … 4 for CRITICAL."""
        return _RANK[self]


_RANK = {severity: rank for rank, severity in enumerate(Severity)}


class Confidence(StrEnum):
    """How sure it is that it is true.

    CERTAIN only with a witness: a value the target computed, a file's content, a marker that executes.
    FIRM: controls and repetition leave no other explanation that was tested for.
    TENTATIVE: a sign; not re-verified, or not verifiable from outside.
    """

    CERTAIN = "CERTAIN"
    FIRM = "FIRM"
    TENTATIVE = "TENTATIVE"


class Location(StrEnum):
    """Where in a request an input point lies."""

    QUERY = "query"
    FORM = "form"
    JSON = "json"
    XML = "xml"
    MULTIPART = "multipart"
    FILENAME = "filename"
    HEADER = "header"
    COOKIE = "cookie"
    PATH = "path"
    GRAPHQL = "graphql"
