// Runs in each frame before the page's own scripts: knows when the page has come to rest.
((RESTLESS, SOON, ALIKE, PATIENCE) => {
  const key = Symbol.for('s2n.watch');
  if (window[key]) return;
  const now = performance.now.bind(performance);
  const later = window.setTimeout.bind(window);
  const forget = window.clearTimeout.bind(window);
  const frame = window.requestAnimationFrame.bind(window);
  const seen = new WeakMap();   // how often each node has changed
  const alike = new Map();      // how often each delay was asked for
  const due = new Map();        // timers that are about to run
  let last = now();

  const stir = () => {
    last = now();
    try {
      if (window.top !== window) window.top[key]?.stir();
    } catch (error) { /* a frame of another origin has no say */ }
  };

  // A node that changes again and again is a clock or an animation, which nobody waits for.
  const changed = records => {
    let fresh = false;
    for (const {target} of records) {
      const times = seen.get(target) || 0;
      seen.set(target, times + 1);
      fresh ||= times < RESTLESS;
    }
    if (fresh) stir();
  };
  const all = {childList: true, subtree: true, attributes: true, characterData: true};
  new MutationObserver(changed).observe(document, all);
  const attach = Element.prototype.attachShadow;
  Element.prototype.attachShadow = function attachShadow(init) {
    const root = attach.call(this, init);
    new MutationObserver(changed).observe(root, all);
    return root;
  };
  addEventListener('load', stir, true);

  // What a page puts off for a moment (a debounced search) belongs to the action that caused it.
  const again = event => { if (event.isTrusted) alike.clear(); };
  for (const kind of ['pointerdown', 'keydown', 'input', 'change', 'submit']) addEventListener(kind, again, true);
  window.setTimeout = function setTimeout(work, delay, ...given) {
    const times = alike.get(delay) || 0;
    if (typeof work !== 'function' || !(delay > 0 && delay <= SOON) || times >= ALIKE) {
      return later(work, delay, ...given);
    }
    alike.set(delay, times + 1);
    const id = later((...values) => {
      due.delete(id);
      stir();
      return work.apply(window, values);
    }, delay, ...given);
    due.set(id, now() + delay);
    return id;
  };
  window.clearTimeout = function clearTimeout(id) {
    due.delete(id);
    forget(id);
  };

  // True when the page is at rest for `quiet` milliseconds, false if it is not within `limit`.
  const atRest = (quiet, limit) => new Promise(resolve => {
    const end = now() + limit;
    const look = () => {
      const until = Math.min(Math.max(last + quiet, ...due.values()), end);
      if (until <= now()) resolve(until < end); else later(look, until - now() + 1);
    };
    // Two frames, so that what is drawn first has happened; a page that is not drawn has none.
    let looking = false;
    const begin = () => { if (!looking) { looking = true; look(); } };
    frame(() => frame(begin));
    later(begin, PATIENCE);
    later(() => resolve(false), limit);
  });
  Object.defineProperty(window, key, {value: Object.freeze({stir, atRest})});
})
