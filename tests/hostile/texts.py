"""Texts that a site sends to keep a reader busy: repeated, unclosed, nested and numbered pieces."""

import json
import re
from collections.abc import Callable, Iterator

Make = Callable[[int], str]
"""A size in characters → a text of about that size."""

_MARKUP = r"""
<a|<a |<a href=|<a href="|<a href=/x>y</a>|<!--|<!--a-->|<!--a|<script|<script>
<script src=/x.js></script>|<svg|<style|<title>|<textarea>|<select><option>|<select><option>a<b>|<form
<form>|<form action=/x><input name=a>|<input|<input name=a |<input type=password>
<input type=hidden name=csrf value=|<fieldset><input>|<table><tr><td>|<b><i>|<template>|<noscript>
<iframe srcdoc="|<meta|<meta name=generator content="|<base href=|</|</script|<?|<![CDATA[|<!DOCTYPE |
<!DOCTYPE a [|<!ENTITY x "|<x y="|<x y='|<x |<|< |<>|{{|${|&|&#|&#1;|&amp;|&a|<p><object>|<p><button>
<img srcset="|<loc>|<loc> |<Key>|>/a |>/a\n|> |<h1>|<pre>|<li>|<div id=app |<a-root|-->|<!-->|<x:x>|<a/>
<ul><li>|<form><button>|<label>|<option>|<meta content="10.|<script src=http://|<a href=?x=1>|<a onclick="
<a style="url(
"""
_SCRIPT = r"""
"|'|`|`${|\|"\|\"|/*|//|/|/a/|/[|=/|(|((|[|[[|{|({|[{|f(|f(a,|f(x=>|()=>|a=>|x=>{|function(){|class A{
if(a){|a?b:|a?|a.|a.b|a+|"a"+|a\u0061|a|a&&|!|new |await |import(|import a from "|export |var a=|var a=1;
let {a:|a.b=c;|a[|this.a="/b";|fetch(|fetch("/a")|fetch("/a",{|x.open("GET","/a");|eval("|eval(|location=
location.href=|location="/a";|location.hash+|[location.hash,|(location.hash,
document.write(location.hash);|x.innerHTML=|innerHTML=location.hash;
addEventListener("message",function(e){|$(location.hash|.html(|a.url|`${a.url}`|{url:`${
{path:"/a",children:[|{method:"POST",url:|baseURL:|js/a.|angular.|startSymbol("a")|from "/vue|createApp({
)=>{|getParam|//# sourceMappingURL=|...|#a|@a|x=/a/;|{a:location.hash,|decodeURIComponent(|/**/|/*a*/ |
static/js/|"/a"+b+|return |export default |async
"""
_STYLE = r"""
url(|url("|url('|url(\|url(\aaaaaa|\aaaaaa|@import |@import "|@import url(|a{|a{b:c}|/*|/**/|/*a*/
image-set("|src(|--a:
"""
_DATA = r"""
[|{"a":|{"a":{|[1,|"a":1,|"url":"/a",|"\"|null,|a: b\n|- a\n|- |a:\n |&a |*a|<<: |? |type A{|type A{a:
type \n|"\""|#|enum |schema\n|extend\n|query{|query |curl -H "|curl '|-d |\\n|O:8:"|a:1:{i:0;|s:0:"";
(dp0\n|ca\nb\n|---\n|!ruby/object|eyJh|eyJhbGciOiJI.|eyJ.|YWJj|rO0AB|<!DOCTYPE items [|<r>|<r a="b" |{{a}}
{"log":|$ref|"$ref":"#/a",|openapi:\n|\n\t
"""
_WORDS = r"""
a|A|0|1|9.|1.|.|..|a.|a-|-|_|a_|Aa|aB|+|=|a=|a=b&|%|%2|%25|;|a;|,|a,|, |:|a:|@|a@|a@a.|#|?|?a=|~|!|)|]|}
/a|/1|/1-|/..| |  x|\t|\n|\r\n| \n|é|中|\0|http://|http://a.b/c |https://[|//a|see /a/b.html |
x.php?|a/b|10.|10.0.0.1 |::|fd00:|password|password=|secret_key|api_key = "|akia|-----BEGIN |mongodb://
://a:b@|/var/www/|C:\\Users\\|debug|Error: |at a.b(|Traceback (most recent call last):\n
File "a", line 1\n|  at x (a.js:1:1)\n|#0 |a.b.c:1:|Warning: |SQL syntax |ORA-00|mysql_|org.hibernate.x.
Mongo|MongoError |' |XPath error|Linux version 1|invalid |please |must log in|captcha |verify |too many
token |success|csrf|new|pass|verif|conf|auth_|realm="|a="b",|x="\"|max-age=|nonce-|script-src |; path=
charset=|sid=|nginx/|jquery-1.|v1.|Server: |PHP/5.|a 1.1 |abcdef1-|f|/;jsessionid=|(S(|1,|a1|Allow: |
sitemap:|Disallow: /a\n|Version
"""
_WRAPPED = {
    ('<a href="', '">x</a>'): "/1|/1-|/..|a=1&|%|é|,|a.",
    ('<a href="/', '">x</a>'): "1-|1.|a1|f|(S(|;jsessionid=",
    ('<a href="http://', '/">x</a>'): ".|é|a@|9|a.",
    ('<a href="javascript:', '">'): "{|(|a.|'",
    ('<a onclick="', '">'): "{|(|a.|'",
    ('<a style="', '">'): "url(|a:b;|/*",
    ('<a data-x="{', '">'): "'a':{|[|{",
    ('<meta http-equiv=refresh content="', '">'): "0| |;|, ",
    ('<meta http-equiv=content-security-policy content="', '">'): ";|a |,",
    ('<form><input pattern="', '"></form>'): "a*|(a|(|[a|a?|a{9}|\\",
    ('<form><input name="', '"></form>'): "a[|a.|Id|verif|a_",
    ("<form>", "</form>"): "<button name=x>|<input name=a list=l>",
    ("<script>", ""): "'|a.|(|/*|`${",
    ("<style>", ""): "/*|url(|a{",
    ("<title>", ""): "&|<a ",
    ("<!DOCTYPE x [", "]><r/>"): "<!ENTITY a 'b'>",
    ("<urlset><loc>http://a/", "x"): " ",
    ("<urlset><loc>", "</loc></urlset>"): " |]",
    ('{"a":"', '"}'): r"\\n|<a |a-|/a",
    ("f()", "x"): " ",
    ("query {", ""): "a{",
    ("x{a:url( ", ""): r" |\aaaaaa",
}
"""What stands before and behind, and what is repeated between."""

_NUMBERED = r"""
<a href=/p#>x</a>|<a href=/p/#/e?x=#>x</a>|<input name=a#>|<form action=/a#><input name=b#></form>
<input form=f#>|<x# y#=1>|<script>a#()</script>|<e#>|<p id=a#>x</p>|var a#=1;|a#="/b#";|this.a#="/b";
function f#(a){fetch("/a#"+a)}|fetch("/a#");|const f#=a=>fetch("/x/"+a);f#("/y#");|o.k#=v;
x.open("GET","/a#");x.send();|d.append("k#",v);|a#=a+"/b";|(function(){var a#=1})();
{path:"/a#",component:X},|x({url:"/a#",method:"POST"});|import a# from "./a#.js";|var t#=location.hash;
t#=t#+location.hash;|x#.innerHTML=location.hash#;|"/a#",|"k#":#,|k#: v\n|- k#\n|&a# x\n|k#=v&|k#=v; |
url(/a#)|@import "a#";|<url><loc>/a#</loc></url>|Disallow: /a#\n|http://h#/ |/p# |see /p/a#.html |
<!ENTITY e# "x">|type T# {a: T#}\n|enum E# {A}\n|curl http://h/#\n|#.|#-|# |h#:|at a#.b(c#.js:1:2)\n
eyJhbGciOiJ.#.x |<option value=#>#|class A#{m(){this.x="/y#"}}|var a#=a#+"/x";
"""
_NESTED = r"""
[ ]|{"a": 1 }|( a )|{ }|<a> x </a>|<div> x </div>|`${ a }`|f( a )|function(){ }|()=>{ }|a?b:( c )
{path:"/a",children:[ ]}|"a"+( b )|(a, b )|!( a )|a[ 0 ]|<table><tr><td> x </td></tr></table>|<svg> </svg>
fetch( "/a" )|if(a){ }|class&A{a(){ }}|const&f=a=>{ fetch("/x"+a) }|(function(a){ b })(b)
eval( location.hash )|<template> x </template>|<noscript> x </noscript>|query{ a }
x.innerHTML=( location.hash )
"""
"""An opening, perhaps what is inside, and a closing; ``&`` is a space."""


def texts(*families: str) -> Iterator[tuple[str, Make]]:
    """Names and makers of the texts of ``families`` (see `FAMILIES`); each piece of a list is one text."""
    for family in families:
        for piece in _pieces(FAMILIES[family]):
            yield piece, _repeated("", piece, "")
    for (head, tail), units in _WRAPPED.items():
        for unit in _pieces(units):
            yield f"{head}…{unit}…{tail}", _repeated(head, unit, tail)
    for piece in _pieces(_NUMBERED):
        yield piece, _counted(piece)
    for piece in _pieces(_NESTED):
        opening, *inside, closing = piece.replace("&", "\0").split(" ")
        yield piece, _nested(opening.replace("\0", " "), closing, "".join(inside))
    yield from _CHAINS.items()


_ESCAPED = {r"\n": "\n", r"\t": "\t", r"\r": "\r", r"\0": "\0"}
_ESCAPE = re.compile(r"\\[ntr0]")

FAMILIES = {"markup": _MARKUP, "script": _SCRIPT, "style": _STYLE, "data": _DATA, "words": _WORDS}


def _pieces(text: str) -> list[str]:
    pieces = dict.fromkeys(piece for line in text.splitlines() for piece in line.split("|") if piece)
    return [_ESCAPE.sub(lambda match: _ESCAPED[match[0]], piece) for piece in pieces]


def _repeated(head: str, unit: str, tail: str) -> Make:
    return lambda size: head + unit * (size // len(unit)) + tail


def _counted(form: str) -> Make:
    return lambda size: "".join(form.replace("#", str(n)) for n in range(size // (len(form) + 3)))


def _nested(opening: str, closing: str, inside: str) -> Make:
    def make(size: int) -> str:
        depth = size // (len(opening) + len(closing))
        return opening * depth + inside + closing * depth

    return make


def _entities(size: int) -> str:
    """XML whose entities hold one another ten times: a billion laughs."""
    known = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, size // 80))
    return f'<!DOCTYPE l [<!ENTITY l0 "lol">{known}]><r>&l{size // 80 - 1};</r>'


def _anchors(size: int) -> str:
    """The same in YAML."""
    nine = (f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, size // 60))
    return "a0: &a0 [x]\n" + "".join(nine)


def _variables(size: int) -> str:
    """Each holds the one before twice."""
    chain = "".join(f"var a{n}=a{n - 1}+a{n - 1};" for n in range(1, size // 20))
    return f'var a0="/x";{chain}fetch(a{size // 20 - 1});'


def _wrappers(size: int) -> str:
    """Each function calls the one before."""
    chain = "".join(f'function f{n}(a){{return f{n - 1}("/b"+a)}}' for n in range(1, size // 40))
    return f'function f0(a){{return fetch("/x/"+a)}}{chain}f{size // 40 - 1}("/z");'


def _buried(size: int) -> str:
    """Many functions behind many brackets."""
    return "[" * (size // 4) + "function(){}," * (size // 26) + "]" * (size // 4)


def _schemas(size: int) -> str:
    """An API whose types hold one another twice."""

    def reference(number: int) -> dict[str, str]:
        return {"$ref": f"#/components/schemas/s{number}"}

    types = {
        f"s{n}": {"type": "object", "properties": {key: reference(n + 1) for key in "ab"}}
        for n in range(size // 150)
    }
    body = {"content": {"application/json": {"schema": reference(0)}}}
    paths = {f"/a{n}": {"post": {"requestBody": body}} for n in range(5)}
    return json.dumps({"openapi": "3.0.0", "paths": paths, "components": {"schemas": types}})


_CHAINS: dict[str, Make] = {
    "entities": _entities,
    "anchors": _anchors,
    "variables": _variables,
    "wrappers": _wrappers,
    "buried": _buried,
    "schemas": _schemas,
}
