// Sends each file by itself as soon as it is chosen or dropped, shows how far it is, and offers another try.
import { refresh } from "./live.js";
import { Refused, send } from "./sending.js";

const form = document.getElementById("upload");
const field = document.getElementById("files");
const zone = form.querySelector(".drop-zone");
const list = document.getElementById("sending");
const AT_ONCE = 2;
const waiting = [];
let running = 0;

document.body.classList.add("scripted");

const megabytes = new Intl.NumberFormat(document.documentElement.lang, { minimumFractionDigits: 1, maximumFractionDigits: 1 });

/** "1.2 of 3.4 MB" in the reader's language; nothing for a file so small that it would read "0.0 of 0.0". */
function amount(done, all) {
  if (all < 1e5) {
    return "";
  }
  return form.dataset.amount.replace("{done}", megabytes.format(done / 1e6)).replace("{all}", megabytes.format(all / 1e6));
}

function line(file) {
  const item = document.createElement("li");
  const name = document.createElement("bdi");
  const bar = document.createElement("progress");
  const word = document.createElement("span");
  const bytes = document.createElement("span");
  name.textContent = file.name;
  bar.max = 1;
  bar.value = 0;
  bar.setAttribute("aria-label", `${form.dataset.sending} ${file.name}`);
  word.textContent = form.dataset.waiting;
  word.setAttribute("role", "status");
  bytes.className = "fine";
  // Read out, numbers that change all the time would drown everything else.
  bytes.setAttribute("aria-hidden", "true");
  item.append(name, bar, word, bytes);
  list.append(item);
  return { item, bar, word, bytes };
}

function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Say what went wrong with one file, and offer to try again where that can help. */
function failed(shown, file, text, again) {
  shown.bar.remove();
  shown.bytes.remove();
  shown.word.textContent = text;
  shown.word.className = "text-attention";
  shown.word.setAttribute("role", "alert");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-sm btn-quiet";
  button.textContent = again ? form.dataset.retry : form.dataset.dismiss;
  button.addEventListener("click", () => {
    shown.item.remove();
    if (again) add([file]);
    else field.focus();
  });
  shown.item.append(button);
}

async function bring({ file, shown }) {
  const told = {
    sent(bytes) {
      shown.bar.value = bytes / Math.max(file.size, 1);
      say(shown.word, bytes < file.size ? form.dataset.sending : form.dataset.checking);
      say(shown.bytes, amount(bytes, file.size));
    },
    waiting: () => say(shown.word, form.dataset.broken),
  };
  try {
    say(shown.word, form.dataset.sending);
    await send(file, form, told);
    shown.item.remove();
  } catch (error) {
    const refused = error instanceof Refused;
    failed(shown, file, (refused && error.message) || form.dataset.failed, !refused || error.again);
  }
  running -= 1;
  refresh();
  next();
}

function next() {
  while (running < AT_ONCE && waiting.length > 0) {
    running += 1;
    bring(waiting.shift());
  }
}

function add(files) {
  for (const file of files) {
    const shown = line(file);
    if (file.size > Number(form.dataset.most)) failed(shown, file, form.dataset.large, false);
    else waiting.push({ file, shown });
  }
  next();
}

field.addEventListener("change", () => {
  add([...field.files]);
  field.value = "";
});

let depth = 0;
const holdsFiles = (event) => event.dataTransfer?.types.includes("Files");
addEventListener("dragenter", (event) => {
  if (!holdsFiles(event)) return;
  depth += 1;
  document.body.classList.add("dragging");
});
addEventListener("dragleave", (event) => {
  if (!holdsFiles(event)) return;
  depth = Math.max(depth - 1, 0);
  if (depth === 0) document.body.classList.remove("dragging");
});
addEventListener("dragover", (event) => {
  if (!holdsFiles(event)) return;
  event.preventDefault();
  zone.classList.toggle("over", zone.contains(event.target));
});
addEventListener("drop", (event) => {
  if (!holdsFiles(event)) return;
  event.preventDefault();
  depth = 0;
  document.body.classList.remove("dragging");
  zone.classList.remove("over");
  add([...event.dataTransfer.files]);
});

// Nothing that is still on its way should be lost by a careless click.
addEventListener("beforeunload", (event) => {
  if (running + waiting.length > 0) event.preventDefault();
});
