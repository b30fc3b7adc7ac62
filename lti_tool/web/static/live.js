// Looks again by itself while something is going on, and puts in what changed, without losing what is open or typed.

const announce = document.getElementById("announce");
// While a machine works we look at once, then ever more rarely, as long as nothing changes.
const RAREST = 12;
let timer = 0;
let failures = 0;
let unchanged = 0;

/** Seconds until the next look, as the server says; 0 for never. */
function pause() {
  return Number(document.getElementById("live-state")?.dataset.poll ?? 0);
}

function schedule() {
  clearTimeout(timer);
  const seconds = pause();
  if (seconds === 0) return;
  const rarer = Math.max(seconds, Math.min(seconds * 1.2 ** unchanged, RAREST));
  timer = setTimeout(refresh, Math.min(rarer * 2 ** failures, 60) * 1000);
}

/** What a part looks like without the tokens, which differ in every answer. */
function plain(part) {
  const copy = part.cloneNode(true);
  for (const field of copy.querySelectorAll("input[name=csrf_token]")) field.remove();
  for (const menu of copy.querySelectorAll("details[open]")) menu.removeAttribute("open");
  return copy.outerHTML;
}

/** Somebody is in the middle of something here: leave it alone until they are done. */
function busy(part) {
  const menu = part.querySelector("details.menu[open]");
  const typed = part.querySelector("textarea");
  return Boolean(menu?.contains(document.activeElement)) || (typed !== null && typed === document.activeElement);
}

function keepTyped(before, after) {
  for (const field of before.querySelectorAll("textarea[id]")) {
    const same = after.querySelector(`#${CSS.escape(field.id)}`);
    if (same && field.value) same.value = field.value;
  }
  for (const opened of before.querySelectorAll("details[open][id]")) {
    after.querySelector(`#${CSS.escape(opened.id)}`)?.setAttribute("open", "");
  }
}

function put(fresh) {
  let left = false;
  for (const part of document.querySelectorAll("[data-live]")) {
    const next = fresh.getElementById(part.id);
    if (!next || plain(part) === plain(next)) continue;
    if (busy(part)) {
      left = true;
      continue;
    }
    const focused = part.contains(document.activeElement) ? document.activeElement.id : "";
    keepTyped(part, next);
    part.replaceWith(document.importNode(next, true));
    if (focused) document.getElementById(focused)?.focus();
  }
  // What was left alone must come with the next look, though nothing will have changed by then.
  if (left) delete document.getElementById("live-state")?.dataset.tag;
  const found = fresh.getElementById("announce")?.dataset.found ?? "";
  if (announce && announce.textContent !== found) announce.textContent = found;
  document.dispatchEvent(new CustomEvent("sealwright:fresh"));
}

/** Fetch this very page and put in what changed. */
export async function refresh() {
  try {
    const seen = document.getElementById("live-state")?.dataset.tag;
    const headers = { Accept: "text/html", ...(seen && { "If-None-Match": seen }) };
    const response = await fetch(location.pathname, { headers, credentials: "same-origin", cache: "no-store" });
    if (response.status === 304) {
      failures = 0;
      unchanged += 1;
      return schedule();
    }
    // The session is over: the page that says so says what to do.
    if (response.status === 403) return location.reload();
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
    const known = response.ok && [...document.querySelectorAll("[data-live]")].some((part) => fresh.getElementById(part.id));
    if (!response.ok) throw new Error(`status ${response.status}`);
    // The application moved on (for example, it was submitted elsewhere): the page has another shape now.
    if (!known || Boolean(fresh.getElementById("upload")) !== Boolean(document.getElementById("upload"))) return location.reload();
    failures = unchanged = 0;
    put(fresh);
  } catch {
    failures += 1;
  }
  if (pause() === 0 && failures > 0) timer = setTimeout(refresh, 5000);
  else schedule();
}

document.addEventListener("visibilitychange", () => (document.hidden ? clearTimeout(timer) : refresh()));
addEventListener("online", refresh);
schedule();
