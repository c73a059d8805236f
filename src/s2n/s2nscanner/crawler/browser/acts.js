// What is done in the page, and the object by which Python reaches all of it.

const rest = window["s2n rest"]; // quiet.js

let zones = []; // where things can be dropped
let kept = []; // the elements of the last snapshot, in the order in which it named them

// Where on the screen an element can be hit by the mouse: {x, y}, or null where something else is there.
function aim(ref) {
  const element = kept[ref];
  if (!element || !isConnected(element)) return null;
  scrollIntoView(element, { block: "center", inline: "center", behavior: "instant" });
  const box = rectangle(element);
  if (box.width < 1 || box.height < 1) return null;
  let x = box.left + box.width / 2;
  let y = box.top + box.height / 2;
  if (!hits(element, x, y)) {
    x = box.left + least(4, box.width / 2); // the middle of an inline link of two lines is none of it
    y = box.top + least(4, box.height / 2);
    if (!hits(element, x, y)) return null;
  }
  let view = defaultView(documentOf(element));
  while (view && view !== window) {
    const outer = view.frameElement;
    if (!outer) return null;
    const frame = rectangle(outer);
    x += frame.left + outer.clientLeft;
    y += frame.top + outer.clientTop;
    view = defaultView(documentOf(outer));
  }
  expect(documentOf(element));
  return { x, y };
}

let struck = true; // did the mouse reach the document since it was aimed?
const expecting = new WeakMap(); // documents that tell

function expect(aimed) {
  struck = false;
  if (getKept(expecting, aimed)) return;
  setKept(expecting, aimed, true);
  const notice = (event) => {
    struck ||= event.isTrusted;
  };
  listen(aimed, "mousedown", notice, true);
  listen(aimed, "mousemove", notice, true);
}

// Do by script what the mouse was to do, where a dialog came between it and the page; and what a finger would,
// where the page listens for one.
function ensure(ref, kind) {
  if (!struck) return act(ref, kind);
  const element = kept[ref];
  if (kind !== "click" || !element || !isConnected(element)) return true;
  const heard = heardBy(element);
  if (heard.touchstart || element.ontouchstart) fire(element, "touchstart");
  if (heard.touchend || element.ontouchend) fire(element, "touchend");
  return true;
}

function hits(element, x, y) {
  let found = documentAt(documentOf(element), x, y);
  for (let deep = 0; found && deep < 20; deep++) {
    if (found === element || contains(element, found)) return true;
    const root = shadowOf(found);
    const within = root && shadowAt(root, x, y);
    if (!within || within === found) break;
    found = within;
  }
  return false;
}

const POINTERS = {
  __proto__: null,
  click: ["pointerdown", "mousedown", "touchstart", "touchend", "pointerup", "mouseup"],
  hover: ["pointerover", "pointerenter", "pointermove", "mouseover", "mouseenter", "mousemove"],
  dblclick: ["dblclick"],
  contextmenu: ["contextmenu"],
};

// Do by script what the mouse cannot: the element is hidden, or covered.
function act(ref, kind) {
  const element = kept[ref];
  if (!element) return false;
  rest.acted();
  if (kind === "drag" || kind === "drop") return carry(element, kind);
  if (kind === "clip") return clip(element);
  const types = POINTERS[kind];
  for (let i = 0; i < types.length; i++) fire(element, types[i]);
  if (kind !== "click") return true;
  if (element instanceof HTMLElement) clickOn(element);
  else fire(element, "click");
  return true;
}

function fire(element, type) {
  const given = { bubbles: true, cancelable: true, composed: true };
  let Type = PlainEvent;
  if (startsWith(type, "pointer")) Type = PointerEvents;
  else if (startsWith(type, "mouse") || exec(MOUSE, type)) Type = MouseEvents;
  else if (startsWith(type, "key")) Type = KeyEvents;
  dispatch(element, new Type(type, given));
}

const MOUSE = new Pattern("^(?:click|dblclick|contextmenu)$");

// Drag an element to each place where things are dropped, or drop a file on it.
function carry(element, kind) {
  const held = { __proto__: null, bubbles: true, cancelable: true, composed: true, dataTransfer: new Transfer() };
  const drag = (target, type) => dispatch(target, new DragEvents(type, held));
  if (kind === "drop") {
    addItem(itemsOf(held.dataTransfer), new NewFile(["s2n"], "s2n.txt", { type: "text/plain" }));
    dropOn(drag, element);
    return true;
  }
  drag(element, "dragstart");
  for (let i = 0; i < zones.length; i++) {
    if (zones[i].element !== element && isConnected(zones[i].element)) dropOn(drag, zones[i].element);
  }
  drag(element, "dragend");
  return true;
}

function dropOn(drag, zone) {
  drag(zone, "dragenter");
  drag(zone, "dragover");
  drag(zone, "drop");
}

function clip(element) {
  const types = ["copy", "cut", "paste"];
  for (let i = 0; i < types.length; i++) {
    const clipboardData = new Transfer();
    if (types[i] === "paste") setData(clipboardData, "text/plain", "s2n");
    dispatch(element, new ClipEvents(types[i], { bubbles: true, cancelable: true, composed: true, clipboardData }));
  }
  return true;
}

// Give fields their values as a person does: each hears of it. [[ref, value], ...]. What does not pass the
// browser's own checks even so, the form is to send all the same.
function fill(values, form) {
  rest.acted();
  if (form >= 0 && kept[form]) setNoValidate(kept[form], true);
  for (let i = 0; i < values.length; i++) {
    const element = kept[values[i][0]];
    if (element && isConnected(element)) give(element, values[i][1]);
  }
  return true;
}

function give(element, value) {
  const tag = localName(element);
  if (tag === "input") {
    const kind = lower(attribute(element, "type") || "text");
    if (kind === "checkbox" || kind === "radio") {
      if (!element.checked) clickOn(element);
      return;
    }
    setInput(element, value);
  } else if (tag === "textarea") setArea(element, value);
  else if (tag === "select") setChosen(element, value);
  else setText(element, value);
  fire(element, "input");
  fire(element, "keyup");
  fire(element, "change");
}

// Make ready for the keyboard: the field has the focus and is empty. False where it cannot be.
function focus(ref) {
  const element = kept[ref];
  if (!element || !isConnected(element)) return false;
  focusOn(element);
  if (localName(element) === "input") setInput(element, "");
  if (localName(element) === "textarea") setArea(element, "");
  let active = documentOf(element).activeElement;
  for (let root = active && shadowOf(active); root && root.activeElement; root = shadowOf(active)) {
    active = root.activeElement;
  }
  return active === element;
}

// After typing: what waits for the change, or for the field to be left, hears of it.
function leave(ref) {
  const element = kept[ref];
  if (!element || !isConnected(element)) return false;
  blurFrom(element);
  return true;
}

// Send a form that has no button.
function submit(ref) {
  if (!kept[ref] || !isConnected(kept[ref])) return false;
  rest.acted();
  requestSubmit(kept[ref]);
  return true;
}

// Scroll all that scrolls, one window further. Is there more?
function scroll() {
  let more = further(documentElement(document));
  const elements = everything(document, "*");
  for (let i = 0; i < elements.length && i < MAX_ELEMENTS; i++) {
    if (overflows(elements[i], "") && further(elements[i])) more = true;
    if (heardBy(elements[i]).wheel || elements[i].onwheel) turn(elements[i]);
  }
  turn(document.body || document);
  dispatch(document, new PlainEvent("scroll", { bubbles: true }));
  return more;
}

function turn(element) {
  dispatch(element, new WheelEvents("wheel", { bubbles: true, cancelable: true, composed: true, deltaY: 100 }));
}

function further(element) {
  const before = scrollTop(element);
  scrollTo(element, { top: before + clientHeight(element), behavior: "instant" });
  return scrollTop(element) > before;
}

// The document as it stands. Shadow roots are templates in it; frames of its origin follow it.
function html() {
  const root = documentElement(document);
  if (!root) return "";
  const roots = [];
  const frames = [];
  gather(root, roots, frames);
  let out = `<!DOCTYPE html><html>${markupOf(root, { shadowRoots: roots })}</html>`;
  for (let i = 0; i < frames.length && out.length < MAX_HTML; i++) {
    const inner = `<base href="${escaped(frames[i].baseURI)}">${markupOf(documentElement(frames[i]))}`;
    out += `<iframe srcdoc="${escaped(inner)}"></iframe>`;
  }
  return slice(out, 0, MAX_HTML);
}

const MAX_HTML = 2000000;

function gather(node, roots, frames) {
  const elements = everything(node, "*");
  for (let i = 0; i < elements.length && i < MAX_ELEMENTS; i++) {
    const root = shadowOf(elements[i]);
    if (root) {
      roots[roots.length] = root;
      gather(root, roots, frames);
    }
    if (localName(elements[i]) === "iframe") {
      const inside = frameDocument(elements[i]);
      if (inside && documentElement(inside)) {
        frames[frames.length] = inside;
        gather(documentElement(inside), roots, frames);
      }
    }
  }
}

function escaped(text) {
  return replace(replace(text, AMPERSANDS, "&amp;"), QUOTES, "&quot;");
}

const AMPERSANDS = new Pattern("&", "g");
const QUOTES = new Pattern('"', "g");

// Go away from here, as the page itself would: what it asks for at the last moment is still its own. It hears
// that it is hidden a moment before, as what it asks for then would come after it.
function go() {
  define(document, "hidden", { value: true, configurable: true });
  define(document, "visibilityState", { value: "hidden", configurable: true });
  dispatch(document, new PlainEvent("visibilitychange", { bubbles: true }));
  window.location.href = "about:blank";
}

// Go back in the history of the page, which its script may hear of.
function back(steps) {
  rest.stir();
  goTo(window.history, -steps);
  return true;
}

// Is this a frame into which the document around it cannot look?
function apart() {
  try {
    return !window.parent.document;
  } catch {
    return true;
  }
}

const DOINGS = {
  ...{ __proto__: null, aim, act, ensure, fill, focus, leave, submit, scroll, html, go, back, apart },
  snapshot() {
    const taken = new Snapshot();
    taken.document(document, NOWHERE);
    taken.candidates.settle();
    kept = taken.candidates.kept;
    zones = taken.candidates.zones;
    if (!taken.foreign) rest.rested(); // frames of other origins don't tell when they stir
    return taken.told();
  },
};

// By its NAME, Python calls do(what, ...) and gets JSON; frames ask one another what they heard.
define(window, NAME, {
  value: {
    __proto__: null,
    do: (what, given) => encode(apply(DOINGS[what], null, given)),
    heard: (target) => getKept(listeners, target),
  },
});
