// The token behind the # of a certificate's address (certificate_signing/offline_token.py): from its digits to what it says.

import { decode } from "./cbor.js";
import { read } from "./cose.js";

const LARGEST = 512;
const LONGEST = { holder: 300, award: 300, level: 40 };
const ALPHABET = "123456789ABCDEFGHJKMNPQRSTVWXYZ";
const RANDOM = 23;
const DAY = 86_400_000;

// Digits as tokens have them; anything else behind a # is no token.
export const DIGITS = /^[1-9][0-9]{200,1299}$/;

export function bytesOf(digits) {
  if (!DIGITS.test(digits)) throw new Error("no digits");
  let hex = BigInt(digits).toString(16);
  if (hex.length % 2) hex = `0${hex}`;
  return Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
}

// Returns { message, claims }. Throws for anything that the issuer does not write.
export function parse(bytes) {
  const message = read(bytes, LARGEST);
  return { message, claims: claims(message.payload) };
}

function claims(payload) {
  const outer = mapping(decode(payload), [7, -65537], [4]);
  const said = mapping(outer.get(-65537), [1, 2, 4, 5], [3, 6, 7]);
  const number = outer.get(7);
  if (outer.has(4) !== said.has(6)) throw new Error("an end without its day");
  if (!(number instanceof Uint8Array) || number.length < 8 || number.length > 32) throw new Error("no number");
  return {
    number: spelt(number),
    holder: text(said.get(1), "holder"),
    award: text(said.get(2), "award"),
    level: said.has(3) ? text(said.get(3), "level") : "",
    issuedOn: day(said.get(4)),
    index: whole(said.get(5)),
    lastDay: said.has(6) ? day(said.get(6)) : null,
    endsAt: outer.has(4) ? new Date(whole(outer.get(4)) * 1000) : null,
    shortened: said.has(7) ? shortened(said.get(7)) : [],
  };
}

function mapping(value, needed, optional) {
  const known = value instanceof Map && needed.every((name) => value.has(name)) && [...value.keys()].every((name) => needed.includes(name) || optional.includes(name));
  if (!known) throw new Error("claims missing or unknown");
  return value;
}

function text(value, name) {
  const size = typeof value === "string" ? new TextEncoder().encode(value).length : 0;
  if (!size || size > LONGEST[name] || /\p{Cc}/u.test(value)) throw new Error(`no ${name}`);
  return value;
}

function whole(value) {
  if (!Number.isInteger(value) || value < 0) throw new Error("no whole number");
  return value;
}

function day(value) {
  const found = new Date(whole(value) * DAY);
  if (Number.isNaN(found.getTime()) || found.getUTCFullYear() > 9999) throw new Error("no day");
  return found;
}

function shortened(value) {
  if (!["1", "2", "1,2"].includes(Array.isArray(value) ? value.join() : "")) throw new Error("no list of what is shortened");
  return value.map((label) => ({ 1: "holder", 2: "award" })[label]);
}

// The number as it is printed, from the bytes that stand for it; "" if there is none (lti_tool/issuing/number.py).
function spelt(bytes) {
  let value = bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
  let random = "";
  for (let place = 0; place < RANDOM; place += 1) {
    random = ALPHABET[Number(value % 31n)] + random;
    value /= 31n;
  }
  if (value || bytes.length !== 15) return "";
  const weighted = [...random].reduce((sum, character, place) => sum + (place + 1) * ALPHABET.indexOf(character), 0);
  // The inverse of 24 (mod 31) is 22, since 24 · 22 = 528 = 17 · 31 + 1.
  const check = (((-weighted * 22) % 31) + 31) % 31;
  return random + ALPHABET[check];
}
