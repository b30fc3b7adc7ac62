// The service worker of the pages below /c/. It answers for a scanned code from what it keeps, so that no request tells the issuer
// which certificate somebody looks at. What it keeps is the page alone; of keys and lists it knows nothing.
// In front of this the server sets VERSION, PAGE, FILES: lti_tool/web/offline.py.

const KEPT = `sealwright-offline-page-${VERSION}`;
const ADDRESSES = FILES.map((address) => new URL(address, self.location).pathname);
const TOKEN = /^#[1-9][0-9]{200,1299}$/;

self.addEventListener("install", (event) => {
  event.waitUntil(keepAll().then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(forgetOthers().then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    event.respondWith(TOKEN.test(address.hash) && !address.search ? kept(PAGE) : fetch(request).catch(() => kept(PAGE)));
  } else if (ADDRESSES.includes(address.pathname)) {
    event.respondWith(kept(address.pathname));
  }
});

async function keepAll() {
  const cache = await caches.open(KEPT);
  await cache.addAll([PAGE, ...FILES].map((address) => new Request(address, { cache: "reload", credentials: "omit" })));
}

async function forgetOthers() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("sealwright-offline-page-") && name !== KEPT).map((name) => caches.delete(name)));
}

async function kept(address) {
  return (await (await caches.open(KEPT)).match(address)) ?? fetch(address);
}
