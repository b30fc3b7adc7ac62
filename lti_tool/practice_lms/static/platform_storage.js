// Platform storage (LTI Client Side postMessages 1.0, LTI postMessage Storage 1.0): keeps things for the tool in a frame of this page.
// Each origin has a drawer of its own; an answer goes to the window that asked, at its own origin, with its own message id.
"use strict";
(() => {
  // The frame that keeps things; empty where this page keeps them itself.
  const frame = document.currentScript.dataset.frame;
  const drawers = new Map();
  const longest = 4096;
  const most = 500;

  const wrong = (code, message) => ({ error: { code, message } });

  function put(drawer, { key, value }) {
    if (typeof key !== "string" || !key) return wrong("bad_request", "There is no key.");
    if (value === null || value === undefined) {
      drawer.delete(key);
      return { key };
    }
    if (typeof value !== "string") return wrong("bad_request", "The value is no text.");
    if (key.length + value.length > longest || (!drawer.has(key) && drawer.size >= most)) return wrong("storage_exhaustion", "There is no room.");
    drawer.set(key, value);
    return { key, value };
  }

  function get(drawer, { key }) {
    if (typeof key !== "string" || !key) return wrong("bad_request", "There is no key.");
    return { key, value: drawer.get(key) ?? null };
  }

  function capabilities() {
    const kept = frame ? { frame } : {};
    return { supported_messages: [{ subject: "lti.capabilities" }, { subject: "lti.put_data", ...kept }, { subject: "lti.get_data", ...kept }] };
  }

  const subjects = { "lti.capabilities": capabilities, ...(frame ? {} : { "lti.put_data": put, "lti.get_data": get }) };

  addEventListener("message", ({ data, origin, source }) => {
    if (!source || origin === "null" || typeof data !== "object" || data === null || !Object.hasOwn(subjects, data.subject)) return;
    if (!drawers.has(origin)) drawers.set(origin, new Map());
    const answer = subjects[data.subject](drawers.get(origin), data);
    source.postMessage({ subject: `${data.subject}.response`, message_id: data.message_id, ...answer }, origin);
  });
})();
