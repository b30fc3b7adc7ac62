// COSE_Sign1 with Ed25519, in the one form that the issuer writes (certificate_signing/cose_sign1.py).

import { Tagged, decode, sigStructure } from "./cbor.js";

const ALGORITHM = 1;
const KEY_ID = 4;
const TYPE = 16;
const EDDSA = -8;

// Returns { keyId, payload, signature, signed }: nothing of it is to be believed before `holds` was asked. Throws for another form.
export function read(bytes, most, type = "") {
  if (bytes.length > most) throw new Error("too long");
  const token = decode(bytes);
  if (!(token instanceof Tagged) || token.tag !== 18 || !Array.isArray(token.value) || token.value.length !== 4) throw new Error("no COSE_Sign1");
  const [header, unprotected, payload, signature] = token.value;
  if (![header, payload, signature].every((part) => part instanceof Uint8Array)) throw new Error("parts missing");
  if (!(unprotected instanceof Map) || unprotected.size || signature.length !== 64) throw new Error("another form");
  return { keyId: named(decode(header), type), payload, signature, signed: sigStructure("Signature1", header, new Uint8Array(), payload) };
}

function named(header, type) {
  const kid = header instanceof Map ? header.get(KEY_ID) : null;
  const known = header instanceof Map && header.get(ALGORITHM) === EDDSA && header.size === (type ? 3 : 2);
  if (!known || (type && header.get(TYPE) !== type)) throw new Error("a header that we don't know");
  if (!(kid instanceof Uint8Array) || kid.length !== 8) throw new Error("no key named");
  return Array.from(kid, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// Tells whether the signature is right under the 32 bytes of a public key.
export async function holds(message, publicKey) {
  const key = await crypto.subtle.importKey("raw", publicKey, { name: "Ed25519" }, false, ["verify"]);
  return crypto.subtle.verify({ name: "Ed25519" }, key, message.signature, message.signed);
}

// Tells whether this browser knows Ed25519 at all: an old one, or a page without https, does not.
export async function able() {
  try {
    await crypto.subtle.importKey("raw", new Uint8Array(32).fill(1, 31), { name: "Ed25519" }, false, ["verify"]);
    return typeof DecompressionStream === "function";
  } catch {
    return false;
  }
}
