// Sends each file by itself as soon as it is chosen or dropped, shows how far it is, and offers another try.
import { refresh } from "./live.js";

const form = document.getElementById("upload");
const field = document.getElementById("files");
const zone = form.querySelector(".drop-zone");
const list = document.getElementById("sending");
const AT_ONCE = 2;
const waiting = [];
let running = 0;

document.body.classList.add("scripted");

function line(file) {
  const item = document.createElement("li");
  const name = document.createElement("bdi");
  const bar = document.createElement("progress");
  const word = document.createElement("span");
  name.textContent = file.name;
  bar.max = 1;
  bar.value = 0;
  bar.setAttribute("aria-label", `${form.dataset.sending} ${file.name}`);
  word.textContent = form.dataset.sending;
  item.append(name, bar, word);
  list.append(item);
  return { item, bar, word };
}

/** Say what went wrong with one file, and offer to try again where that can help. */
function failed(shown, file, text, again) {
  shown.bar.remove();
  shown.word.textContent = text;
  shown.word.className = "text-attention";
  shown.item.setAttribute("role", "alert");
  if (!again) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-sm btn-quiet";
  button.textContent = form.dataset.retry;
  button.addEventListener("click", () => {
    shown.item.remove();
    add([file]);
  });
  shown.item.append(button);
}

function answered(request) {
  try {
    return JSON.parse(request.responseText);
  } catch {
    return {};
  }
}

function send({ file, shown }) {
  const body = new FormData();
  for (const name of ["csrf_token", "visit"]) body.append(name, form.elements[name].value);
  body.append("files", file, file.name);
  const request = new XMLHttpRequest();
  request.open("POST", form.action);
  request.setRequestHeader("Accept", "application/json");
  request.upload.addEventListener("progress", (event) => event.lengthComputable && (shown.bar.value = event.loaded / event.total));
  request.addEventListener("load", () => {
    if (request.status < 300) shown.item.remove();
    else {
      const told = answered(request);
      failed(shown, file, told.happened ? `${told.happened} ${told.todo}` : form.dataset.failed, request.status >= 500 || request.status === 429);
    }
  });
  request.addEventListener("error", () => failed(shown, file, form.dataset.failed, true));
  request.addEventListener("loadend", () => {
    running -= 1;
    refresh();
    next();
  });
  request.send(body);
}

function next() {
  while (running < AT_ONCE && waiting.length > 0) {
    running += 1;
    send(waiting.shift());
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
  if (running > 0) event.preventDefault();
});
