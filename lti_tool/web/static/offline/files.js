// From a file to what the issuer's public log says of it, by the index of a trust kit (lti_tool/verification/kit_files.py). The file
// stays where it is: what is fetched is one shard of the index, which holds about a thousand files.

const FORMS = ["pdf", "credential", "jwt"];
const STANDINGS = [undefined, "revoked", "replaced", "doubtful"];
const MOST_BITS = 31;
const utf8 = new TextDecoder("utf-8", { fatal: true });

// Returns { issuer, madeAt, found }: `found` is null for a file that the index doesn't know, else { form, subject, loggedAt, standing
// ("", revoked, replaced or doubtful), since }. `base` is the index's address. Throws if it can't be had.
export async function lookUp(bytes, base) {
  const about = readAbout(await fetched(`${base}about.json`));
  for (const content of spellings(bytes)) {
    const digest = await sha256(content);
    const found = (await fetched(`${base}${shardPath(digest, about.bits)}`))[text(digest)];
    if (found) return { ...about, found: readRecord(found) };
  }
  return { ...about, found: null };
}

export async function sha256(content) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", content));
}

export function text(bytes) {
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

function readAbout(about) {
  const madeAt = new Date(about.made_at);
  const known = about.version === 1 && typeof about.issuer === "string" && Number.isInteger(about.bits) && about.bits >= 0 && about.bits <= MOST_BITS;
  if (!known || Number.isNaN(madeAt.getTime())) throw new Error("another form of index");
  return { issuer: about.issuer, madeAt, bits: about.bits };
}

function readRecord([form, subject, seconds, standing, since]) {
  if (!FORMS.includes(form) || !STANDINGS.includes(standing) || !Number.isInteger(seconds)) throw new Error("another form of record");
  return { form, subject, loggedAt: new Date(seconds * 1000), standing: standing ?? "", since: since ? new Date(since * 1000) : null };
}

// The file itself; a credential without the spaces that a wallet put between its parts; a JWT without a line's end.
function* spellings(bytes) {
  yield bytes;
  const written = textOf(bytes).trim();
  const other = new TextEncoder().encode(written.startsWith("{") ? unspaced(written) : written.startsWith("eyJ") ? written : "");
  if (other.length && other.length < bytes.length) yield other;
}

function textOf(bytes) {
  try {
    return utf8.decode(bytes);
  } catch {
    return "";
  }
}

function unspaced(json) {
  return json.replace(/"(?:[^"\\]|\\.)*"|[ \t\r\n]+/g, (part) => (part[0] === '"' ? part : ""));
}

// Three digits a folder, all but the last with an x before them, as in the log itself (C2SP tlog-tiles).
function shardPath(digest, bits) {
  const first = ((digest[0] << 24) | (digest[1] << 16) | (digest[2] << 8) | digest[3]) >>> 0;
  const parts = [];
  for (let number = bits ? first >>> (32 - bits) : 0, last = true; last || number; last = false, number = Math.floor(number / 1000))
    parts.unshift(`${last ? "" : "x"}${String(number % 1000).padStart(3, "0")}`);
  return `${parts.join("/")}.json`;
}

async function fetched(address) {
  const answer = await fetch(address, { cache: "no-cache", credentials: "omit", referrerPolicy: "no-referrer" });
  if (!answer.ok) throw new Error("no answer");
  return answer.json();
}
