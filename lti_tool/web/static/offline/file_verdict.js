// The steps from a file to an answer, by what a trust kit's index says of it; the first that fails ends them. The codes are those of
// lti_tool/verification/words.toml, and the answers those of `sealwright verify --trust-kit`.

import { claimsIn } from "./file_claims.js";
import { lookUp } from "./files.js";

export const FILE_STEPS = ["kit-file", "not-revoked", "key-counted", "not-replaced", "in-time"];
const LIST_SIZE = 1_048_576;
const REVOKED = 1;
const REPLACED = 3;

// `list` is what issuer.js read, or null: it may be newer than the index. Returns what `verdict` of verdict.js returns; `listAt` is
// when the index was made, `loggedAt` when the log noted the file, `issuer` who the index says the issuer is.
export async function fileVerdict(bytes, base, list, now = new Date()) {
  try {
    const told = await lookUp(bytes, base);
    const claims = told.found ? await claimsIn(bytes, told.found) : null;
    const [outcome, reason, held] = told.found ? judged(told.found, claims, list, now) : ["cannot-tell", "kit-file-unknown", 0];
    return { ...shown(outcome, reason, held), claims, loggedAt: told.found?.loggedAt ?? null, listAt: told.madeAt, issuer: told.issuer };
  } catch {
    return { ...shown("cannot-tell", "kit-files-away", 0), claims: null, loggedAt: null, listAt: null, issuer: "" };
  }
}

function judged({ standing }, claims, list, now) {
  const listed = list && claims.index !== null ? list.status((claims.list - 1) * LIST_SIZE + claims.index) : 0;
  if (standing === "revoked" || listed === REVOKED) return ["not-valid", "revoked", 1];
  if (standing === "doubtful") return ["cannot-tell", "seal-not-trusted", 2];
  if (standing === "replaced" || listed === REPLACED) return ["was-valid", "replaced", 3];
  if (claims.endsAt && claims.endsAt <= now) return ["was-valid", "expired", 4];
  return ["valid", "", 5];
}

function shown(outcome, reason, held) {
  const steps = FILE_STEPS.map((code, place) => ({ code, held: place < held ? true : place === held && reason ? false : null }));
  return { outcome, reason, held, steps };
}
