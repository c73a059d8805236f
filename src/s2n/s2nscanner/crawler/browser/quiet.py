"""Scripts that tell when a page has come to rest."""

QUIET_MS = 80
"""A page is at rest when its document has not changed for this long; two frames at 60 Hz are 33."""

WATCH = """(() => {
  const key = Symbol.for('s2n.watch');
  if (window[key]) return;
  const now = performance.now.bind(performance);
  const watch = {last: now(), now, later: window.setTimeout.bind(window),
                 frame: window.requestAnimationFrame.bind(window)};
  Object.defineProperty(window, key, {value: watch});
  const note = () => {
    watch.last = now();
    try {
      if (window.top !== window && window.top[key]) window.top[key].last = window.top[key].now();
    } catch (error) { /* a frame of another origin has no say */ }
  };
  const all = {childList: true, subtree: true, attributes: true, characterData: true};
  new MutationObserver(note).observe(document, all);
  const attach = Element.prototype.attachShadow;
  Element.prototype.attachShadow = function (init) {
    const root = attach.call(this, init);
    new MutationObserver(note).observe(root, all);
    return root;
  };
  addEventListener('load', note, true);
})()"""
"""Runs in each frame before its own scripts; notes when its document, shadow roots included, changes."""

AT_REST = """([quiet, limit]) => new Promise(resolve => {
  const watch = window[Symbol.for('s2n.watch')];
  if (!watch) return resolve(true);
  const end = watch.now() + limit;
  const look = () => {
    const left = Math.min(watch.last + quiet, end) - watch.now();
    if (left <= 0) resolve(watch.now() < end); else watch.later(look, left);
  };
  watch.later(() => resolve(false), limit);
  watch.frame(() => watch.frame(look));
})"""
"""Resolves to true when the page is at rest, and to false after ``limit`` milliseconds."""
