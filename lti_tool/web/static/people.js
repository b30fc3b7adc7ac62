// Lists of people: search by name, choose all or nobody of those who are seen, and count. Without it the whole list is there.

const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLocaleLowerCase();

for (const field of document.querySelectorAll("input[data-filters]")) {
  const list = document.getElementById(field.dataset.filters);
  if (!list) continue;
  const rows = [...list.querySelectorAll("[data-name]")];
  const names = rows.map((row) => plain(row.dataset.name));
  const said = document.querySelector("[data-found-none]");
  field.closest("[data-search]").hidden = false;
  field.addEventListener("input", () => {
    const words = plain(field.value).split(/\s+/).filter(Boolean);
    let found = 0;
    rows.forEach((row, index) => {
      row.hidden = !words.every((word) => names[index].includes(word));
      found += row.hidden ? 0 : 1;
    });
    if (said) said.textContent = found ? "" : (field.dataset.none ?? "");
  });
  // Enter in the search must not send the form that it stands in.
  field.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
}

const count = document.querySelector("[data-count]");

function tell() {
  if (count) count.textContent = count.dataset.words.replace("{n}", String(document.querySelectorAll("input[name=person]:checked").length));
}

for (const button of document.querySelectorAll("button[data-check]")) {
  button.addEventListener("click", (event) => {
    event.preventDefault();
    for (const box of document.getElementById(button.dataset.check)?.querySelectorAll("input[type=checkbox]:enabled") ?? []) {
      if (!box.closest("[data-name]").hidden) box.checked = button.value === "all";
    }
    tell();
  });
}

document.addEventListener("change", tell);
tell();
