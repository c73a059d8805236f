// What an element is called and what happens on it: listeners of its own, of frameworks, of its ancestors.

const HANDLERS = {
  __proto__: null,
  ...{ click: "click", mousedown: "click", mouseup: "click", pointerdown: "click", pointerup: "click" },
  ...{ touchstart: "click", touchend: "click", auxclick: "click" },
  ...{ mouseover: "hover", mouseenter: "hover", mousemove: "hover" },
  ...{ pointerover: "hover", pointerenter: "hover", pointermove: "hover" },
  ...{ dblclick: "dblclick", contextmenu: "contextmenu", scroll: "scroll", submit: "submit" },
  ...{ wheel: "scroll", copy: "clip", cut: "clip", paste: "clip", toggle: "toggle" },
  ...{ dragstart: "drag", dragover: "drop", drop: "drop", beforeinput: "field" },
  ...{ input: "field", change: "field", search: "field", focus: "field", focusin: "field", blur: "field" },
  ...{ keydown: "key", keyup: "key", keypress: "key" },
};
const TYPES = keysOf(HANDLERS);
const DIGITS = new Pattern("\\d+", "g");
const SPACE = new Pattern("\\s+", "g");
const EDGES = new Pattern("^ | $", "g");
const NO_LETTERS = new Pattern("[^A-Za-z0-9]+", "g");
const HUMPS = new Pattern("([a-z])(?=[A-Z])", "g");
const WORD = new Pattern("^(?=.*[aeiouy])[a-z]{3,20}$");
const EVENT_ATTRIBUTE = new Pattern("^(?:on|data-|href$|value$|name$|formaction$|hx-|@|v-on|x-on|ng-)");
const STRINGS = new Pattern("([\"'`]).*?\\1", "g"); // what inline handlers of a list differ in
const DATA = new Pattern("^data-(?!v-|react|test|qa|cy)");
const MAX_LABEL = 60;

const wordsKept = new Table();

// The words of a name or a class: "Card_body__3fK9a css-1x2 isOpen" -> "card body open". Hashes have none.
function words(text) {
  if (!text) return "";
  const known = get(wordsKept, text);
  if (known !== undefined) return known;
  const parts = split(replace(replace(text, NO_LETTERS, " "), HUMPS, "$1 "), " ");
  let out = "";
  for (let i = 0; i < parts.length && out.length < 120; i++) {
    const part = lower(parts[i]);
    if (exec(WORD, part)) out += (out ? " " : "") + part;
  }
  set(wordsKept, text, out);
  return out;
}

function folded(text) {
  return replace(text, DIGITS, "#");
}

function short(text) {
  return slice(replace(replace(slice(text || "", 0, 400), SPACE, " "), EDGES, ""), 0, MAX_LABEL);
}

function labelOf(element) {
  return (
    short(attribute(element, "aria-label")) ||
    short(textContent(element)) ||
    short(attribute(element, "value")) ||
    nameOf(element)
  );
}

function nameOf(element) {
  return (
    short(attribute(element, "title")) ||
    short(attribute(element, "alt")) ||
    short(attribute(element, "placeholder")) ||
    short(attribute(element, "name")) ||
    short(attribute(element, "id")) ||
    words(attribute(element, "class")) ||
    localName(element)
  );
}

// All by which a person or a script would call an element: what it says of danger counts. A picture in a button
// is pressed as the button, and speaks for it.
function textsOf(element, label) {
  const texts = [label];
  nameInto(texts, element);
  if (!short(textContent(element))) {
    append(texts, split(slice(attribute(element, "class") || "", 0, 200), " ")); // all that an icon says
    const picture = inside(element, "[alt], [title], [aria-label]");
    if (picture) nameInto(texts, picture);
  }
  const holder = closest(element, "a, button, label, summary, [role=button], [role=link], [role=menuitem]");
  if (holder && holder !== element) {
    nameInto(texts, holder);
    texts[texts.length] = slice(short(textContent(holder)), 0, 100);
  }
  return texts;
}

function nameInto(texts, element) {
  const names = ["aria-label", "title", "id", "name", "value", "alt", "href"];
  for (let i = 0; i < names.length; i++) {
    const text = attribute(element, names[i]);
    if (text) texts[texts.length] = slice(text, 0, 100);
  }
}

// The attributes that say what an element does, as one text without numbers.
function purposeOf(element) {
  let out = "";
  const names = attributeNames(element);
  for (let i = 0; i < names.length && i < 40; i++) {
    if (exec(EVENT_ATTRIBUTE, names[i])) {
      out += `${names[i]}=${slice(attribute(element, names[i]) || "", 0, 200)};`;
    }
  }
  return folded(out);
}

// {kind: code} of what happens on an element: listeners, on… attributes and properties, frameworks' props.
function handlersOf(element) {
  if (isFrameworkRoot(element)) return null;
  let found = null;
  const put = (type, code) => {
    const kind = HANDLERS[type];
    if (!kind) return;
    if (!found) found = { __proto__: null };
    found[kind] = (found[kind] || 0) ^ code;
  };
  const heard = heardBy(element);
  if (heard !== NOTHING) {
    const types = keysOf(heard);
    for (let i = 0; i < types.length; i++) put(types[i], heard[types[i]]);
  }
  for (let i = 0; i < TYPES.length; i++) {
    const own = element[`on${TYPES[i]}`];
    if (typeof own !== "function") continue;
    const inline = element.nodeType === ELEMENT && hasAttribute(element, `on${TYPES[i]}`);
    put(TYPES[i], inline ? mix(17, folded(replace(sourceOf(own), STRINGS, "''"))) : codeOf(own));
  }
  const own = keysOf(element);
  for (let i = 0; i < own.length; i++) {
    const key = own[i];
    if (startsWith(key, "__reactProps$")) reactProps(element[key], put);
    // Svelte 5 and Solid hear at the document what they keep at the element: __click, $$click
    else if (startsWith(key, "__") || startsWith(key, "$$")) put(slice(key, 2), codeOf(element[key]));
  }
  return found;
}

function reactProps(props, put) {
  const names = keysOf(props || NOTHING);
  for (let i = 0; i < names.length; i++) {
    const name = names[i];
    if (typeof props[name] !== "function" || !startsWith(name, "on")) continue;
    put(name === "onDoubleClick" ? "dblclick" : lower(slice(name, 2)), codeOf(props[name]));
  }
}

// React hears everything at the root, and says on each element what for.
function isFrameworkRoot(element) {
  const own = keysOf(element);
  for (let i = 0; i < own.length; i++) {
    if (startsWith(own[i], "__reactContainer$") || startsWith(own[i], "_reactListening")) return true;
  }
  return false;
}

// Selectors of the descendants for which an element listens: jQuery's, and those that a listener names.
function delegatesOf(target) {
  const out = [];
  append(out, heardBy(target)[SELECTORS] || []);
  try {
    const jquery = (defaultView(documentOf(target)) || window).jQuery;
    const events = jquery && jquery._data && jquery._data(target, "events");
    const clicks = (events && events.click) || [];
    for (let i = 0; i < clicks.length && i < 50; i++) {
      if (typeof clicks[i].selector === "string") out[out.length] = clicks[i].selector;
    }
  } catch {
    return out; // what a page calls jQuery may be anything
  }
  return out;
}

function matchesAny(element, selectors) {
  for (let i = 0; i < selectors.length; i++) {
    try {
      if (matches(element, selectors[i])) return true;
    } catch {
      continue; // jQuery's own selectors (:visible) are none of the browser's
    }
  }
  return false;
}

function append(list, more) {
  for (let i = 0; i < more.length; i++) list[list.length] = more[i];
  return list;
}

function joined(some, others) {
  return others.length ? append(append([], some), others) : some;
}

// Where an anchor leads: "" (within the document, or into a script), "away", or "nowhere" for a browser.
function leadsTo(anchor) {
  const given = attribute(anchor, "href");
  if (given === null) return "";
  const url = `${anchor.href}`;
  if (startsWith(lower(url), "javascript:")) return "";
  if (!startsWith(url, "http")) return "nowhere";
  const page = split(documentOf(anchor).URL, "#")[0];
  if (split(url, "#")[0] === page) return url.length > page.length || given === "" ? "" : "away";
  return hasAttribute(anchor, "download") || attribute(anchor, "target") === "_blank" ? "nowhere" : "away";
}

function submits(button) {
  const type = lower(attribute(button, "type") || "submit");
  return type !== "button" && type !== "reset";
}

function editable(element) {
  const given = attribute(element, "contenteditable");
  return given !== null && lower(given) !== "false";
}

// A label whose control is hidden, as the boxes and switches of design systems are.
function wrapsHidden(label) {
  const control = label.control;
  return !!control && !isRendered(control, RENDERED);
}

function hasElements(element) {
  for (let child = firstChild(element); child; child = nextSibling(child)) {
    if (nodeType(child) === ELEMENT) return true;
  }
  return false;
}

function pointsAt(element) {
  const names = attributeNames(element);
  for (let i = 0; i < names.length; i++) {
    if (names[i] === "tabindex" || exec(DATA, names[i])) return true;
  }
  return false;
}

function scrollsInside(element) {
  const flow = styleOf(element).overflowY;
  return flow === "auto" || flow === "scroll";
}
