// What a page does not show afterwards: closed shadow roots, and event listeners.

const shadows = new WeakMap(); // host -> its shadow root, closed ones included
const listeners = new WeakMap(); // event target -> {type: hash of the listener's source}

const ACTED_ON = new Pattern(
  "^(?:(?:dbl)?click|auxclick|contextmenu|(?:mouse|pointer)(?:down|up|over|enter|move)|touch(?:start|end)|" +
    "wheel|copy|cut|paste|toggle|dragstart|dragover|drop|beforeinput|input|change|key(?:down|up|press)|focus(?:in)?|blur|submit|scroll|search)$",
);

const MAX_SOURCE = 2000; // characters of a listener that are looked at
const MAX_NOTED = 20;
const SELECTORS = " selectors"; // beside the types that a target listens for, as no type is called
const KEYS = " keys";
const SELECTOR = new Pattern("(?:closest|matches)\\(\\s*([\"'`])((?:(?!\\1)[^\\\\$]){1,200})\\1");
const KEY = new Pattern("\\.(?:key|code)\\s*={2,3}\\s*([\"'`])([\\w ?/.]{1,20})\\1");

// Put `around` before the browser's own method; it still looks like the browser's (toString, name, length).
function hook(owner, name, around) {
  const own = describe(owner, name);
  if (!own || typeof own.value !== "function") return;
  own.value = new Proxy(own.value, { apply: around });
  define(owner, name, own);
}

hook(Element.prototype, "attachShadow", (own, host, given) => {
  const root = apply(own, host, given);
  setKept(shadows, host, root);
  return root;
});

// The one way by which a page's script reaches a closed root that was declared in its markup.
hook(HTMLElement.prototype, "attachInternals", (own, host, given) => {
  const internals = apply(own, host, given);
  if (internals.shadowRoot) setKept(shadows, host, internals.shadowRoot);
  return internals;
});

hook(EventTarget.prototype, "addEventListener", (own, self, given) => {
  const type = given[0];
  const listener = given[1];
  if (typeof type === "string" && listener && exec(ACTED_ON, type)) {
    remember(self || window, type, listener);
  }
  return apply(own, self, given);
});

function remember(target, type, listener) {
  let known = getKept(listeners, target);
  if (!known) setKept(listeners, target, (known = { __proto__: null }));
  known[type] = codeOf(listener) ^ (known[type] || 0);
  if (typeof listener !== "function") return;
  const source = slice(sourceOf(listener), 0, MAX_SOURCE);
  note(known, SELECTORS, source, SELECTOR);
  note(known, KEYS, source, KEY);
}

// Keep what a listener's source names: the selectors it looks for among its descendants, the keys it knows.
function note(known, under, source, pattern) {
  let at = 0;
  let found;
  while (at < source.length && (found = exec(pattern, slice(source, at)))) {
    const list = known[under] || (known[under] = []);
    if (list.length < MAX_NOTED) list[list.length] = found[2];
    at += found.index + found[0].length;
  }
}

// A number for what a listener does: two listeners of one source do the same to two elements.
function codeOf(listener) {
  if (typeof listener === "function") return mix(17, slice(sourceOf(listener), 0, MAX_SOURCE));
  return typeof listener === "string" ? mix(17, listener) : 17;
}

function shadowOf(element) {
  return openRoot(element) || getKept(shadows, element) || null;
}

// {type: code} of the listeners put on a target by addEventListener, in whichever frame it lives.
function heardBy(target) {
  const view = target.window === target ? target : defaultView(documentOf(target)) || window;
  const there = view === window ? null : view[NAME];
  return (there ? there.heard(target) : getKept(listeners, target)) || NOTHING;
}

const NOTHING = { __proto__: null };

function documentOf(node) {
  return nodeType(node) === 9 ? node : ownerDocument(node);
}
