// The browser's own functions, kept before a page's scripts can replace them.
//
// kept.js, hooks.js, snapshot.js and acts.js are joined, in this order, into one function that runs before
// any script of the page. A page may override Array.prototype, JSON or querySelector, pollute prototypes
// with toJSON, or clobber the properties of a form by the names of its fields: so nothing is read or called
// after this point but through what is kept here, and loops go by index.

const NAME = "s2n walk"; // the property of window that Python calls; with a space, as no page's own has

const uncurry = Function.prototype.bind.bind(Function.prototype.call); // uncurry(f)(self, ...) is self.f(...)
const describe = Object.getOwnPropertyDescriptor;
const define = Object.defineProperty;
const apply = Reflect.apply;
const getter = (owner, name) => uncurry(describe(owner.prototype, name).get);
const setter = (owner, name) => uncurry(describe(owner.prototype, name).set);

const nodeType = getter(Node, "nodeType");
const firstChild = getter(Node, "firstChild");
const nextSibling = getter(Node, "nextSibling");
const parentNode = getter(Node, "parentNode");
const ownerDocument = getter(Node, "ownerDocument");
const isConnected = getter(Node, "isConnected");
const textContent = getter(Node, "textContent");
const contains = uncurry(Node.prototype.contains);
const localName = getter(Element, "localName");
const openRoot = getter(Element, "shadowRoot");
const attribute = uncurry(Element.prototype.getAttribute);
const attributeNames = uncurry(Element.prototype.getAttributeNames);
const hasAttribute = uncurry(Element.prototype.hasAttribute);
const everything = (node, selector) =>
  nodeType(node) === 9 ? documentAll(node, selector) : nodeType(node) === ELEMENT ? elementAll(node, selector) : rootAll(node, selector);
const documentAll = uncurry(Document.prototype.querySelectorAll);
const elementAll = uncurry(Element.prototype.querySelectorAll);
const rootAll = uncurry(DocumentFragment.prototype.querySelectorAll);
const inside = uncurry(Element.prototype.querySelector);
const closest = uncurry(Element.prototype.closest);
const matches = uncurry(Element.prototype.matches);
const rectangle = uncurry(Element.prototype.getBoundingClientRect);
const isRendered = uncurry(Element.prototype.checkVisibility);
const scrollTo = uncurry(Element.prototype.scrollTo);
const scrollIntoView = uncurry(Element.prototype.scrollIntoView);
const markupOf = uncurry(Element.prototype.getHTML);
const scrollTop = getter(Element, "scrollTop");
const scrollHeight = getter(Element, "scrollHeight");
const clientHeight = getter(Element, "clientHeight");
const focusOn = uncurry(HTMLElement.prototype.focus);
const blurFrom = uncurry(HTMLElement.prototype.blur);
const clickOn = uncurry(HTMLElement.prototype.click);
const frameDocument = getter(HTMLIFrameElement, "contentDocument");
const documentElement = getter(Document, "documentElement");
const defaultView = getter(Document, "defaultView");
const documentAt = uncurry(Document.prototype.elementFromPoint);
const shadowAt = uncurry(ShadowRoot.prototype.elementFromPoint);
const listen = uncurry(EventTarget.prototype.addEventListener);
const dispatch = uncurry(EventTarget.prototype.dispatchEvent);
const requestSubmit = uncurry(HTMLFormElement.prototype.requestSubmit);
const setNoValidate = setter(HTMLFormElement, "noValidate");
const setInput = setter(HTMLInputElement, "value");
const setArea = setter(HTMLTextAreaElement, "value");
const setChosen = setter(HTMLSelectElement, "value");
const setText = setter(Node, "textContent");
const ownerOf = {
  __proto__: null,
  input: getter(HTMLInputElement, "form"),
  button: getter(HTMLButtonElement, "form"),
  select: getter(HTMLSelectElement, "form"),
  textarea: getter(HTMLTextAreaElement, "form"),
};
const entry = window.navigation ? getter(Navigation, "currentEntry") : () => null;
const entryIndex = window.navigation ? getter(NavigationHistoryEntry, "index") : () => -1;
const goTo = uncurry(History.prototype.go);
const styleOf = window.getComputedStyle.bind(window);
const BORN = performance.timeOrigin;

const getKept = uncurry(WeakMap.prototype.get);
const setKept = uncurry(WeakMap.prototype.set);
const has = uncurry(Map.prototype.has);
const get = uncurry(Map.prototype.get);
const set = uncurry(Map.prototype.set);
const each = uncurry(Map.prototype.forEach);
const exec = uncurry(RegExp.prototype.exec);
const replace = uncurry(String.prototype.replace);
const split = uncurry(String.prototype.split);
const lower = uncurry(String.prototype.toLowerCase);
const slice = uncurry(String.prototype.slice);
const startsWith = uncurry(String.prototype.startsWith);
const codeAt = uncurry(String.prototype.charCodeAt);
const sourceOf = uncurry(Function.prototype.toString);
const quote = JSON.stringify; // of a string it calls nothing that a page could have put there
const keysOf = Object.keys;
const isArray = Array.isArray;
const multiply = Math.imul;
const least = Math.min;
const finite = Number.isFinite;
const PointerEvents = window.PointerEvent;
const MouseEvents = window.MouseEvent;
const KeyEvents = window.KeyboardEvent;
const PlainEvent = window.Event;
const ClipEvents = window.ClipboardEvent;
const DragEvents = window.DragEvent;
const WheelEvents = window.WheelEvent;
const Transfer = window.DataTransfer;
const setData = uncurry(Transfer.prototype.setData);
const itemsOf = getter(Transfer, "items");
const addItem = uncurry(DataTransferItemList.prototype.add);
const NewFile = window.File;
const Table = window.Map;
const Pattern = window.RegExp;

const ELEMENT = 1;

// JSON, by our own hand: toJSON of a polluted prototype has no say in it.
function encode(value) {
  if (typeof value === "string") return quote(value);
  if (typeof value !== "object" || value === null) {
    return typeof value === "boolean" || finite(value) ? `${value}` : "null";
  }
  let out = "";
  if (isArray(value)) {
    for (let i = 0; i < value.length; i++) out += (i ? "," : "") + encode(value[i]);
    return `[${out}]`;
  }
  const keys = keysOf(value);
  for (let i = 0; i < keys.length; i++) {
    out += `${i ? "," : ""}${quote(keys[i])}:${encode(value[keys[i]])}`;
  }
  return `{${out}}`;
}

// FNV-1a over UTF-16 units, begun at another hash: so that a path is hashed from its parent's.
function mix(hash, text) {
  for (let i = 0; i < text.length; i++) hash = multiply(hash ^ codeAt(text, i), 16777619);
  return multiply(hash ^ 47, 16777619) >>> 0;
}
