from time import process_time

import pytest

from s2n.s2nscanner.oracles.domflow import MAX_SCRIPT, Flow, dom_flows, page_scripts


def one(script: str) -> Flow:
    (flow,) = dom_flows(script)
    return flow


def test_a_flow_names_its_source_its_sink_and_its_statement() -> None:
    flow = one("var a = 1;\nout.innerHTML = '<b>' + unescape(location.hash) + '</b>'; b();")
    assert (flow.source, flow.sink, flow.sure) == ("location.hash", "innerHTML", True)
    assert flow.code == "out.innerHTML = '<b>' + unescape(location.hash) + '</b>'"


def test_what_a_browser_encodes_is_not_sure() -> None:
    assert not one("document.write(location.search)").sure


@pytest.mark.parametrize(
    "script",
    [
        "function q() { return new URLSearchParams(location.search).get('q') }\nx.innerHTML = q()",
        "const q = () => { return unescape(location.hash) };\nx.innerHTML = q();",
        "x.innerHTML = q(); function q() { return unescape(location.hash) }",
    ],
)
def test_a_function_hands_on_what_it_returns(script: str) -> None:
    assert one(script).sink == "innerHTML"


@pytest.mark.parametrize(
    "script",
    [
        "function f(a) { x.innerHTML = a } function g() { var a = unescape(location.hash) }",
        "var a = unescape(location.hash); function f(a) { x.innerHTML = a }",
        "function f() { let a = unescape(location.hash) } x.innerHTML = a",
    ],
)
def test_a_variable_is_its_functions_own(script: str) -> None:
    assert dom_flows(script) == []


def test_messages_count_unless_their_origin_is_looked_at() -> None:
    heard = "addEventListener('message', function (e) { %s x.innerHTML = e.data })"
    assert one(heard % "").source == "a message of another window"
    assert dom_flows(heard % "if (e.origin !== me) return;") == []


@pytest.mark.parametrize(
    "listening",
    [
        "window.addEventListener('message', e => {",
        "self.onmessage = function (e) {",
        "onmessage = e => {",
        "a = 1; addEventListener('message', e => {",
    ],
)
def test_the_windows_messages_count(listening: str) -> None:
    assert one(listening + " x.innerHTML = e.data }").source == "a message of another window"


@pytest.mark.parametrize(
    "listening",
    [
        "socket.onmessage = function (e) {",
        "worker.addEventListener('message', e => {",
        "new EventSource('/a').onmessage = e => {",
        "addEventListener('click', e => {",
        "on('message', e => {",
    ],
)
def test_messages_of_sockets_and_workers_do_not(listening: str) -> None:
    assert dom_flows(listening + " x.innerHTML = e.data }") == []


def test_the_doms_own_append_takes_text_and_jquerys_takes_markup() -> None:
    assert dom_flows("document.body.append(unescape(location.hash))") == []
    assert one("$('#a').append(unescape(location.hash))").sink == "append()"
    assert one("$list.append(unescape(location.hash))").sink == "append()"


@pytest.mark.parametrize(
    "broken", ["x.innerHTML = unescape(location.hash) + '", "x.innerHTML = (location.hash]"]
)
def test_what_is_no_javascript_has_no_flow(broken: str) -> None:
    assert dom_flows(broken) == []


def test_a_bundle_is_left_to_a_browser() -> None:
    flow = "x.innerHTML = unescape(location.hash);"
    assert dom_flows(flow)
    assert dom_flows(flow + " " * MAX_SCRIPT) == []


@pytest.mark.parametrize(
    "script",
    [
        "x.innerHTML = " + "(" * 20_000 + "location.hash" + ")" * 20_000,
        "a=" * 30_000 + "location.hash",
        "$(" * 30_000 + "location.hash" + ")" * 30_000,
    ],
)
def test_nesting_without_end_is_no_danger(script: str) -> None:
    began = process_time()
    dom_flows(script)
    assert process_time() - began < 5


def test_the_scripts_of_a_page() -> None:
    page = (
        "<script>a()</script><script src=/b.js>b()</script><script type=text/template>c()</script>"
        "<body onload='d()'><a href='javascript:e%28)'>x</a>"
    )
    assert page_scripts(page) == (["a()", "d()", "e()"], ["/b.js"])
