// What state the page is in: one walk through the document, its shadow roots and the frames of its origin.
//
// Four hashes roll down the tree. `path`: tags with role, type and the words of the name; it names an
// element in whichever state. `look`: the path, and what is hidden, open, expanded or disabled. `fine`: the
// look, and the words of the classes. Siblings that look alike are one hash, so the lengths of lists do not
// count, nor do ids and numbers. Of texts, only those of headings, of buttons and of what is selected count, and few of each.

const MAX_ELEMENTS = 20000;
const MAX_DEPTH = 400;
const FEW = 12; // headings and buttons of which there are more are a list's, whose texts come and go
const SKIPPED = new Pattern("^(?:script|style|template|noscript|head|meta|link|br|wbr|source|track)$");
const MAX_TEXT = 50000;
const TITLED = new Pattern("^(?:h[1-4]|heading|legend|caption|button)$");
const SELECTED = new Pattern("(?:^|[ _-])(?:active|selected|current)(?:$|[ _-])");
const RENDERED = { visibilityProperty: true };

class Snapshot {
  constructor() {
    this.elements = 0;
    this.looks = new Table(); // look -> 1
    this.fines = new Table(); // fine -> 1
    this.words = new Table(); // hash of a text -> {path, one}: of its heading; `one` of a kind in any case
    this.paths = new Table(); // path -> how many elements
    this.candidates = new Candidates();
    this.foreign = false;
    this.scrolls = false;
    this.cut = false;
  }

  document(inside, above) {
    const view = defaultView(inside);
    const at = { ...above, loose: false, near: false };
    const kinds = { __proto__: null };
    const keys = [];
    const targets = view ? [view, inside, inside.body] : [inside, inside.body];
    for (let i = 0; i < targets.length; i++) {
      if (!targets[i]) continue;
      const handlers = handlersOf(targets[i]);
      if (!handlers) continue;
      append(keys, heardBy(targets[i])[KEYS] || []);
      for (const kind in handlers) kinds[kind] = (kinds[kind] || 0) ^ handlers[kind];
      const selectors = handlers.click ? delegatesOf(targets[i]) : [];
      at.selectors = joined(at.selectors, selectors);
      if (handlers.click && !selectors.length) at.loose = true;
    }
    if (kinds.scroll) this.scrolls = true;
    const root = documentElement(inside);
    if (root) this.visit(root, at);
    if (inside.body) this.page(inside.body, at, kinds, keys);
  }

  // What is done to a page as a whole, wherever on it.
  page(body, above, kinds, keys) {
    const at = { ...above, path: mix(above.path, "page"), hidden: true };
    if (kinds.key) this.candidates.offer(body, "key", at, kinds.key).keys = keys;
    if (kinds.click) this.candidates.offer(body, "click", at, kinds.click);
    if (kinds.clip) this.candidates.offer(body, "clip", at, kinds.clip);
  }

  visit(element, above) {
    const tag = localName(element);
    if (exec(SKIPPED, tag)) return;
    if (this.elements >= MAX_ELEMENTS || above.depth > MAX_DEPTH) {
      this.cut = true;
      return;
    }
    this.elements++;
    const at = this.place(element, tag, above);
    const handlers = this.candidates.take(element, tag, at, above);
    if (handlers && handlers.scroll) this.scrolls = true;
    if (handlers && handlers.click) at.near = true;
    const root = shadowOf(element);
    if (root) this.children(root, at);
    if (tag === "iframe") this.frame(element, at);
    else this.children(element, at);
  }

  children(node, at) {
    for (let child = firstChild(node); child; child = nextSibling(child)) {
      if (nodeType(child) === ELEMENT) this.visit(child, at);
    }
  }

  frame(element, at) {
    const inside = frameDocument(element); // null where it is of another origin
    if (inside) this.document(inside, at);
    else this.foreign = true;
  }

  place(element, tag, above) {
    const hidden = above.hidden || !isRendered(element, RENDERED);
    const role = attribute(element, "role") || "";
    const given = `${tag}|${role}|${attribute(element, "type") || ""}|${words(attribute(element, "name"))}`;
    const classes = attribute(element, "class");
    let shown = hidden ? "-" : "+";
    if (hasAttribute(element, "open")) shown += "o";
    if (hasAttribute(element, "disabled")) shown += "d";
    if (attribute(element, "aria-expanded") === "true") shown += "e";
    const path = mix(above.path, given);
    const look = mix(above.look, given + shown);
    const fine = mix(above.fine, given + shown + words(classes));
    set(this.looks, look, 1);
    set(this.fines, fine, 1);
    set(this.paths, path, (get(this.paths, path) || 0) + 1);
    if (!hidden) {
      const chosen =
        attribute(element, "aria-selected") === "true" ||
        hasAttribute(element, "aria-current") ||
        exec(SELECTED, classes || "");
      if (chosen || exec(TITLED, tag) || exec(TITLED, role)) this.read(element, path, !!chosen);
      if (!this.scrolls) this.scrolls = overflows(element, tag);
    }
    return {
      ...{ tag, role, path, look, fine, hidden, depth: above.depth + 1, pointer: above.pointer },
      ...{ form: null, selectors: above.selectors, loose: above.loose, near: false, pressed: above.pressed },
    };
  }

  read(element, path, chosen) {
    const text = folded(short(textContent(element)));
    if (text) set(this.words, mix(path, text), { path: chosen ? mix(path, "chosen") : path, chosen });
  }

  told() {
    const words = [];
    each(this.words, (where, word) => {
      if (where.chosen || get(this.paths, where.path) <= FEW) words[words.length] = [where.path, word];
    });
    const offers = [];
    each(this.candidates.offers, (path, offer) => {
      offers[offers.length] = [path, offer];
    });
    const { list, groups, cut } = this.candidates;
    return {
      ...{ url: document.URL, born: BORN, looks: keysIn(this.looks), fines: keysIn(this.fines), words, offers },
      ...{ candidates: list, groups, secret: this.candidates.secret(), cut: this.cut || cut },
      ...{ scrolls: this.scrolls, foreign: this.foreign, content: this.content(), step: stepOf() },
    };
  }

  // A hash of all text: whatever changes for a person changes it.
  content() {
    const body = document.body;
    return mix(this.elements, slice(body ? textContent(body) : "", 0, MAX_TEXT));
  }
}

// Where the page is in the history of its tab; going back leads to a smaller number.
function stepOf() {
  const current = window.navigation ? entry(window.navigation) : null;
  return current ? entryIndex(current) : -1;
}

function keysIn(table) {
  const keys = [];
  each(table, (_, key) => {
    keys[keys.length] = key;
  });
  return keys;
}

function overflows(element, tag) {
  const height = clientHeight(element);
  if (height < 40 || scrollHeight(element) <= height + 4) return false;
  return tag === "html" || tag === "body" || scrollsInside(element);
}

const NOWHERE = {
  ...{ tag: "", role: "", path: 7, look: 7, fine: 7, hidden: false, depth: 0, pointer: false, form: null },
  ...{ selectors: [], loose: false, near: false, pressed: false },
};
