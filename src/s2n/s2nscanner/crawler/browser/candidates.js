// The elements of a page that can be acted on, and how: what a person could do, and what scripts listen for.

const MAX_CANDIDATES = 600;
const ALIKE = 41; // candidates of one path and code that are listed: one more than the walk tries
const MAX_OPTIONS = 12;
const MAX_CONTROLS = 200;
const ZONES = 5; // places on which one thing is dropped
const NEAR = 4; // steps up from a button outside of forms to the fields that belong to it
const ROLES = new Pattern(
  "^(?:button|tab|link|switch|checkbox|radio|option|treeitem|menuitem(?:radio|checkbox)?)$",
);
const PRESSED = new Pattern("^(?:submit|image|reset|button)$");

class Candidates {
  constructor() {
    this.kept = []; // the elements that Python names by their place in it
    this.list = [];
    this.groups = []; // forms, and what serves as one
    this.offers = new Table(); // hash of what an element does, without its texts -> its path
    this.cut = false;
    this.alike = new Table(); // kind, path and code -> how many candidates
    this.named = new Table(); // kind, path and label -> how many candidates
    this.forms = new Table(); // form element -> its group
    this.fields = []; // outside of forms: {element, control}
    this.buttons = []; // outside of forms: {element, candidate}
    this.drags = []; // candidates that are dragged
    this.zones = []; // where things are dropped: {element, at, code}
  }

  take(element, tag, at, above) {
    const handlers = handlersOf(element);
    at.form = tag === "form" ? this.form(element, at.path) : above.form;
    if (!matches(element, ":disabled")) {
      const field = tag === "input" || tag === "textarea" || tag === "select" || editable(element);
      if (!field || !this.field(element, tag, at, handlers)) {
        if (tag !== "html" && tag !== "body") this.press(element, tag, at, above, handlers);
      }
      if (handlers && handlers.hover) this.offer(element, "hover", at, handlers.hover);
      this.gestures(element, tag, at, handlers);
      if (handlers && handlers.dblclick) this.offer(element, "dblclick", at, handlers.dblclick);
      if (handlers && handlers.contextmenu) this.offer(element, "contextmenu", at, handlers.contextmenu);
    }
    if (handlers && handlers.click) {
      const selectors = delegatesOf(element);
      at.selectors = joined(at.selectors, selectors);
      at.loose = !selectors.length;
    }
    return handlers;
  }

  // What is neither pressed nor typed in: dragged, slid, turned with the wheel, pasted into.
  gestures(element, tag, at, handlers) {
    if (attribute(element, "draggable") === "true") {
      this.drags[this.drags.length] = this.offer(element, "drag", at, (handlers && handlers.drag) || 0);
    }
    if (!handlers || tag === "html" || tag === "body") return;
    if (handlers.drop) this.zones[this.zones.length] = { element, at, code: handlers.drop };
    if (handlers.clip) this.offer(element, "clip", at, handlers.clip);
    if (slides(element, tag, at)) this.offer(element, "slide", at, handlers.click);
  }

  press(element, tag, at, above, handlers) {
    const type = tag === "input" ? lower(attribute(element, "type") || "text") : "";
    const presses = tag === "button" || exec(PRESSED, type);
    const code = (handlers && handlers.click) || 0;
    const group = tag in ownerOf ? this.owner(element, tag) : at.form;
    if (presses && group && (type ? type === "submit" || type === "image" : submits(element))) {
      this.offer(element, "submit", at, code, group).presses = true;
      at.pressed = true;
      group.pressed = true;
      return;
    }
    let kind = "click";
    at.pressed = above.pressed || tag === "a" || presses; // a picture in a link is pressed as the link
    let why = (presses && type !== "reset") || tag === "summary" || exec(ROLES, at.role) || code;
    if (tag === "a" || tag === "area") {
      const leads = leadsTo(element);
      if (leads === "nowhere") return;
      if (leads === "away") kind = "link"; // taken by the readers of markup, unless a script has it
      else why = true;
    }
    if (!why && tag === "label") why = wrapsHidden(element);
    if (!why) why = this.delegated(element, at, above);
    if (!why) return;
    const candidate = this.offer(element, kind, at, code, group);
    if (!presses && at.role !== "button") return;
    candidate.presses = true;
    if (!group) this.buttons[this.buttons.length] = { element, candidate };
  }

  // May a click on it be heard by an ancestor?
  delegated(element, at, above) {
    if (above.selectors.length && matchesAny(element, above.selectors)) return true;
    if (at.hidden || at.tag === "a") return at.tag === "a" && above.loose;
    at.pointer = styleOf(element).cursor === "pointer";
    if (at.pointer) return !above.pointer && !above.pressed && !hasCandidates(element);
    return above.loose && (pointsAt(element) || (above.near && !above.pressed && !hasElements(element)));
  }

  // Fields are typed in, chosen from and ticked. False where the element is to be pressed instead.
  field(element, tag, at, handlers) {
    const kind = tag === "input" ? lower(attribute(element, "type") || "text") : tag;
    if (exec(PRESSED, kind)) return false;
    const group = tag in ownerOf ? this.owner(element, tag) : null;
    const secret = kind === "password" || kind === "file";
    const control = this.control(element, tag, kind);
    if (group && group.controls.length < MAX_CONTROLS) group.controls[group.controls.length] = control;
    if (group && secret) group.sensitive = true;
    if (!group) this.fields[this.fields.length] = { element, control, secret };
    if (kind === "hidden" || kind === "file" || hasAttribute(element, "readonly")) return true;
    const heard = handlers && (handlers.field || handlers.key || handlers.click);
    if (group && !group.heard && !heard) return true; // its form's button brings it into play
    const ticked = kind === "checkbox" || kind === "radio";
    const how = ticked ? "check" : kind === "select" ? "select" : "type";
    this.offer(element, how, at, heard || 0, group).control = control;
    return true;
  }

  control(element, tag, kind) {
    const attributes = {};
    const names = attributeNames(element);
    for (let i = 0; i < names.length && i < 40; i++) {
      attributes[names[i]] = slice(attribute(element, names[i]) || "", 0, 300);
    }
    const options = [];
    if (tag === "select") optionsOf(element, options);
    const name = slice(attribute(element, "name") || attribute(element, "id") || "", 0, 100);
    const value = tag in ownerOf ? slice(`${element.value}`, 0, 300) : "";
    return { ref: this.keep(element), kind, name, attributes, options, value };
  }

  form(element, path) {
    let group = get(this.forms, element);
    if (group) return group;
    group = this.group(element, path);
    const handlers = handlersOf(element);
    group.heard = !!(handlers && (handlers.field || handlers.key));
    group.real = true;
    set(this.forms, element, group);
    return group;
  }

  // The group of the form that owns a control, wherever in the document it stands (form="id").
  owner(element, tag) {
    const owner = ownerOf[tag](element);
    return owner ? this.form(owner, mix(1, words(attribute(owner, "id") || ""))) : null;
  }

  group(element, path) {
    const group = {
      ...{ index: this.groups.length, ref: this.keep(element), path, real: false, heard: false },
      ...{ pressed: false, sensitive: false, controls: [], method: lower(attribute(element, "method") || "get") },
      ...{ action: attribute(element, "action") || "" },
      texts: [attribute(element, "id") || "", attribute(element, "name") || ""],
    };
    this.groups[group.index] = group;
    return group;
  }

  keep(element) {
    this.kept[this.kept.length] = element;
    return this.kept.length - 1;
  }

  // List a candidate. Too many alike are left out, of which the caller need not know.
  offer(element, kind, at, code, group) {
    const label = kind === "type" || kind === "select" ? nameOf(element) : labelOf(element);
    const alike = `${kind}${at.path} ${code}`;
    const many = (get(this.alike, alike) || 0) + 1;
    set(this.alike, alike, many);
    const named = `${kind}${at.path} ${folded(label)}`;
    const nth = get(this.named, named) || 0;
    set(this.named, named, nth + 1);
    set(this.offers, mix(at.path, `${kind}${code}`), at.path);
    const candidate = {
      ...{ kind, path: at.path, label: folded(label), nth, code, hidden: at.hidden, presses: false },
      ...{ does: mix(code, folded(label) + purposeOf(element)), ref: this.keep(element), control: null },
      ...{ group: group ? group.index : -1, texts: textsOf(element, label), url: targetOf(element) },
      keys: [],
    };
    if (many > ALIKE) return candidate;
    if (this.list.length < MAX_CANDIDATES) this.list[this.list.length] = candidate;
    else this.cut = true;
    return candidate;
  }

  // Offer the forms without a button, and give the buttons outside of forms the fields beside them, as the
  // scripts that read these do.
  settle() {
    if (this.zones.length > ZONES) this.zones.length = ZONES;
    for (let i = 0; i < this.zones.length; i++) {
      const { element, at, code } = this.zones[i];
      for (let j = 0; j < this.drags.length; j++) {
        append(this.drags[j].texts, textsOf(element, labelOf(element))); // it is dropped on each of them
      }
      if (!this.drags.length) this.offer(element, "drop", at, code); // files are
    }
    each(this.forms, (group, element) => {
      if (!group.pressed && group.controls.length) {
        const at = { path: group.path, hidden: !isRendered(element, RENDERED) };
        this.offer(element, "submit", at, 0, group).ref = group.ref;
      }
    });
    const groups = new Table();
    for (let i = 0; i < this.buttons.length && this.fields.length; i++) {
      const button = this.buttons[i];
      const around = this.around(button.element);
      if (!around) continue;
      let group = get(groups, around);
      if (!group) {
        group = this.group(around, mix(button.candidate.path, "around"));
        for (let j = 0; j < this.fields.length && j < MAX_CONTROLS; j++) {
          const field = this.fields[j];
          if (!contains(around, field.element)) continue;
          group.controls[group.controls.length] = field.control;
          if (field.secret) group.sensitive = true;
        }
        set(groups, around, group);
      }
      button.candidate.group = group.index;
    }
  }

  // Is a password or a file asked for outside of forms?
  secret() {
    for (let i = 0; i < this.fields.length; i++) if (this.fields[i].secret) return true;
    return false;
  }

  around(button) {
    let around = parentNode(button);
    for (let step = 0; around && step < NEAR; step++, around = parentNode(around)) {
      if (nodeType(around) !== ELEMENT) return null;
      for (let i = 0; i < this.fields.length; i++) {
        if (contains(around, this.fields[i].element)) return around;
      }
    }
    return null;
  }
}

function optionsOf(element, out) {
  for (let child = firstChild(element); child && out.length < MAX_OPTIONS; child = nextSibling(child)) {
    if (nodeType(child) !== ELEMENT || hasAttribute(child, "disabled")) continue;
    if (localName(child) === "optgroup") optionsOf(child, out);
    else if (localName(child) === "option") {
      const value = attribute(child, "value");
      out[out.length] = slice(value === null ? short(textContent(child)) : value, 0, 300);
    }
  }
}

// The URL that pressing it names: what it says of danger counts.
function targetOf(element) {
  return slice(attribute(element, "formaction") || attribute(element, "href") || "", 0, 2000);
}

// Is it moved along while it is held down?
function slides(element, tag, at) {
  if (tag === "a" || tag === "button" || tag === "input" || at.role === "button") return false;
  const heard = heardBy(element);
  return !!(heard.mousedown || heard.pointerdown || element.onmousedown || element.onpointerdown);
}

// Is something inside that is pressed by itself?
function hasCandidates(element) {
  return !!inside(element, "a[href], button, input, select, textarea, [role=button], [onclick]");
}
