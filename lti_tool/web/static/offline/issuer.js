// What the issuer publishes for checking without a network: its keys, and the signed list of what was revoked and replaced.

import { decode } from "./cbor.js";
import { holds, read } from "./cose.js";

const MEDIA_TYPE = "application/statuslist+cwt";
const LARGEST = 4_000_000;
const MOST_BYTES = 4_194_304;

// Returns { at, name, address, keys: Map of id to { public, created, retired, compromised } }. Throws for anything else.
export function readKeys(content) {
  const found = JSON.parse(content);
  if (found.version !== 1 || typeof found.issuer.name !== "string") throw new Error("another form of keys");
  return {
    at: instant(found.at),
    name: found.issuer.name,
    address: new URL(found.issuer.address).origin,
    keys: new Map(found.keys.map((key) => [key.id, usable(key)])),
  };
}

function usable(key) {
  const bytes = Uint8Array.from(atob(key.public.replaceAll("-", "+").replaceAll("_", "/")), (character) => character.charCodeAt(0));
  if (bytes.length !== 32) throw new Error("no key");
  return { public: bytes, created: instant(key.created), retired: key.retired ? instant(key.retired) : null, compromised: key.compromised === true };
}

function instant(text) {
  const found = new Date(text);
  if (typeof text !== "string" || Number.isNaN(found.getTime())) throw new Error("no instant");
  return found;
}

// Returns { at, status(index) }: 0 valid, 1 revoked, 3 replaced, null outside of the list. Throws unless a key of the issuer signed it.
export async function readStatus(bytes, issuer) {
  const message = read(bytes, LARGEST, MEDIA_TYPE);
  const key = issuer.keys.get(message.keyId);
  if (!key || key.compromised || !(await holds(message, key.public))) throw new Error("not signed by the issuer");
  const claims = decode(message.payload);
  const listed = claims.get(65533);
  const at = claims.get(6);
  if (!Number.isInteger(at) || listed.get("bits") !== 2) throw new Error("another form of list");
  const packed = await inflated(listed.get("lst"));
  return { at: new Date(at * 1000), status: (index) => (index < packed.length * 4 ? (packed[index >> 2] >> ((index & 3) * 2)) & 3 : null) };
}

async function inflated(compressed) {
  const reader = new Blob([compressed]).stream().pipeThrough(new DecompressionStream("deflate")).getReader();
  const parts = [];
  let size = 0;
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    size += next.value.length;
    if (size > MOST_BYTES) throw new Error("too long a list");
    parts.push(next.value);
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}
