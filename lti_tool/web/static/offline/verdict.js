// The steps from a token to an answer; the first that fails ends them. The codes are those of lti_tool/verification/words.toml.

import { holds } from "./cose.js";
import { bytesOf, parse } from "./token.js";

export const STEPS = ["token-readable", "token-key", "token-unchanged", "token-key-time", "token-number", "list-fresh", "not-revoked", "not-replaced", "in-time"];
const DAY = 86_400_000;
// Whoever had no network for longer is told that nobody knows: the certificate may have been revoked since.
export const OLDEST = 30 * DAY;
const REVOKED = 1;
const REPLACED = 3;

class Ended extends Error {
  constructor(outcome, reason) {
    super(reason);
    this.outcome = outcome;
    this.reason = reason;
  }
}

// `shown` is { digits, number (of the address, or ""), foreign (whether the address is another host's) }; `issuer` and `list` are
// what issuer.js read, or null. Returns { outcome, reason, steps, claims (only if they are signed by the issuer), listAt }. A copy that is
// kept for when the issuer is gone sets no limit to the age of its list: there is no newer one, and how old it is is said.
export async function verdict(shown, issuer, list, now = new Date(), oldest = OLDEST) {
  const found = { outcome: "valid", reason: "", held: 0, claims: null, listAt: list?.at ?? null };
  try {
    await taken(shown, issuer, list, { now, oldest }, found);
  } catch (ended) {
    if (!(ended instanceof Ended)) throw ended;
    found.outcome = ended.outcome;
    found.reason = ended.reason;
  }
  const steps = STEPS.map((code, place) => ({ code, held: place < found.held ? true : place === found.held && found.reason ? false : null }));
  return { ...found, steps };
}

async function taken(shown, issuer, list, { now, oldest }, found) {
  const { message, claims } = readable(shown.digits);
  found.held = 1;
  const key = known(message, claims, issuer);
  found.held = 2;
  if (!(await right(message, key))) throw new Ended("not-valid", "token-altered");
  found.claims = claims;
  found.held = 3;
  inItsTime(claims, key);
  found.held = 4;
  if (shown.foreign) throw new Ended("not-valid", "other-address");
  if (shown.number && shown.number !== claims.number) throw new Ended("not-valid", "token-other-number");
  found.held = 5;
  const status = listed(list, claims, now, oldest);
  found.held = 6;
  if (status === REVOKED) throw new Ended("not-valid", "revoked");
  found.held = 7;
  if (status === REPLACED) throw new Ended("was-valid", "replaced");
  if (status !== 0) throw new Ended("cannot-tell", "list-unknown");
  found.held = 8;
  if (claims.endsAt && claims.endsAt <= now) throw new Ended("was-valid", "expired");
  found.held = 9;
}

function readable(digits) {
  try {
    return parse(bytesOf(digits));
  } catch {
    throw new Ended("cannot-tell", "token-unreadable");
  }
}

function known(message, claims, issuer) {
  if (!issuer) throw new Ended("cannot-tell", "keys-missing");
  const key = issuer.keys.get(message.keyId);
  // Keys stay listed for ever: one that is not in a list of just now, or was used before an older list was made, is not the issuer's.
  if (!key && (issuer.fresh || claims.issuedOn.getTime() + 2 * DAY < issuer.at.getTime())) throw new Ended("not-valid", "token-other-key");
  if (!key) throw new Ended("cannot-tell", "token-new-key");
  return key;
}

async function right(message, key) {
  try {
    return await holds(message, key.public);
  } catch {
    return false;
  }
}

function inItsTime(claims, key) {
  if (key.compromised) throw new Ended("cannot-tell", "key-compromised");
  const first = Math.floor(key.created.getTime() / DAY) - 1;
  const last = key.retired ? Math.floor(key.retired.getTime() / DAY) + 1 : Infinity;
  const issued = claims.issuedOn.getTime() / DAY;
  if (issued < first || issued > last) throw new Ended("cannot-tell", "key-out-of-time");
}

function listed(list, claims, now, oldest) {
  if (!list) throw new Ended("cannot-tell", "list-missing");
  if (now - list.at > oldest) throw new Ended("cannot-tell", "list-old");
  const status = list.status(claims.index);
  if (status === null) throw new Ended("cannot-tell", "list-unknown");
  return status;
}
