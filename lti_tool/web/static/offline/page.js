// The page that checks a certificate by itself: what it is given in its address, pasted, or photographed never leaves the browser.

import { able } from "./cose.js";
import { fileVerdict } from "./file_verdict.js";
import { show } from "./result.js";
import { shownIn } from "./shown.js";
import { load } from "./store.js";
import { verdict } from "./verdict.js";

const config = JSON.parse(document.getElementById("offline-config").textContent);
const form = document.getElementById("offline-form");
const field = document.getElementById("offline-text");
const photo = document.getElementById("offline-photo");
const chosen = document.getElementById("offline-file");
const zone = document.getElementById("offline-file-part");
const LARGEST = 50_000_000; // bytes; certificates have some 80,000

async function check(shown) {
  show.busy();
  if (!(await able())) {
    show.unable(config, shown);
    return;
  }
  const { issuer, list } = await load(config);
  const foreign = Boolean(shown.origin) && Boolean(issuer) && shown.origin !== issuer.address;
  const oldest = config.files ? Infinity : undefined;
  show.answer(config, await verdict({ ...shown, foreign }, issuer, list, new Date(), oldest), { issuer, list, number: shown.number });
}

function fromAddress() {
  const shown = shownIn(location.href);
  // Another host may keep this page for an issuer that is gone: its own address says nothing.
  if (shown.digits) check({ ...shown, origin: "" });
  // Without a token only the issuer can answer, as it does for every certificate of before there were tokens.
  else if (shown.number && config.ask && !location.search) location.replace(`${config.ask}${shown.number}?ask=issuer`);
}

function fromText(text) {
  const shown = shownIn(text);
  if (shown.digits) check(shown);
  else show.nothing(config, shown);
}

async function fromPhoto(file) {
  show.busy();
  try {
    const codes = await new BarcodeDetector({ formats: ["qr_code"] }).detect(await createImageBitmap(file));
    fromText(codes[0]?.rawValue ?? "");
  } catch {
    // No picture that this browser can open.
    fromText("");
  }
}

// The index of files is a part of trust kits alone: elsewhere there is the issuer to ask.
async function fromFile(file) {
  show.busy();
  if (!(await able())) {
    show.unable(config, {});
    return;
  }
  if (file.size > LARGEST) {
    show.nothing(config, {});
    return;
  }
  const [{ list }, bytes] = await Promise.all([load(config), file.arrayBuffer()]);
  const found = await fileVerdict(new Uint8Array(bytes), config.files, list);
  show.fileAnswer(config, found);
}

function takeFiles() {
  zone.hidden = false;
  chosen.addEventListener("change", () => chosen.files.length > 0 && fromFile(chosen.files[0]));
  addEventListener("dragover", (event) => {
    event.preventDefault();
    zone.classList.add("over");
  });
  addEventListener("dragleave", () => zone.classList.remove("over"));
  addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("over");
    if (event.dataTransfer.files.length) fromFile(event.dataTransfer.files[0]);
  });
}

form.hidden = false;
if (config.files) takeFiles();
form.addEventListener("submit", (event) => {
  event.preventDefault();
  fromText(field.value);
});
addEventListener("hashchange", fromAddress);
if ("BarcodeDetector" in window) {
  document.getElementById("offline-photo-part").hidden = false;
  photo.addEventListener("change", () => photo.files.length > 0 && fromPhoto(photo.files[0]));
}
if (!shownIn(location.href).digits) load(config);
fromAddress();
// Kept in a browser that can't check, this page would only stand between its reader and the issuer's answer.
if (navigator.serviceWorker && (await able())) navigator.serviceWorker.register(config.worker, { scope: config.scope }).catch(() => {});
