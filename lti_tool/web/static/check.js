// Dropping a file on the page checks it at once. The very PDF that was issued is known by its hash, and never leaves the browser.
const form = document.getElementById("check");
const field = form?.querySelector("input[type=file]");
const zone = form?.querySelector(".drop-zone");
const LARGEST = 50_000_000;

async function hashOf(file) {
  const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

// Where the answer for a file stands if it need not be sent, else null.
async function answerFor(file) {
  const mayBeOurs = file.size < LARGEST && (file.type === "application/pdf" || file.name.toLowerCase().endsWith(".pdf"));
  if (!mayBeOurs || !globalThis.crypto?.subtle) return null;
  const hash = await hashOf(file);
  const told = await fetch(`/api/verify/sha256/${hash}`, { credentials: "omit", cache: "no-store" });
  if (!told.ok || (await told.json()).certificate === null) return null;
  const page = form.querySelector("input[name=page]")?.value ?? "";
  return `/verify?${new URLSearchParams({ sha256: hash, page })}`;
}

async function check() {
  const [file] = field.files;
  if (!file) return;
  form.setAttribute("aria-busy", "true");
  const address = await answerFor(file).catch(() => null);
  form.removeAttribute("aria-busy");
  if (address) location.assign(address);
  else form.requestSubmit();
}

if (form && field && zone) {
  document.body.classList.add("scripted");
  field.addEventListener("change", check);
  addEventListener("dragover", (event) => {
    event.preventDefault();
    zone.classList.add("over");
  });
  addEventListener("dragleave", () => zone.classList.remove("over"));
  addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("over");
    if (!event.dataTransfer.files.length) return;
    field.files = event.dataTransfer.files;
    check();
  });
}
