// The platform's page keeps a secret for a browser that keeps no cookies in this frame (1EdTech LTI Client Side postMessages 0.1,
// LTI postMessage Storage 0.1). Questions are addressed to the platform's exact origin, so nobody else's page receives them; an
// answer counts only from that origin and for the question that was asked.

const PATIENCE = 2000;

const page = document.querySelector("[data-storage]");
const { storage, platform, target, key, value, next } = page.dataset;

function keeper() {
  const outside = window.parent === window ? window.opener : window.parent;
  if (target === "_parent") return outside;
  try {
    const named = outside.frames[target];
    return typeof named.postMessage === "function" ? named : outside;
  } catch {
    // Another site's window has no frame of this name.
    return outside;
  }
}

function ask(subject, content) {
  return new Promise((resolve, reject) => {
    const id = crypto.randomUUID();
    const hear = ({ origin, data }) => {
      if (origin !== platform || data?.message_id !== id || data.subject !== `${subject}.response`) return;
      end(data.error ? reject : resolve, data);
    };
    const end = (settle, result) => {
      clearTimeout(timer);
      removeEventListener("message", hear);
      settle(result);
    };
    const timer = setTimeout(() => end(reject), PATIENCE);
    addEventListener("message", hear);
    keeper().postMessage({ subject, message_id: id, ...content }, platform);
  });
}

function show(part, visible) {
  for (const element of page.querySelectorAll(part)) element.hidden = !visible;
}

async function put() {
  try {
    const kept = await ask("lti.put_data", { key, value });
    if (kept.value !== undefined && kept.value !== value) throw new Error("kept differently");
    location.replace(next);
  } catch {
    show("[data-meanwhile]", false);
    show("[data-otherwise]", true);
  }
}

async function get() {
  try {
    const kept = await ask("lti.get_data", { key });
    if (typeof kept.value === "string") page.elements.stored.value = kept.value;
  } catch {
    // The tool says what to do when nothing came.
  }
  page.submit();
}

show("[data-meanwhile]", true);
await (storage === "put" ? put() : get());
