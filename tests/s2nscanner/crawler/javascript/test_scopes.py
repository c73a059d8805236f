"""Names stand for what was set where they are used."""

import pytest

from s2n.s2nscanner.crawler.javascript.constants import HOLE, parse
from s2n.s2nscanner.crawler.javascript.syntax import arguments


def used(source):
    """What the argument of ``use`` comes to."""
    script = parse(source)
    call = next(node for node in script.nodes("call_expression") if script.text(node).startswith("use("))
    return script.value(arguments(call)[0])


@pytest.mark.parametrize(
    "source",
    [
        "const t = 'yes'; use(t)",
        "const t = 'yes'; function f() { use(t) } function g() { const t = 'no' }",
        "const t = 'no'; function f() { const t = 'yes'; return () => use(t) }",
        "let t; function f() { t = 'yes' } use(t)",
        "class A { x = 'no' } class B { x = 'yes'; f() { use(this.x) } }",
        "class A { constructor() { this.x = 'no' } } class B { constructor() { this.x='yes'; use(this.x) } }",
        "class A { constructor() { h(this, 'x', 'yes') } f() { use(this.x) } }",
        "class A { x = 'yes' } function f() { use(this.x) }",
        "function f() { o.x = 'yes' } use(o.x)",
        "const o = 1; function f(o) { o.x = 'no' } o.x = 'yes'; use(o.x)",
        "const t = 'yes'; function f({a = t, b: [c], ...d}) { use(t) }",
    ],
)
def test_found(source):
    assert used(source) == "yes"


@pytest.mark.parametrize(
    "source",
    [
        "const t = 'a'; function f(t) { use(t) }",
        "const t = 'a'; const f = t => use(t)",
        "const t = 'a'; const f = ({x: [t]}) => use(t)",
        "const t = 'a'; const f = (x, ...t) => use(t)",
        "const t = 'a'; function f() { const {t} = o; use(t) }",
        "const t = 'a'; function f() { const t = g++; use(t) }",
        "function f() { const t = 'a' } use(t)",
        "let t = 'a'; function f() { t = 'b' } use(t)",
        "class A { x = 'a' } class B { x = 'b' } function f() { use(this.x) }",
    ],
)
def test_not_known(source):
    assert used(source) == HOLE


def test_all_that_was_set_to_one_thing():
    script = parse("a.p = '/x'; let t = 'b'; t = 'c'; function f() { const u = 'd' }")
    assert {name for name, _ in script.scopes.assigned()} == {"a.p", "u"}


def test_functions_deeper_than_any_script_has_share_the_last_scope():
    def nested(depth):
        return "(function(){" * depth + "var a = '/x'; use(a);" + "})()" * depth

    assert used(nested(3)) == used(nested(400)) == "/x"
