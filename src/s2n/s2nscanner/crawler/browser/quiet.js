// Knows when the page has come to rest: nothing changes, no answer is awaited, no timer is about to run.
//
// quiet.js and dialogs.js are joined into one function that runs in each frame before the page's own
// scripts. A page may replace whatever it likes afterwards, so nothing is called but through what is kept
// here, and loops go by index.

const uncurry = Function.prototype.bind.bind(Function.prototype.call); // uncurry(f)(self, ...) is self.f(...)
const describe = Object.getOwnPropertyDescriptor;
const define = Object.defineProperty;
const apply = Reflect.apply;
const Cover = window.Proxy;
const Watcher = window.MutationObserver;
const observe = uncurry(Watcher.prototype.observe);
const targetOf = uncurry(describe(MutationRecord.prototype, "target").get);
const listen = uncurry(EventTarget.prototype.addEventListener);
const isTrusted = (event) => event.isTrusted; // no page can change it
const stage = uncurry(describe(Document.prototype, "readyState").get);
const then = uncurry(Promise.prototype.then);
const now = performance.now.bind(performance);
const later = window.setTimeout.bind(window);
const frame = window.requestAnimationFrame.bind(window);
const idle = window.requestIdleCallback.bind(window);
const getNode = uncurry(WeakMap.prototype.get);
const setNode = uncurry(WeakMap.prototype.set);
const get = uncurry(Map.prototype.get);
const set = uncurry(Map.prototype.set);
const remove = uncurry(Map.prototype.delete);
const clear = uncurry(Map.prototype.clear);
const each = uncurry(Map.prototype.forEach);
const replace = uncurry(String.prototype.replace);
const most = Math.max;
const QUERY = /[?#].*/;
const DIGITS = /\d+/g;

const seen = new WeakMap(); // node -> how often it has changed
const alike = new Map(); // delay -> how often it was asked for since the last action
const due = new Map(); // timer that is about to run -> when
const awaited = new Map(); // request without an answer -> since when
const polled = new Map(); // URL without query and numbers -> how often it was asked for
const opening = new WeakMap(); // XMLHttpRequest -> its URL
let last = now(); // when something happened
let calm = false; // has nothing happened since the page was seen at rest?
let drawn = true; // have two frames been drawn since it was asked first?
let asked = 0;
let idled = false; // has the page had nothing to do since something happened? A late one has, and does it later
let idling = false;

// Put `around` before the browser's own function; it still looks like the browser's (toString, name, length).
function hook(owner, name, around) {
  const own = describe(owner, name);
  if (!own || typeof own.value !== "function") return;
  own.value = new Cover(own.value, { apply: around });
  define(owner, name, own);
}

function stir() {
  last = now();
  calm = idled = false;
  try {
    if (window.top !== window) window.top[NAME]?.stir();
  } catch {
    // a frame of another origin has no say
  }
}

// A node that changes again and again is a clock or an animation, which nobody waits for.
function changed(records) {
  let fresh = false;
  for (let i = 0; i < records.length; i++) {
    const node = targetOf(records[i]);
    const times = getNode(seen, node) || 0;
    setNode(seen, node, times + 1);
    if (times < RESTLESS) fresh = true;
  }
  if (fresh) stir();
}

const ALL = { __proto__: null, childList: true, subtree: true, attributes: true, characterData: true };
observe(new Watcher(changed), document, ALL);
hook(Element.prototype, "attachShadow", (own, host, given) => {
  const root = apply(own, host, given);
  observe(new Watcher(changed), root, ALL);
  return root;
});
listen(window, "load", stir, true);
if (window.navigation) listen(window.navigation, "navigate", stir);

// What a page puts off for a moment (a debounced search) belongs to the action that caused it.
hook(window, "setTimeout", (own, self, given) => {
  const work = given[0];
  const delay = given[1];
  const times = get(alike, delay) || 0;
  if (typeof work !== "function" || !(delay > 0 && delay <= SOON) || times >= ALIKE) return apply(own, self, given);
  set(alike, delay, times + 1);
  calm = false;
  given[0] = function () {
    remove(due, id);
    stir();
    return apply(work, window, arguments);
  };
  const id = apply(own, self, given);
  set(due, id, now() + delay);
  return id;
});
hook(window, "clearTimeout", (own, self, given) => {
  remove(due, given[0]);
  return apply(own, self, given);
});

// An answer is awaited until the page has it, which on a busy machine is long after it was given. What is asked
// for again and again is a poll, which nobody waits for.
function awaiting(url) {
  const what = typeof url === "string" ? replace(replace(url, QUERY, ""), DIGITS, "#") : "";
  const times = get(polled, what) || 0;
  set(polled, what, times + 1);
  if (times >= RESTLESS) return () => {};
  const request = {};
  set(awaited, request, now());
  stir();
  return () => {
    remove(awaited, request);
    stir();
  };
}

hook(window, "fetch", (own, self, given) => {
  const answer = apply(own, self, given);
  const done = awaiting(given[0]);
  then(answer, done, done);
  return answer;
});
hook(XMLHttpRequest.prototype, "open", (own, self, given) => {
  setNode(opening, self, given[1]);
  return apply(own, self, given);
});
hook(XMLHttpRequest.prototype, "send", (own, self, given) => {
  listen(self, "loadend", awaiting(getNode(opening, self)));
  return apply(own, self, given);
});
hook(Worker.prototype, "postMessage", (own, self, given) => {
  stir();
  return apply(own, self, given);
});

// Milliseconds until the page may be at rest; 0 when it is. `first`: it is asked for the first time after
// something was done. `quiet`: how long nothing must have happened; `frames`: how long two frames take at
// most (so that what is drawn first has happened; a page that is not drawn has none). `spared`: answers that
// nobody waits for.
function left(first, quiet, frames, spared) {
  const at = now();
  if (first) {
    asked = at;
    drawn = idled = false;
    frame(() => frame(() => (drawn = true)));
  }
  let until = calm ? 0 : last + quiet;
  if (!drawn && at < asked + frames) until = most(until, at + FRAME);
  each(due, (when) => {
    until = most(until, when);
  });
  let waiting = 0;
  each(awaited, (since) => {
    if (at - since < PENDING) waiting++;
  });
  if (stage(document) !== "complete") waiting++; // it has not run the scripts that it was given
  if (waiting > spared) until = most(until, at + FRAME);
  if (until > at) return until - at;
  if (idled) return 0;
  if (!idling) {
    idling = true;
    idle(rest, { __proto__: null, timeout: IDLE });
  }
  return FRAME;
}

function rest() {
  idling = false;
  idled = true;
}

// Something is done to the page, by a person or in a person's place.
function acted() {
  clear(alike);
  opened = 0;
}

const ACTS = ["pointerdown", "keydown", "input", "change", "submit"];
for (let i = 0; i < ACTS.length; i++) {
  listen(window, ACTS[i], (event) => { if (isTrusted(event)) acted(); }, true);
}

const FRAME = 8; // half of one, in milliseconds
const IDLE = 300; // milliseconds after which a page that is always busy is left to itself

define(window, NAME, {
  value: { __proto__: null, stir, left, acted, muted, rested: () => (calm = true) },
});
