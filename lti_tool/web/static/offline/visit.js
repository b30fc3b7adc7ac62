// On the issuer's own page of a certificate: lets this browser check the next one by itself, and looks at this one's code too.

import { able } from "./cose.js";
import { shownIn } from "./shown.js";
import { load } from "./store.js";
import { verdict } from "./verdict.js";

const part = document.getElementById("offline");
const shown = shownIn(location.href);
// What the list says stands on the page already, from the register itself; here only the code is in question.
const ABOUT_CODE = ["token-altered", "token-other-key", "token-other-number"];

if (part && shown.digits && (await able())) {
  const { keys, status, worker, scope } = part.dataset;
  navigator.serviceWorker?.register(worker, { scope }).catch(() => {});
  const { issuer, list } = await load({ keys, status });
  const { reason } = await verdict({ ...shown, foreign: false }, issuer, list);
  document.getElementById(ABOUT_CODE.includes(reason) ? "offline-wrong" : "offline-ready").hidden = !issuer || reason === "token-unreadable";
}
