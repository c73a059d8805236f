"""Ways through forms that scripts send, and through what opens other things."""
# ruff: noqa: E501 -- a statement of a script stands on one line

from crawl.maze_browser_way import Hidden, Ways

FORMS: Ways = {
    "form-json": Hidden(
        "<form id=LEAF><input name=email type=email><input name=age type=number><button>Send</button></form>",
        "submitted('LEAF', fields => json('POST', Object.fromEntries(fields)))",
        "POST",
        r'"email":"[^"@]+@[^"]+","age":"\d+"',
    ),
    "form-data": Hidden(
        "<form id=LEAF><input name=title><input type=submit value=Send></form>",
        "submitted('LEAF', body => ({method: 'POST', body}))",
        "POST",
        r'name="title"\r\n\r\n[^\r]',
    ),
    "form-parameters": Hidden(
        "<form id=LEAF><input name=q required><select name=kind><option>book</select><button>Go</button></form>",
        "submitted('LEAF', fields => form('POST', fields))",
        "POST",
        "q=[^&]+&kind=book",
    ),
    "form-query": Hidden(
        "<form id=LEAF><input name=word><button>Find</button></form>",
        "on('LEAF', 'submit', e => { e.preventDefault();"
        " ask('LEAF?' + new URLSearchParams(new FormData(e.target))) })",
        sends="word=[^&]",
    ),
    "form-request-submit": Hidden(
        "<form id=LEAF><input name=note></form><div id=LEAF-send role=button>Done</div>",
        "on('LEAF-send', 'click', () => el('LEAF').requestSubmit());"
        " submitted('LEAF', fields => form('POST', fields))",
        "POST",
        "note=",
    ),
    "form-enter-only": Hidden(
        "<form id=LEAF><input name=talk placeholder=Message></form>",
        "submitted('LEAF', fields => form('POST', fields))",
        "POST",
        "talk=[^&]",
    ),
    "form-action-late": Hidden(
        "<form id=LEAF method=post><input name=a value=1><button>Next</button></form>",
        "on('LEAF', 'submit', e => { e.target.action = hidden('LEAF') })",
        "POST",
        "a=",
    ),
    "form-button-action": Hidden(
        "<form method=post action=?><input name=b value=1><button id=LEAF>Preview</button></form>",
        "on('LEAF', 'click', e => { e.target.formAction = hidden('LEAF') })",
        "POST",
        "b=",
    ),
    "form-made": Hidden(
        "<button id=LEAF>Print</button>",
        "on('LEAF', 'click', () => { const made = add('form', {method: 'post', action: hidden('LEAF')});"
        " add('input', {name: 'copies', value: '2'}, made); made.submit() })",
        "POST",
        "copies=2",
    ),
    "form-outside-button": Hidden(
        "<form id=LEAF><input name=c></form><button form=LEAF>Apply</button>",
        "submitted('LEAF', fields => form('POST', fields))",
        "POST",
        "c=",
    ),
    "form-new-window": Hidden(
        "<form id=LEAF target=_blank><input name=d value=1><button>Open</button></form>",
        "on('LEAF', 'submit', e => { e.target.action = hidden('LEAF') })",
        sends="d=",
    ),
}
"""Sent by a script, or to a place that only a script knows."""

VALID: Ways = {
    "valid-button": Hidden(
        "<form id=LEAF><input name=email type=email required><input name=code pattern='[A-Z]{3}-[0-9]{4}' required>"
        "<input name=size type=number min=5 max=9 required><button disabled>Order</button></form>",
        "on('LEAF', 'input', () => { el('LEAF').querySelector('button').disabled = !el('LEAF').checkValidity() });"
        " submitted('LEAF', fields => form('POST', fields))",
        "POST",
        r"email=[^&]+%40[^&]+&code=[A-Z]{3}-[0-9]{4}&size=[5-9]\b",
    ),
    "valid-matching": Hidden(
        "<form id=LEAF><input name=email type=email required><input name=confirm_email type=email required>"
        "<button disabled>Join</button></form>",
        "on('LEAF', 'input', () => { const [one, two, button] = el('LEAF').elements;"
        " button.disabled = !(el('LEAF').checkValidity() && one.value === two.value) });"
        " submitted('LEAF', fields => form('POST', fields))",
        "POST",
        r"email=([^&]+%40[^&]+)&confirm_email=\1$",
    ),
    "valid-message": Hidden(
        "<form id=LEAF novalidate><input name=mail type=email><p></p><button>Subscribe</button></form>",
        "on('LEAF', 'submit', e => { e.preventDefault(); const [mail] = e.target.elements;"
        " if (!/^[^@]+@[^@]+[.][a-z]+$/.test(mail.value)) e.target.querySelector('p').textContent = 'Which mail?';"
        " else ask('LEAF', json('POST', {mail: mail.value})) })",
        "POST",
        '"mail":"[^"@]+@',
    ),
    "valid-terms": Hidden(
        "<form id=LEAF><input type=checkbox id=LEAF-terms required aria-label='I agree'>"
        "<input name=born type=date min=1950-01-01 max=1999-12-31 required><button>Register</button></form>",
        "submitted('LEAF', fields => form('POST', fields))",
        "POST",
        r"born=19[5-9]\d-",
    ),
    "valid-wizard": Hidden(
        "<div id=LEAF></div>",
        # One step at a time; a step lets nobody past with an empty or a wrong field.
        "const fields = ['name', 'email', 'phone'], answers = {}; let step = 0;"
        " const draw = () => { const name = fields[step]; el('LEAF').innerHTML ="
        " `<form><label>${name} <input name=${name} required"
        " type=${{email: 'email', phone: 'tel'}[name] ?? 'text'}></label><button>Continue</button></form>`;"
        " el('LEAF').firstChild.onsubmit = e => { e.preventDefault();"
        " answers[name] = e.target.elements[name].value; step += 1;"
        " if (step < 3) draw(); else { el('LEAF').textContent = 'thanks'; ask('LEAF', json('POST', answers)) } } };"
        " draw()",
        "POST",
        '"name":"[^"]+","email":"[^"]+@[^"]+","phone":"[^"]+"',
    ),
}
"""Only with values that pass the page's own checks."""

REVEAL: Ways = {
    "reveal-menu": Hidden(
        "<button id=LEAF aria-haspopup=menu>Account</button><div id=LEAF-menu></div>",
        "on('LEAF', 'click', () => { el('LEAF-menu').innerHTML = '<a href=#>Invoices</a>' });"
        " on('LEAF-menu', 'click', e => { e.preventDefault(); if (e.target.matches('a')) ask('LEAF') })",
    ),
    "reveal-three-levels": Hidden(
        "<div id=LEAF><button>World</button></div>",
        "const below = {World: 'Asia', Asia: 'Seoul'};"
        " on('LEAF', 'click', e => { const next = below[e.target.textContent];"
        " if (next) el('LEAF').innerHTML += `<div><button>${next}</button></div>`;"
        " else if (e.target.textContent === 'Seoul') ask('LEAF') })",
    ),
    "reveal-tabs": Hidden(
        "<div role=tablist id=LEAF><a role=tab>Text</a><a role=tab>Reviews</a></div>"
        "<div id=LEAF-text>t</div><div id=LEAF-reviews hidden><button>Write</button></div>",
        "on('LEAF', 'click', e => { const second = e.target.textContent === 'Reviews';"
        " el('LEAF-text').hidden = second; el('LEAF-reviews').hidden = !second });"
        " on('LEAF-reviews', 'click', e => e.target.matches('button') && ask('LEAF'))",
    ),
    "reveal-accordion": Hidden(
        "<h3 id=LEAF style='cursor: pointer'>Returns</h3><div id=LEAF-body style='display: none'><button>Label</button></div>",
        "on('LEAF', 'click', () => { el('LEAF-body').style.display = 'block' });"
        " on('LEAF-body', 'click', e => e.target.matches('button') && ask('LEAF'))",
    ),
    "reveal-hamburger": Hidden(
        "<style>#LEAF-nav { visibility: hidden } #LEAF-nav.open { visibility: visible }</style>"
        "<div id=LEAF class=burger>☰</div><nav id=LEAF-nav><button>Shops</button></nav>",
        "on('LEAF', 'click', () => el('LEAF-nav').classList.add('open'));"
        " el('LEAF-nav').firstChild.onclick = () => ask('LEAF')",
    ),
    "reveal-details": Hidden(
        "<details id=LEAF><summary>Delivery</summary><p>soon</p></details>",
        "on('LEAF', 'toggle', () => el('LEAF').open && ask('LEAF'))",
    ),
    "reveal-popover": Hidden(
        "<button popovertarget=LEAF>Language</button><div id=LEAF popover><button>Deutsch</button></div>",
        "el('LEAF').firstChild.onclick = () => ask('LEAF')",
    ),
    "reveal-more": Hidden(
        "<button id=LEAF>Show more</button>",
        "let shown = 0; on('LEAF', 'click', async () => { shown += 10; await ask(`LEAF?offset=${shown}`);"
        " add('p', {textContent: `article ${shown}`}) })",
        sends="offset=10",
    ),
    "reveal-slides": Hidden(
        "<div id=LEAF><p>1</p></div><button id=LEAF-next aria-label='Next slide'>›</button>",
        "let slide = 1; on('LEAF-next', 'click', () => { slide = slide % 3 + 1;"
        " el('LEAF').innerHTML = ['<p>1</p>', '<h4>2</h4>', '<button>Win</button>'][slide - 1] });"
        " on('LEAF', 'click', e => e.target.matches('button') && ask('LEAF'))",
    ),
}
"""What is asked only after something else was opened."""

COVER: Ways = {
    "cover-accept": Hidden(
        "<div id=LEAF style='position: fixed; inset: 0; z-index: 9; background: #fff'>"
        "Cookies? <button>Accept all</button></div>",
        "el('LEAF').querySelector('button').onclick = () => { el('LEAF').remove(); ask('LEAF') }",
    ),
    "cover-behind": Hidden("<button id=LEAF>Catalogue</button>", "on('LEAF', 'click', () => ask('LEAF'))"),
    "cover-dialog": Hidden(
        "<button id=LEAF>Sizes</button><dialog id=LEAF-dialog><button>Guide</button></dialog>",
        "on('LEAF', 'click', () => el('LEAF-dialog').showModal());"
        " el('LEAF-dialog').firstChild.onclick = () => ask('LEAF')",
    ),
    "cover-after-dialog": Hidden("<button id=LEAF>Stores</button>", "on('LEAF', 'click', () => ask('LEAF'))"),
    "cover-layer": Hidden(
        "<button id=LEAF>Voucher</button><div id=LEAF-layer hidden style='position: fixed; inset: 0; z-index: 5;"
        " background: #eee'><input name=voucher><button>Redeem</button></div>",
        "on('LEAF', 'click', () => { el('LEAF-layer').hidden = false }); el('LEAF-layer').lastChild.onclick ="
        " () => { ask('LEAF?code=' + el('LEAF-layer').firstElementChild.value); el('LEAF-layer').hidden = true }",
        sends="code=",
    ),
}
"""What lies over the page, and what lies behind."""
