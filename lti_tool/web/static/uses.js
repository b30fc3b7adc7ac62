// Copy buttons, where the browser lets us copy.

function offer() {
  for (const button of document.querySelectorAll("[data-copy][hidden]")) {
    const field = document.getElementById(button.dataset.copy);
    button.hidden = false;
    button.addEventListener("click", async () => {
      field.select();
      try {
        await navigator.clipboard.writeText(field.value);
      } catch {
        // In a frame the clipboard may be closed to us; the older way still works there.
        if (!document.execCommand("copy")) return;
      }
      button.textContent = button.dataset.copied;
    });
  }
}

document.addEventListener("sealwright:fresh", offer);
offer();
