"""Reads a page as the browser shows it: its controls and its text, in frames and open shadow roots too."""

import msgspec
from msgspec import Struct
from playwright.async_api import ElementHandle, Error, Frame, Page

from s2n.s2nscanner.auth.rendered import Described, Wanted, wanted_of

_CONTROLS = "input, button, [role=button], [role=link], [role=menuitem], a[href], a[onclick], summary"
MAX_CONTROLS = 2000

_DESCRIBE = """(elements, most) => {
  const forms = [];
  const shown = e => {
    const box = e.getBoundingClientRect();
    return box.width > 1 && box.height > 1 && box.right > 0 && box.bottom + scrollY > 0
      && e.checkVisibility({visibilityProperty: true});
  };
  const text = v => typeof v === 'string' ? v.trim().slice(0, 200) : '';
  const formOf = e => {
    const form = e.form || e.closest('form');
    if (!form) return -1;
    if (!forms.includes(form)) forms.push(form);
    return forms.indexOf(form);
  };
  return elements.slice(0, most).map((e, nth) => {
    const form = formOf(e), own = n => text(e.getAttribute(n));
    const button = e.localName !== 'input' || ['submit', 'button', 'image', 'reset'].includes(e.type);
    const about = form < 0 ? '' : ['id', 'name', 'class', 'action'].map(
      n => forms[form].getAttribute(n) || '').join(' ');
    return {
      nth, button, form, about,
      kind: e.localName === 'input' || e.localName === 'button' ? e.type : e.localName,
      name: own('name'), id: own('id'), autocomplete: own('autocomplete'),
      shown: shown(e), disabled: Boolean(e.disabled), single: e.maxLength === 1,
      called: [button && text(e.localName === 'input' ? e.value || e.alt : e.innerText), own('aria-label'),
        own('placeholder'), own('title'), own('data-testid'),
        ...[...(e.labels || [])].map(l => text(l.innerText))].filter(Boolean),
    };
  }).filter(d => d.shown);
}"""

_TEXT = """() => {
  const out = [];
  let left = 20000;
  const walk = node => {
    for (let n = node.firstChild; n && left > 0; n = n.nextSibling) {
      if (n.nodeType === 3) { out.push(n.data); left -= n.data.length + 1; continue; }
      if (n.nodeType !== 1 || ['SCRIPT', 'STYLE', 'NOSCRIPT', 'TEMPLATE'].includes(n.nodeName)) continue;
      if (n.checkVisibility && n.nodeName !== 'SLOT' && !n.checkVisibility({visibilityProperty: true})
        && getComputedStyle(n).display !== 'contents') continue;
      if (n.shadowRoot) walk(n.shadowRoot);
      walk(n);
      if (getComputedStyle(n).display !== 'inline') out.push('\\n');
    }
  };
  if (document.body) walk(document.body);
  return out.join('');
}"""


class Shown(Struct, frozen=True):
    """A page's next step: in which frame, and its controls there."""

    frame: Frame
    wanted: Wanted
    controls: list[Described]


async def step_shown(page: Page) -> Shown | None:
    """The step that logs in, in whichever frame; one with a password first, then a code, then a user."""
    found = []
    for frame in page.frames:
        controls = await controls_of(frame)
        wanted = wanted_of(controls, page.url)
        if wanted is not None:
            found.append(Shown(frame, wanted, controls))
    found.sort(key=lambda shown: shown.wanted.rank)
    return found[0] if found else None


async def controls_of(frame: Frame) -> list[Described]:
    """The controls of ``frame`` that can be seen, in open shadow roots too; none if it is gone."""
    try:
        raw = await frame.locator(_CONTROLS).evaluate_all(_DESCRIBE, MAX_CONTROLS)
    except Error:
        return []
    return msgspec.convert(raw, list[Described])


async def element(frame: Frame, control: Described) -> ElementHandle | None:
    """The control itself; None if it is gone."""
    handles = await frame.locator(_CONTROLS).element_handles()
    return handles[control.nth] if control.nth < len(handles) else None


async def text_of(page: Page) -> str:
    """What a reader sees of the page, line by line."""
    texts = []
    for frame in page.frames:
        try:
            texts.append(str(await frame.evaluate(_TEXT)))
        except Error:
            continue  # a frame that is gone shows nothing
    lines = (" ".join(line.split()) for text in texts for line in text.split("\n"))
    return "\n".join(line for line in lines if line)
