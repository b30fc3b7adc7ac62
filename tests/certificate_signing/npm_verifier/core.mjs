// Reads {did, status, credentials: {name: credential}} and prints {name: {signature, expiration, status, registered, fatal}} as
// @digitalcredentials/verifier-core sees them. What it would fetch is answered from what it was given, and nothing else is.
import fs from 'node:fs';

const given = JSON.parse(fs.readFileSync(0));
const base = new URL(given.base);
const published = new Map([
  [new URL('/.well-known/did.json', base).href, given.did],
  [given.status.id, given.status],
]);
const refused = [];
globalThis.fetch = async request => {
  const url = typeof request === 'string' ? request : request.url ?? request.href;
  const found = published.get(url);
  if (found === undefined) {
    refused.push(url);
    return new Response('{}', {status: 404, headers: {'content-type': 'application/json'}});
  }
  return new Response(JSON.stringify(found), {status: 200, headers: {'content-type': 'application/json'}});
};

const {verifyCredential} = await import('@digitalcredentials/verifier-core');
const answers = {};
for (const [name, credential] of Object.entries(given.credentials)) {
  const result = await verifyCredential({credential, knownDIDRegistries: []});
  const step = id => result.log?.find(entry => entry.id === id);
  answers[name] = {
    signature: step('valid_signature')?.valid ?? null,
    expiration: step('expiration')?.valid ?? null,
    status: step('revocation_status')?.valid ?? null,
    fatal: result.errors?.map(each => `${each.name}: ${each.message}`).join(' | ') ?? null,
    more: step('revocation_status')?.error?.message ?? null,
  };
}
console.log(JSON.stringify({answers, refused: [...new Set(refused)]}));
