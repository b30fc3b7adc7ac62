// Pages with boxes: a fact and its box light up together, by pointing, by touch and by the keyboard; pages can be enlarged.

const STEPS = 3;

/** Both ends of everything that names this spot. */
function ends(key) {
  return document.querySelectorAll(`[data-spot="${CSS.escape(key)}"]`);
}

function light(key, on) {
  for (const end of ends(key)) end.classList.toggle("lit", on);
}

for (const end of document.querySelectorAll(".piece-read [data-spot]")) {
  const key = end.dataset.spot;
  for (const [name, on] of [["pointerenter", true], ["pointerleave", false], ["focusin", true], ["focusout", false]]) {
    end.addEventListener(name, () => light(key, on));
  }
}

/** The boxes under the pointer: what stands against a fact often has the same box as the fact. */
function under(event) {
  return document.elementsFromPoint(event.clientX, event.clientY).filter((element) => element.matches("rect[data-spot]"));
}

// Who points at a box sees what was read there; who touches or clicks it is led to it, without a jump of the whole page.
for (const drawing of document.querySelectorAll(".sheet svg")) {
  let lit = [];
  const relight = (keys) => {
    for (const key of lit) if (!keys.includes(key)) light(key, false);
    for (const key of keys) light(key, true);
    lit = keys;
  };
  drawing.addEventListener("pointermove", (event) => relight(under(event).map((rect) => rect.dataset.spot)));
  drawing.addEventListener("pointerleave", () => relight([]));
  drawing.addEventListener("click", (event) => {
    const [first] = under(event).sort((one, other) => one.classList.contains("attention") - other.classList.contains("attention"));
    const fact = first && [...ends(first.dataset.spot)].find((end) => end.closest(".piece-read"));
    fact?.scrollIntoView({ block: "nearest" });
    fact?.querySelector("a.spot")?.focus({ preventScroll: true });
  });
}
for (const link of document.querySelectorAll("a.spot")) {
  link.addEventListener("click", (event) => {
    const rect = document.querySelector(link.hash);
    if (!rect) return;
    event.preventDefault();
    rect.scrollIntoView({ block: "center", inline: "center" });
    light(link.closest("[data-spot]").dataset.spot, true);
  });
}

/** A word at the box that is lit; shown all the time, words would cover what stands beside. */
for (const rect of document.querySelectorAll("rect[data-label]")) {
  const label = document.createElement("span");
  const [left, top, height] = ["x", "y", "height"].map((name) => Number(rect.getAttribute(name)));
  const below = top < 0.04;
  label.className = "box-label";
  label.classList.toggle("attention", rect.classList.contains("attention"));
  label.classList.toggle("below", below);
  label.textContent = rect.dataset.label;
  label.dataset.spot = rect.dataset.spot;
  label.setAttribute("aria-hidden", "true");
  // Near the right edge a word grows to the left.
  if (left > 0.75) label.style.right = `${100 * (1 - left - Number(rect.getAttribute("width")))}%`;
  else label.style.left = `${100 * left}%`;
  label.style.top = `${100 * (below ? top + height : top)}%`;
  rect.closest(".sheet-page").append(label);
}

function button(text, sign) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "btn btn-sm btn-quiet";
  made.setAttribute("aria-label", text);
  made.title = text;
  made.textContent = sign;
  return made;
}

for (const sheets of document.querySelectorAll("[data-sheets]")) {
  const row = document.createElement("div");
  const smaller = button(sheets.dataset.zoomOut, "−");
  const larger = button(sheets.dataset.zoomIn, "+");
  let step = 1;
  const zoom = (by) => {
    step = Math.min(Math.max(step + by, 1), STEPS);
    for (let each = 2; each <= STEPS; each += 1) sheets.classList.toggle(`zoom-${each}`, each === step);
    // Enlarged, the picture is fetched once more with twice the pixels.
    if (step > 1) for (const img of sheets.querySelectorAll("img[data-wide]")) {
      img.src = img.dataset.wide;
      delete img.dataset.wide;
    }
    smaller.disabled = step === 1;
    larger.disabled = step === STEPS;
  };
  smaller.addEventListener("click", () => zoom(-1));
  larger.addEventListener("click", () => zoom(1));
  sheets.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !["+", "-"].includes(event.key)) return;
    event.preventDefault();
    zoom(event.key === "+" ? 1 : -1);
  });
  row.className = "zooming";
  row.append(smaller, larger);
  sheets.prepend(row);
  zoom(0);
}
