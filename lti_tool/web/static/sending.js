// Brings one file to the server whatever the connection does: in one piece if it is small, else in parts, each tried again until it
// is there. Knows nothing of the page. After the IETF draft "Resumable Uploads for HTTP".

const SMALL = 1 << 20;
const FIRST_PART = 512 << 10;
const LEAST_PART = 64 << 10;
const MOST_PART = 4 << 20;
// A part should take about so many milliseconds: long enough to be quick, short enough to lose little.
const STEADY = 4000;
const LONGEST_PAUSE = 30000;
const MOST_TRIES = 12;
// Without one byte of progress for so long, the connection is dead, whatever the browser thinks.
const SILENCE = 45000;

/** What the server refused, in its own words; `again` if another try by hand may help. */
export class Refused extends Error {
  constructor(told, status) {
    super(told.happened ? `${told.happened} ${told.todo}` : "");
    this.code = told.code ?? "";
    this.status = status;
    this.again = status >= 500 || [0, 410, 429].includes(status);
    // What passes by itself: a broken connection, a server that starts anew, too many requests at once; never somebody's full share.
    this.passing = [0, 408, 502, 503, 504].includes(status) || this.code === "too-many-requests";
  }
}

/** One request; `moved` hears how many bytes of the body have gone. Rejects with Refused, status 0 for a broken connection. */
function ask(method, address, { body = null, headers = {}, moved = () => {} } = {}) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    let silence = 0;
    const alive = () => {
      clearTimeout(silence);
      silence = setTimeout(() => request.abort(), SILENCE);
    };
    request.open(method, address);
    for (const [name, value] of Object.entries({ Accept: "application/json", ...headers })) request.setRequestHeader(name, value);
    request.upload.addEventListener("progress", (event) => (alive(), moved(event.loaded)));
    request.addEventListener("loadend", () => {
      clearTimeout(silence);
      let told = {};
      try {
        told = JSON.parse(request.responseText);
      } catch {
        // An answer that is not ours, such as a proxy's page.
      }
      if (request.status >= 200 && request.status < 300) resolve({ told, offset: Number(request.getResponseHeader("Upload-Offset") ?? 0) });
      else reject(new Refused(told, request.status));
    });
    alive();
    request.send(body);
  });
}

/** Wait, longer after each failure, and no longer than until the connection is back. */
function pause(failures) {
  return new Promise((resolve) => {
    const milliseconds = Math.min(LONGEST_PAUSE, 1000 * 2 ** (failures - 1)) * (0.75 + Math.random() / 2);
    const timer = navigator.onLine ? setTimeout(done, milliseconds) : 0;
    function done() {
      clearTimeout(timer);
      removeEventListener("online", done);
      resolve();
    }
    addEventListener("online", done);
  });
}

/** Do something until it works, or is refused for good. */
async function tirelessly(act, waiting) {
  for (let failures = 0; ; ) {
    try {
      return await act();
    } catch (error) {
      if (!error.passing) throw error;
      failures += 1;
      if (failures > MOST_TRIES) throw error;
      waiting();
      await pause(failures);
    }
  }
}

async function checksum(file) {
  // Only trustworthy origins may; without it the file is not recognised after a reload, and that is all.
  if (!globalThis.crypto?.subtle) return "";
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function whole(file, form, told) {
  const body = new FormData();
  for (const name of ["csrf_token", "visit"]) body.append(name, form.elements[name].value);
  body.append("files", file, file.name);
  // The same bytes again are the same document, so a lost answer may be asked for again.
  await tirelessly(() => ask("POST", form.action, { body, moved: (sent) => told.sent(Math.min(sent, file.size)) }), told.waiting);
}

async function inParts(file, form, told) {
  const named = new FormData();
  for (const name of ["csrf_token", "visit"]) named.append(name, form.elements[name].value);
  named.append("name", file.name);
  named.append("size", String(file.size));
  named.append("sha256", await checksum(file));
  const begun = await tirelessly(() => ask("POST", form.dataset.parts, { body: named }), told.waiting);
  const { address } = begun.told;
  let { offset } = begun;
  let length = FIRST_PART;
  const step = async () => {
    const at = performance.now();
    const part = file.slice(offset, offset + length);
    const headers = {
      "Content-Type": "application/partial-upload",
      "Upload-Offset": String(offset),
      "X-CSRFToken": form.elements.csrf_token.value,
      "X-Visit": form.elements.visit.value,
    };
    try {
      const answer = await ask("PATCH", address, { body: part, headers, moved: (sent) => told.sent(Math.min(offset + sent, file.size)) });
      length = performance.now() - at < STEADY ? Math.min(2 * length, MOST_PART) : length;
      return answer;
    } catch (error) {
      length = Math.max(length / 2, LEAST_PART);
      // What arrived after all is not sent again: the server says where to go on.
      const lost = error.passing || ["upload-offset", "upload-part"].includes(error.code);
      if (!lost) throw error;
      ({ offset } = await ask("GET", address));
      throw new Refused({}, 0);
    }
  };
  for (let document = begun.told.document; !document; ) {
    told.sent(offset);
    const answer = await tirelessly(step, told.waiting);
    ({ offset } = answer);
    ({ document } = answer.told);
  }
}

/** Bring a file to the server. `told.sent(bytes)` and `told.waiting()` say how it goes; throws Refused. */
export async function send(file, form, told) {
  await (file.size <= SMALL ? whole : inParts)(file, form, told);
}
