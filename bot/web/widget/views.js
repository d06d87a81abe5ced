// What the server said -> what the panel shows. A view is
//   node        its elements
//   generation  the build of the index they come from; "" where nothing in them comes from one
//   content     what would have to differ for a later build to show something else
//   renew       gets the same from the build that serves now
//   status      said to screen readers when it is shown
//   leave       called when it is no longer shown

/** From this confidence on an entry that the server finds is shown while somebody types. */
const WORTH_SHOWING = 0.25;
/** From here on the server's order is better than finding the typed letters in titles. */
const SURE = 0.5;
const MOST_SHOWN = 6;

/** The topics that the shop has chosen, or all; a single one shows its questions at once. */
function topicsView(panel, faq) {
  const { texts, topics: chosen } = panel.options;
  const topics = chosen.length ? chosen.map((id) => faq.topics.find(({ topic }) => topic === id)).filter(Boolean) : faq.topics;
  const open = (topic) => panel.go(async (signal) => topicView(panel, await panel.faq(signal), topic));
  const row = ({ topic, title, entries }) =>
    listRow(topic, [element("span", { dir: "auto" }, title), element("small", { "aria-hidden": "true" }, String(entries.length))], () => open(topic));
  const parts = {
    0: () => [contactBlock(panel)],
    1: () => [heading(topics[0].title, "label"), entryList(panel, topics[0].entries)],
  }[topics.length] ?? (() => [heading(texts.topics, "label"), element("ul", { class: "list" }, ...topics.map(row))]);
  return {
    node: element("div", {}, ...parts()),
    home: true,
    generation: faq.generation,
    content: JSON.stringify(topics),
    renew: async (signal) => topicsView(panel, await panel.faq(signal)),
  };
}

function topicView(panel, faq, id) {
  const found = faq.topics.find(({ topic }) => topic === id);
  if (!found) return topicsView(panel, faq);
  return {
    node: element("div", {}, heading(found.title), entryList(panel, found.entries)),
    generation: faq.generation,
    content: JSON.stringify(found),
    renew: async (signal) => topicView(panel, await panel.faq(signal), id),
  };
}

/**
 * What fits as somebody types: titles with words that begin as typed show at once, what the server finds by meaning joins them.
 * @param {object|null} faq the topics, if they are there by now
 * @param {object|null} found the server's answer, or null until it comes
 */
function resultsView(panel, text, faq, found) {
  const { texts } = panel.options;
  const entries = merged(text, faq, found);
  const count = found ? fill(texts.found, { n: entries.length }) : texts.searching;
  const choose = ({ entry_id: id }) => panel.go(async (signal) => chosenView(panel, await panel.server.choose({ question: text, entry_id: id, client: "widget" }, signal)));
  const ask = listRow("ask", [element("span", { dir: "auto" }, fill(texts.ask, { text }))], () => panel.ask(text), "asks");
  return {
    node: element("div", { "data-text": text }, element("h3", { class: "label" }, count), element("ul", { class: "list" }, ...entries.map((entry) => entryRow(entry, choose)), ask)),
    generation: found?.generation ?? "unfinished",
    content: JSON.stringify([count, entries.map(({ title }) => title)]),
    status: found ? count : "",
    renew: (signal) => searchedView(panel, text, signal),
  };
}

/** Search for a text. The topics may be those that are there, as long as they come from the build that was searched. */
async function searchedView(panel, text, signal, held = null) {
  const [faq, found] = await Promise.all([held ?? panel.faq(signal), panel.server.search(text, signal)]);
  return resultsView(panel, text, faq.generation === found.generation ? faq : await panel.faq(signal), found);
}

function merged(text, faq, found) {
  const wordsOf = (some) => some.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  const typed = wordsOf(text);
  const fits = ({ title }) => typed.every((beginning) => wordsOf(title).some((word) => word.startsWith(beginning)));
  const byLetters = faq?.generation === (found ?? faq)?.generation ? entriesOf(faq).filter(fits) : []; // older titles may have gone
  const byMeaning = (found?.results ?? []).filter(({ confidence }) => confidence >= WORTH_SHOWING);
  const all = byMeaning[0]?.confidence >= SURE ? [...byMeaning, ...byLetters] : [...byLetters, ...byMeaning];
  return all.filter((one, place) => all.findIndex(({ entry_id: id }) => id === one.entry_id) === place).slice(0, MOST_SHOWN);
}

const entriesOf = (faq) => faq?.topics.flatMap(({ entries }) => entries) ?? [];

/** Those of some entries that are still there, with their titles of today. */
const stillThere = (entries, faq) => entries.map(({ entry_id: id }) => entriesOf(faq).find((entry) => entry.entry_id === id)).filter(Boolean);

/** An outcome of the server -> the view for it. */
function outcomeView(panel, said) {
  if (said.answer) return chosenView(panel, said);
  return said.suggestions.length ? suggestionsView(panel, said) : notFoundView(panel);
}

const chosenView = (panel, said) => answerView(panel, said.answer, said.generation, said.query_id, said.suggestions);

function answerView(panel, entry, generation, queryId = null, also = []) {
  const { texts, language } = panel.options;
  const feedback = feedbackBlock(panel, { ...(queryId && { query_id: queryId }), entry_id: entry.entry_id });
  const { reviewed_on: reviewed, stale } = entry.citation;
  // As the FAQ pages write it; data-lang="en-US" has it the other way.
  const locale = language === "en" ? "en-GB" : language;
  const date = reviewed && new Intl.DateTimeFormat(locale, { dateStyle: "long", timeZone: "UTC" }).format(new Date(reviewed));
  const link = entry.url && element("a", { href: panel.server.address(entry.url) }, texts.link, icon("link"));
  return {
    node: element("article", {},
      heading(entry.title),
      answerBody(entry, panel),
      element("p", { class: "about quiet" }, link && outward(link, texts), date && element("span", {}, fill(texts.checked, { date })), stale ? element("span", {}, texts.due) : null),
      feedback.node,
      also.length ? element("section", { class: "block" }, heading(texts.also, "label"), entryList(panel, also, queryId)) : null),
    generation,
    content: JSON.stringify([entry.title, entry.body_html, entry.url, reviewed, stale, also.map(({ title }) => title)]),
    leave: feedback.leave,
    renew: async (signal) => {
      const now = await panel.server.entry(entry.entry_id, signal);
      return answerView(panel, now.entry, now.generation, queryId, also.length ? stillThere(also, await panel.faq(signal)) : []);
    },
  };
}

function suggestionsView(panel, { query_id: queryId, suggestions, generation }) {
  const { texts } = panel.options;
  const list = entryList(panel, suggestions, queryId);
  let told = false; // it counts once, however often somebody comes back
  const none = () => {
    if (!told) panel.server.feedback({ query_id: queryId, helpful: false }).catch(() => {}); // the question is stored in any case
    told = true;
    panel.go(async () => notFoundView(panel));
  };
  list.append(listRow("none", [element("span", {}, texts.none_of_these)], none, "asks"));
  return {
    node: element("div", {}, heading(texts.suggestions), list),
    generation,
    content: JSON.stringify(suggestions.map(({ title }) => title)),
    renew: async (signal) => {
      const faq = await panel.faq(signal);
      const still = stillThere(suggestions, faq);
      return still.length ? suggestionsView(panel, { query_id: queryId, suggestions: still, generation: faq.generation }) : notFoundView(panel);
    },
  };
}

function notFoundView(panel) {
  const { texts } = panel.options;
  const topics = listRow("topics", [element("span", {}, texts.topics)], () => panel.home());
  return { node: element("div", {}, heading(texts.not_found), element("p", {}, texts.not_found_more), element("ul", { class: "list" }, topics), contactBlock(panel)), generation: "" };
}

/** Something that stands in the way, said in a sentence; with a button where trying again may help. */
function noticeView(panel, sentence, retry) {
  const again = retry && element("button", { type: "button", class: "button", onclick: retry }, panel.options.texts.again);
  return { node: element("div", {}, element("div", { class: "notice" }, element("p", { role: "alert", tabindex: "-1" }, sentence), again), contactBlock(panel)), generation: "" };
}

function contactBlock({ options: { contact, texts } }) {
  if (!contact) return null;
  return element("div", { class: "contact block" }, element("p", {}, texts.contact_more), element("a", { class: "button main", href: contact.href }, contact.label));
}

/** Questions to choose from; with the id of the question that they were offered for, if they were. */
function entryList(panel, entries, queryId = null) {
  const chosen = async (id, signal) => {
    if (queryId) return chosenView(panel, await panel.server.choose({ query_id: queryId, entry_id: id, client: "widget" }, signal));
    const { entry, generation } = await panel.server.entry(id, signal);
    return answerView(panel, entry, generation);
  };
  return element("ul", { class: "list" }, ...entries.map((entry) => entryRow(entry, ({ entry_id: id }) => panel.go((signal) => chosen(id, signal)))));
}

const entryRow = (entry, choose) => listRow(entry.entry_id, [element("span", { dir: "auto" }, entry.title)], () => choose(entry));
const listRow = (id, children, onclick, kind = "") =>
  element("li", {}, element("button", { type: "button", class: `row ${kind}`, "data-id": id, onclick }, ...children, icon("forward")));
