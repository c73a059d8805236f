// Tells which text a page's scripts hand to a sink of markup or code. Runs before the page's own scripts.
// The browser itself knows all its sinks and asks the default policy of Trusted Types about each text.
(() => {
  "use strict";
  const tell = globalThis.__s2n_sink;
  const apply = Reflect.apply;
  const search = RegExp.prototype.exec;
  const NewError = Error;

  // The script, line and column that the text came from: the stack's first frame that has an address.
  function where() {
    const found = apply(search, /https?:\/\/[^\s)]+:\d+:\d+/, [new NewError("").stack]);
    return found ? found[0] : "";
  }

  function passing(text, type, sink) {
    tell(sink, text, where());
    return text;
  }

  globalThis.trustedTypes.createPolicy("default", {
    createHTML: passing,
    createScript: passing,
    createScriptURL: passing,
  });

  // The policy is asked where a page demands it, so the page is made to, before its first script runs.
  const demand = new MutationObserver(() => {
    if (!document.head) return;
    demand.disconnect();
    const meta = document.createElement("meta");
    meta.httpEquiv = "Content-Security-Policy";
    meta.content = "require-trusted-types-for 'script'";
    document.head.prepend(meta);
  });
  demand.observe(document, { childList: true, subtree: true });
})();
