// The issuer's keys and list: fetched if there is a network, else as they were when there was one. Never an older one for a newer.

import { readKeys, readStatus } from "./issuer.js";

const KEPT = "sealwright-offline-data";
const PATIENCE = 4000;

// Returns { issuer, list }, each null if it was never had; `issuer.fresh` tells whether both were fetched just now.
export async function load(addresses) {
  const [kept, fetched] = await Promise.all([opened(fromCache(addresses)), opened(fromNetwork(addresses))]);
  if (fetched && !(kept && older(fetched, kept))) {
    await keep(addresses, fetched);
    return { issuer: { ...fetched.issuer, fresh: true }, list: fetched.list };
  }
  return kept ? { issuer: { ...kept.issuer, fresh: false }, list: kept.list } : { issuer: null, list: null };
}

function older(one, other) {
  return one.issuer.at < other.issuer.at || one.list.at < other.list.at;
}

async function opened(source) {
  try {
    const [keys, status] = await source;
    const issuer = readKeys(new TextDecoder().decode(keys));
    return { issuer, list: await readStatus(status, issuer), keys, status };
  } catch {
    // No network, nothing kept, or something that the issuer did not sign: as if it were not there.
    return null;
  }
}

function fromNetwork({ keys, status }) {
  return Promise.all([keys, status].map((address) => body(fetch(address, { cache: "no-cache", credentials: "omit", signal: AbortSignal.timeout(PATIENCE) }))));
}

async function fromCache({ keys, status }) {
  const cache = await caches.open(KEPT);
  return Promise.all([keys, status].map((address) => body(cache.match(address))));
}

async function body(answering) {
  const answer = await answering;
  if (!answer?.ok) throw new Error("no answer");
  return new Uint8Array(await answer.arrayBuffer());
}

async function keep(addresses, fetched) {
  try {
    const cache = await caches.open(KEPT);
    await Promise.all([cache.put(addresses.keys, new Response(fetched.keys)), cache.put(addresses.status, new Response(fetched.status))]);
  } catch {
    // A browser that keeps nothing, such as one in a private window, still checks while there is a network.
  }
}
