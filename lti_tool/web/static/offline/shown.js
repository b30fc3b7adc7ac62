// From an address or a text to what is to be checked: the token's digits, the number and the host that stand before them.

import { DIGITS } from "./token.js";

const PATH = /\/c\/([0-9A-Za-z-]{24,29})\/?$/;

// Returns { digits, number, origin }, each "" if it is not there.
export function shownIn(text) {
  const trimmed = text.trim();
  if (DIGITS.test(trimmed)) return { digits: trimmed, number: "", origin: "" };
  try {
    const address = new URL(trimmed);
    const digits = address.hash.slice(1);
    return { digits: DIGITS.test(digits) ? digits : "", number: numberIn(address.pathname), origin: address.origin };
  } catch {
    return { digits: "", number: "", origin: "" };
  }
}

function numberIn(path) {
  return PATH.exec(path)?.[1].replaceAll("-", "").toUpperCase() ?? "";
}
