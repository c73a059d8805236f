"""Routes and chunks of bundles."""

import pytest

from s2n.s2nscanner.crawler.javascript.bundles import below, chunks, listed_chunk, routes
from s2n.s2nscanner.crawler.javascript.constants import parse


@pytest.mark.parametrize(
    ("script", "paths"),
    [
        ("r=[{path:'/a',component:A},{path:'b',component:B}]", ["/a", "/b"]),
        ("r=[{path:'/a',children:[{path:'b',element:B},{path:'/c',element:C}]}]", ["/a", "/a/b", "/c"]),
        ("r=[{path:'',component:A,children:[{path:':id/x',component:B}]}]", ["/1/x"]),
        ("r=[{path:'/a/*',element:A}]", ["/a/"]),
        ("r=[{path:'**',component:A}]", []),
        ("h=<Route path='/a' element={x}/>", ["/a"]),
        ("p.when('/a',{})", ["/a"]),
        ("p.when(a).then('/b')", []),
        ("cookie={path:'a',value:1}", []),
        ("h(R,{basename:'/app/'});h(Route,{path:'/a',component:A})", ["/a", "/app/a"]),
        ("h(R,{basename:app});h(Route,{path:'/a',component:A})", ["/a"]),
        ("h(R,{basename:'/app'})", []),
        ("x={paths:'/a'}", []),
    ],
)
def test_routes(script, paths):
    assert list(routes(parse(script))) == paths


@pytest.mark.parametrize(
    ("folder", "paths"),
    [
        ("/", []),
        ("/app/", ["/app/a"]),
        ("/app/index.html", ["/app/a"]),
        ("/x/app/", ["/x/app/a", "/x/app/app/b"]),
    ],
)
def test_routes_lie_below_their_application(folder, paths):
    assert below(folder, ["/a", "/app/b", "c"]) == paths


@pytest.mark.parametrize(
    ("script", "files"),
    [
        ('r.p="/s/";r.u=e=>"js/"+e+"."+{1:"aa",2:"bb"}[e]+".js"', ["/s/js/1.aa.js", "/s/js/2.bb.js"]),
        (
            'r.u=e=>({1:"home"}[e]||e)+"."+{1:"aa",2:"bb"}[e]+".chunk.js"',
            ["./home.aa.chunk.js", "./2.bb.chunk.js"],
        ),
        ('f("a"+b+".js")', []),
        ('f({1:"a"}[e]+".png")', []),
    ],
)
def test_chunks(script, files):
    assert list(chunks(parse(script))) == files


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("static/chunks/a.js", "/_next/static/chunks/a.js"),
        ("assets/a-1.js", "/assets/a-1.js"),
        ("./assets/a.js", "/assets/a.js"),
        ("lodash/a.js", ""),
        ("assets/a.css", ""),
    ],
)
def test_listed_chunk(text, where):
    assert listed_chunk(text) == where
