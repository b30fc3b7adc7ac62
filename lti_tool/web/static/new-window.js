// A link that works once: when it was followed, say where the tool is instead of offering the link again.

for (const link of document.querySelectorAll("[data-once] a")) {
  const used = () => {
    const row = link.closest("[data-once]");
    row.hidden = true;
    row.parentElement.querySelector("[data-afterwards]").hidden = false;
  };
  link.addEventListener("click", () => setTimeout(used));
  link.addEventListener("auxclick", (event) => event.button === 1 && setTimeout(used));
}
