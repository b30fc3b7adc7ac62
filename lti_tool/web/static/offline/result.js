// An answer as the reader sees it. The words come with the page, in the reader's language.

const at = (id) => document.getElementById(id);
const DAY = 86_400_000;
// Days as the server writes them: 21 November 2026, 14:03.
const LANGUAGE = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang;

export const show = { busy, answer, fileAnswer, unable, nothing };

function busy() {
  at("offline-busy").hidden = false;
  at("offline-result").hidden = true;
  headline(null);
}

function answer(config, found, { issuer, list, number }) {
  const told = config.words[found.reason || "valid"];
  const dated = { until: found.claims?.lastDay ? day(found.claims.lastDay) : "" };
  headline({ ...told, word: filled(told.word, dated), sentence: sentence(config, told, found, issuer) });
  facts(found.claims, issuer, config);
  steps(config, found, told.mood);
  asOf(config, issuer, list);
  ask(config, found.claims?.number ?? number);
  at("offline-result").hidden = false;
}

function fileAnswer(config, found) {
  const told = config.words[found.reason || "valid"];
  const made = { when: found.listAt ? moment(found.listAt) : "", day: found.loggedAt ? moment(found.loggedAt) : "" };
  const dated = { until: found.claims?.lastDay ? day(found.claims.lastDay) : "" };
  headline({ ...told, word: filled(told.word, dated), sentence: filled(found.reason ? told.sentence : config.texts.validFile, made) });
  facts(found.claims, { name: found.issuer }, config);
  steps(config, found, told.mood);
  at("offline-old").hidden = true;
  at("offline-as-of").hidden = !found.listAt;
  at("offline-as-of").textContent = filled(config.texts.asOfFile, made);
  ask(config, "");
  at("offline-result").hidden = false;
}

function unable(config, shown) {
  headline(config.words.unable);
  ask(config, shown.number);
}

function nothing(config, shown) {
  at("offline-result").hidden = true;
  headline(shown.number ? config.words["no-token"] : config.words["not-recognised"]);
  ask(config, shown.number);
}

function headline(told) {
  const section = at("offline-verdict");
  section.hidden = !told;
  if (!told) return;
  at("offline-busy").hidden = at("offline-title").hidden = true;
  section.className = `verdict ${told.mood}`;
  section.querySelector(".icon")?.remove();
  section.prepend(icon(told.icon));
  at("offline-word").textContent = told.word;
  at("offline-sentence").textContent = at("offline-told").textContent = told.sentence;
  document.title = told.word;
  at("offline-word").focus();
}

function sentence(config, told, found, issuer) {
  if (found.reason || (issuer?.fresh && !config.files)) return told.sentence;
  return filled(config.files ? config.texts.validCopy : config.texts.validThen, { when: moment(found.listAt) });
}

function facts(claims, issuer, config) {
  // Of a file whose own words this browser can't read it is known all the same that it is genuine.
  at("offline-facts").hidden = !claims?.holder;
  if (!claims?.holder) return;
  const cut = (name) => claims[name] + (claims.shortened.includes(name) ? "…" : "");
  for (const name of ["holder", "holder-again"]) at(`offline-${name}`).textContent = cut("holder");
  at("offline-award").textContent = cut("award");
  at("offline-level").textContent = claims.level;
  for (const part of document.querySelectorAll("[data-level]")) part.hidden = !claims.level;
  at("offline-shortened").hidden = !claims.shortened.length;
  // A code says the day, a credential the instant.
  const issued = claims.issuedAt ? moment(claims.issuedAt) : day(claims.issuedOn);
  at("offline-issued").textContent = filled(config.texts.issued, { day: issued, issuer: issuer.name });
  at("offline-issued-on").textContent = issued;
  at("offline-until").textContent = claims.lastDay ? day(claims.lastDay) : config.texts.noEnd;
  at("offline-issuer").textContent = issuer.name;
  at("offline-number").textContent = claims.number.replace(/.{4}(?=.)/g, "$&-");
}

function steps(config, found, mood) {
  const list = at("offline-steps");
  const why = found.reason ? config.words[found.reason].sentence : "";
  list.replaceChildren(...found.steps.map((step, place) => line(config, config.steps[step.code], step.held, mood, why, place + 1)));
}

function line(config, names, held, mood, why, number) {
  const made = at("offline-step").content.cloneNode(true);
  const summary = made.querySelector("summary");
  const drawn = held === null ? "circle" : held ? "check-circle-fill" : mood === "wrong" ? "x-circle-fill" : "exclamation-triangle-fill";
  const title = held === false ? names.fails : held ? names.holds : `${names.holds}: ${config.texts.notAsked}`;
  const counted = Object.assign(document.createElement("span"), { className: "step-number", textContent: number });
  summary.append(counted, " ", icon(drawn), ` ${title}`);
  summary.classList.toggle("text-faint", held === null);
  made.querySelector("p").textContent = held === false ? why : names.meaning;
  return made;
}

function asOf(config, issuer, list) {
  const place = at("offline-as-of");
  place.hidden = !list;
  if (!list) return;
  const age = Date.now() - list.at;
  const text = config.files ? config.texts.asOfCopy : issuer.fresh ? config.texts.asOfFresh : config.texts.asOfKept;
  place.textContent = filled(text, { when: moment(list.at), age: ago(age) });
  // A copy of a trust kit is as old as it is: there may be nobody any more who makes a newer one.
  at("offline-old").hidden = Boolean(config.files) || issuer.fresh || age < DAY;
}

function ask(config, number) {
  const link = at("offline-ask");
  at("offline-ask-part").hidden = !config.ask || !number;
  if (config.ask && number) link.href = `${config.ask}${number}?ask=issuer`;
}

function icon(name) {
  return at(`icon-${name}`).content.firstElementChild.cloneNode(true);
}

function filled(text, values) {
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "…");
}

function day(date) {
  return new Intl.DateTimeFormat(LANGUAGE, { dateStyle: "long", timeZone: "UTC" }).format(date);
}

function moment(date) {
  return new Intl.DateTimeFormat(LANGUAGE, { dateStyle: "long", timeStyle: "short" }).format(date);
}

function ago(milliseconds) {
  const format = new Intl.RelativeTimeFormat(LANGUAGE, { numeric: "auto" });
  const minutes = Math.max(0, Math.round(milliseconds / 60_000));
  if (minutes < 60) return format.format(-minutes, "minute");
  if (minutes < 48 * 60) return format.format(-Math.round(minutes / 60), "hour");
  return format.format(-Math.round(minutes / 60 / 24), "day");
}
