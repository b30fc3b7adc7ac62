// Dropping a file on the page checks it at once.
const form = document.getElementById("check");
const field = form?.querySelector("input[type=file]");
const zone = form?.querySelector(".drop-zone");

if (form && field && zone) {
  document.body.classList.add("scripted");
  field.addEventListener("change", () => field.files.length > 0 && form.requestSubmit());
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
    form.requestSubmit();
  });
}
