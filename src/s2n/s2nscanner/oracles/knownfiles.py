"""Files that every machine of a kind has and every user may read, known by their content."""

import re

from s2n.s2nscanner.oracles.signature import Signature

_BREAK = r"(?:\s|<br ?/?>)+"

PASSWD = Signature(
    "/etc/passwd", re.compile(r"root:[^:\s]{0,120}:0:0:[^:\n<]{0,120}:/[^:\n<]{0,60}:[^\s:<\"'\\]{0,60}")
)
WIN_INI = Signature(
    "win.ini",
    re.compile(
        rf"(?i); for 16-bit app support{_BREAK}\[\w+\]"
        rf"|\[(?:fonts|extensions|mci extensions)\]{_BREAK}\[(?:extensions|mci extensions|files)\]"
    ),
)
