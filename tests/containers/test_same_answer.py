"""The local runtime and the container give the same report of the same site."""

import json
import re

from s2n.lab import serve

PLUGINS = "xss,open_redirect,security_headers,sensitive_files,cookie_flags,custom_scan"

VARYING = {
    *("id", "scan_id", "timestamp", "start_time", "end_time", "duration_seconds", "os_info", "runtime"),
    *("app_env", "python_version", "requests_per_second"),
}
"""Who ran, and when."""

FRESH = (
    (re.compile(r"127\.0\.0\.1:\d+"), "TARGET"),
    (re.compile(r"(?i)s2n[a-z0-9]{4,}"), "TOKEN"),
    (re.compile(r"\d+"), "N"),
)
"""Ports, tokens, numbers and lengths that are drawn anew for each attack."""


def comparable(value):
    if isinstance(value, dict):
        return {key: comparable(item) for key, item in value.items() if key not in VARYING}
    if isinstance(value, list):
        return sorted((comparable(item) for item in value), key=lambda item: json.dumps(item, sort_keys=True))
    if isinstance(value, str):
        for pattern, name in FRESH:
            value = pattern.sub(name, value)
    return value


def test_both_ways_give_the_same_report(host):
    host.plugin()
    reports = []
    for runtime in ("local", host.env["S2N_RUNTIME"]):
        with serve() as lab:
            words = ("-u", lab.url, "-p", PLUGINS, "--max-pages", "60", "--concurrency", "1", "--no-store")
            host.run("scan", *words, "--runtime", runtime, "-o", f"{runtime}.json", code=1)
        reports.append(host.report(f"{runtime}.json"))
    local, contained = reports
    runtimes = [report["metadata"]["runtime"] for report in reports]
    assert runtimes == ["local", host.env["S2N_RUNTIME"]]
    assert local["summary"]["total_vulnerabilities"] > 10
    one, other = comparable(local), comparable(contained)
    assert one.keys() == other.keys()
    for part in one:
        assert lines(one[part]) == lines(other[part]), part


def lines(value):
    return json.dumps(value, indent=1, sort_keys=True).splitlines()
