"""The local runtime and the container give the same report of the same site."""

import json
import re

from s2n.lab import serve
from s2n.model import split_url

PLUGINS = "xss,open_redirect,security_headers,sensitive_files,cookie_flags,custom_scan"

VARYING = {
    *("id", "scan_id", "timestamp", "start_time", "end_time", "duration_seconds", "os_info", "runtime"),
    *("app_env", "python_version"),
    *("request", "response", "control", "curl"),
}
"""Who ran, when, and the exchanges, which carry what the site counts and dates."""

ATTACKS = {"url", "payload", "evidence", "description"}
"""These carry tokens and numbers that are drawn anew for each attack; their shape is the same."""

WORD = re.compile(r"[A-Za-z0-9]+")


def comparable(value, key=""):
    if isinstance(value, dict):
        return {name: comparable(item, name) for name, item in value.items() if name not in VARYING}
    if isinstance(value, list):
        return sorted((comparable(item, key) for item in value), key=order)
    return WORD.sub("w", value) if key in ATTACKS and isinstance(value, str) else value


def order(item):
    """Findings by what they are about, the rest by itself."""
    return item["fingerprint"] if "fingerprint" in item else json.dumps(item, sort_keys=True)


def test_both_ways_give_the_same_report(host):
    host.plugin()
    reports, port = [], 0
    for runtime in ("local", host.env["S2N_RUNTIME"]):
        with serve(port=port) as lab:
            port = split_url(lab.url)[0].port
            words = ("-u", lab.url, "-p", PLUGINS, "--max-pages", "60", "--concurrency", "1", "--no-store")
            words += ("--browser", "never")  # this machine may have one, and the image has none
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


def test_both_ways_give_the_same_site_model(host):
    models, port = [], 0
    for runtime in ("local", host.env["S2N_RUNTIME"]):
        with serve(port=port) as lab:
            port = split_url(lab.url)[0].port
            words = ("-u", lab.url, "--concurrency", "1", "--browser", "never", "--runtime", runtime)
            host.run("crawl", *words, "-o", f"{runtime}.json", "-o", f"{runtime}.yaml", code=0)
        models.append(host.report(f"{runtime}.json"))
    local, contained = models
    assert len(local["endpoints"]) > 100
    for part in ("endpoints", "left_out", "complete", "pages", "total_requests", "states"):
        assert lines(local[part]) == lines(contained[part]), part
    texts = [(host.folder / f"{runtime}.yaml").read_text() for runtime in ("local", host.env["S2N_RUNTIME"])]
    assert texts[0] == texts[1]
