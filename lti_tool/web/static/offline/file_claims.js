// What a file of the issuer's says, once it is known to be one: PDFs carry their credential, JWTs are one. Nothing here proves anything.

import { sha256, text } from "./files.js";

const PATH = /\/c\/([0-9A-Z]{24})(?![0-9A-Z])/g;
const DOMAIN = "sealwright-log-subject\n";
// One character a byte, so that places in the text are places in the file.
const latin = new TextDecoder("latin1");
const utf8 = new TextDecoder("utf-8", { fatal: true });

// Returns what verdict.js returns of a token, with `issuedAt` instead of a day: whatever can't be found is "". `subject` is the
// beginning of the hash by which the log knows the certificate: so a number in the file is known to be its own.
export async function claimsIn(bytes, { form, subject }) {
  const nothing = { holder: "", award: "", level: "", issuedAt: null, lastDay: null, endsAt: null, list: null, index: null };
  const said = await opened(bytes, form).then(read).catch(() => nothing);
  return { ...said, shortened: [], number: await numberIn(said.id ?? "", bytes, subject) };
}

async function opened(bytes, form) {
  if (form === "credential") return JSON.parse(utf8.decode(bytes));
  if (form === "jwt") return JSON.parse(utf8.decode(fromBase64(latin.decode(bytes).split(".")[1])));
  return embedded(bytes);
}

function read(document) {
  const subject = document.credentialSubject;
  const ends = document.validUntil ? new Date(document.validUntil) : null;
  const status = [document.credentialStatus].flat()[0];
  return {
    id: String(document.id),
    holder: String(subject.identifier[0].identityHash),
    award: String(subject.achievement.name),
    level: subject.result ? String(subject.result[0].value) : "",
    issuedAt: new Date(document.awardedDate),
    lastDay: ends,
    endsAt: ends,
    list: Number(/\/status\/(\d+)$/.exec(status.statusListCredential)[1]),
    index: Number(status.statusListIndex),
  };
}

async function numberIn(id, bytes, subject) {
  const places = `${id}\n${latin.decode(bytes)}`;
  for (const number of new Set(Array.from(places.matchAll(PATH), (match) => match[1]))) {
    const hash = await sha256(new TextEncoder().encode(DOMAIN + number));
    if (text(hash).startsWith(subject)) return number;
  }
  return "";
}

// The credential that a PDF carries: the one embedded file that holds one (ISO 32000-1, section 7.11.4).
async function embedded(bytes) {
  const content = latin.decode(bytes);
  for (const match of content.matchAll(/<<[^]{0,400}?\/EmbeddedFile[^]{0,400}?>>\s*stream\r?\n/g)) {
    const length = /\/Length (\d+)/.exec(match[0].slice(match[0].lastIndexOf("obj") + 1));
    const start = match.index + match[0].length;
    const document = length ? await parsed(bytes.slice(start, start + Number(length[1])), match[0].includes("/FlateDecode")) : null;
    if (document?.credentialSubject) return document;
  }
  throw new Error("no credential inside");
}

async function parsed(content, packed) {
  try {
    return JSON.parse(utf8.decode(packed ? await inflated(content) : content));
  } catch {
    return null;
  }
}

async function inflated(content) {
  return new Uint8Array(await new Response(new Blob([content]).stream().pipeThrough(new DecompressionStream("deflate"))).arrayBuffer());
}

function fromBase64(part) {
  return Uint8Array.from(atob(part.replaceAll("-", "+").replaceAll("_", "/")), (character) => character.charCodeAt(0));
}
