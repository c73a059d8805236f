import pytest

from s2n.s2nscanner.oracles.scriptcall import find_call

RUNS = [
    "alert(7)",
    "alert`7`",
    "confirm(7)",
    "var a = ''-alert(7)-''",
    "var a='x';alert(7)//';",
    "f('');alert(7)//')",
    'var o={"n":""-alert(7)-""};',
    'var o={"n":"a"};alert(7)//"};',
    "var t=`${alert(7)}`;",
    "if(1){alert(7)}",
    "if (a) alert(7)",
    "a=b?alert(7):c",
    "for(var i=0;i<3;i++)alert(7)",
    "switch(a){case 1:{alert(7)}default:{b()}}",
    "alert(7);var re=/'\"/g;var z=a/b/c",
    "var a=[1,2,,];alert(7)",
    "return confirm('Delete '-alert(7)-'?')",
    "a=1\nalert(7)",
    "do{alert(7)}while(x)",
    "var {a,b:{c}}=d;alert(7);class A extends B{static x=1;get y(){return 1};async *z(){yield 1}}",
    "alert(7);a.in=1;b.of(2);label: for(const q of w) break label",
    "alert(7);a={get x(){return 1},async y(){},\"z\":1,[k+1]:2,...r,w,'m'(){},f:function(){},g:()=>({})}",
    "alert(7);x=a?{b:1}:{c:2};typeof a==='b';!function(){}();new Foo;var i=-1,j=+1;if(!a)b()",
    "alert(7);try{a()}catch{b()}finally{c()}",
    "alert(7);a??=b;a?.b?.[c]?.(d);x=a?.5:1;i++;--j",
    "import a from 'b';alert(7);export default {a:1}",
    "let from=1,as=2;alert(7);x={as:1,from:2}",
]

FAILS = [
    "alert(8)",
    "alert(77)",
    "alarm(7)",
    "var a = 'alert(7)'",
    "`alert(7)`",
    "//alert(7)",
    "/*alert(7)*/",
    "var a=/alert(7)/",
    '"x"alert(7)"y"',
    "f('\\\\'-alert(7)//')",
    "f(''-alert(7)-)",
    'var o={"a"-alert(7)-"":1}',
    'var o={"n":"";alert(7)}',
    'var o={"n":"";alert(7)//"}',
    'f("";alert(7)//")',
    "var a=alert(7",
    "function alert(7){}",
    "var a = ALERT(7)",
    "a b alert(7)",
    "1alert(7)",
    "[a;alert(7)]",
    "x=5 alert(7)",
    "var a=`${alert(7)",
    "var a = ;alert(7)//",
    "return confirm('Delete ';alert(7)//?')",
    "`${}${alert(7)}`",
    "a = * alert(7)",
    ",alert(7)",
    "a;*alert(7)",
    "alert(7) !b",
    "f(,alert(7))",
    "var a = alert(7) +",
    '({"a",b:alert(7)})',
    "alert(7))",
    "alert(7);'x",
    'x={"a"-alert(7)}',
]


@pytest.mark.parametrize("source", RUNS)
def test_called(source: str) -> None:
    assert find_call(source, "7") is not None


@pytest.mark.parametrize("source", FAILS)
def test_not_called(source: str) -> None:
    assert find_call(source, "7") is None


@pytest.mark.parametrize(
    ("source", "inside"),
    [
        ("alert(7)", False),
        ("if (a) { alert(7) }", False),
        ("function f() { alert(7) }", True),
        ("b.onclick = () => { alert(7) }", True),
        ("x = function () { if (a) { alert(7) } }", True),
        ("function f() {} alert(7)", False),
    ],
)
def test_calls_inside_functions_are_told_apart(source: str, inside: bool) -> None:
    call = find_call(source, "7")
    assert call is not None
    assert call.in_function is inside
