// Deterministic CBOR (RFC 8949, section 4.2.1), read strictly: shortest forms, lengths stated, keys in order and once, no floats.
// Maps become Map, byte strings Uint8Array, integers Number; whatever else a token can't hold is an error.

const DEEPEST = 8;
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export class Tagged {
  constructor(tag, value) {
    this.tag = tag;
    this.value = value;
  }
}

export function decode(bytes) {
  const reader = { bytes, at: 0 };
  const value = item(reader, DEEPEST);
  if (reader.at !== bytes.length) throw new Error("something behind the end");
  return value;
}

function item(reader, depth) {
  if (depth === 0) throw new Error("too deep");
  const first = take(reader, 1)[0];
  const argument = number(reader, first & 31);
  switch (first >> 5) {
    case 0: return argument;
    case 1: return -1 - argument;
    case 2: return take(reader, argument);
    case 3: return utf8.decode(take(reader, argument));
    case 4: return Array.from({ length: counted(reader, argument) }, () => item(reader, depth - 1));
    case 5: return pairs(reader, counted(reader, argument), depth - 1);
    case 6: return new Tagged(argument, item(reader, depth - 1));
    default: throw new Error("a simple value or a float");
  }
}

function number(reader, short) {
  if (short < 24) return short;
  if (short > 26) throw new Error("a length that is not stated, or more than 32 bits");
  const size = 1 << (short - 24);
  const value = take(reader, size).reduce((sum, byte) => sum * 256 + byte, 0);
  if (value < [24, 256, 65536][short - 24]) throw new Error("a longer form than needed");
  return value;
}

function pairs(reader, count, depth) {
  const found = new Map();
  let before = "";
  for (let place = 0; place < count; place += 1) {
    const start = reader.at;
    const key = item(reader, depth);
    const written = Array.from(reader.bytes.subarray(start, reader.at), (byte) => String.fromCharCode(byte)).join("");
    // Keys of one length in order, shorter ones first: for the keys that tokens have, both orders of RFC 8949 are the same.
    if (place && (written.length < before.length || (written.length === before.length && written <= before))) throw new Error("keys out of order");
    before = written;
    found.set(key, item(reader, depth));
  }
  return found;
}

function counted(reader, count) {
  if (count > reader.bytes.length - reader.at) throw new Error("a length beyond the end");
  return count;
}

function take(reader, count) {
  counted(reader, count);
  reader.at += count;
  return reader.bytes.subarray(reader.at - count, reader.at);
}

// What is signed is an array of a text and three byte strings; more need not be written here.
export function sigStructure(context, ...strings) {
  const text = new TextEncoder().encode(context);
  const written = [new Uint8Array([0x80 | (strings.length + 1)]), head(3, text.length), text];
  for (const bytes of strings) written.push(head(2, bytes.length), bytes);
  return joined(written);
}

function head(major, length) {
  const kind = major << 5;
  if (length < 24) return new Uint8Array([kind | length]);
  if (length < 256) return new Uint8Array([kind | 24, length]);
  if (length < 65536) return new Uint8Array([kind | 25, length >> 8, length & 255]);
  return new Uint8Array([kind | 26, (length >>> 24) & 255, (length >> 16) & 255, (length >> 8) & 255, length & 255]);
}

function joined(parts) {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  parts.reduce((at, part) => (all.set(part, at), at + part.length), 0);
  return all;
}
