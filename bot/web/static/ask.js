/* The ask page with scripts: fields fill the reply as one types, what is ready is copied, keys move about.
   Nothing here is needed to ask, read or say what was wrong. */
"use strict";

(() => {
  const find = (selector, from = document) => from.querySelector(selector);
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  document.documentElement.classList.add("with-scripts");

  /* What was typed, by placeholder. It stays from reply to reply of one question, so that nobody types it twice; another
     question may be about another customer, so only the agent's own name stays then. */
  const typed = new Map();
  let question = "";
  const OWN = ["agent_name"];

  const stored = (storage, name) => { try { return storage.getItem(name); } catch { return null; } };
  const store = (storage, name, value) => { try { storage.setItem(name, value); } catch { /* private window: not kept */ } };

  function refill() {
    for (const mark of all("#reply mark[data-name]")) {
      const value = (typed.get(mark.dataset.name) || "").trim();
      mark.textContent = value || mark.dataset.asWritten;
      mark.classList.toggle("filled", value !== "");
    }
    say("gaps", "");
    say("copied", "");
    const withGaps = find("#with-gaps");
    if (withGaps) withGaps.hidden = true;
  }

  function setUp() {
    const asked = location.pathname;
    if (asked !== question) {
      for (const name of typed.keys()) if (!OWN.includes(name)) typed.delete(name);
      question = asked;
    }
    for (const name of OWN) if (!typed.get(name)) typed.set(name, stored(sessionStorage, `sopbot.${name}`) || "");
    for (const field of all("#reply [data-field]")) {
      if (field.value) typed.set(field.dataset.field, field.value);
      else field.value = typed.get(field.dataset.field) || "";
    }
    refill();
  }

  function say(id, text) {
    const place = document.getElementById(id);
    if (place) place.textContent = text;
  }

  /* Copying. */

  function gapsIn(part) {
    return all("mark[data-name]:not(.filled)", part);
  }

  async function copy(id, despiteGaps) {
    const part = document.getElementById(id);
    if (!part) return;
    const gaps = gapsIn(part);
    if (gaps.length && !despiteGaps) {
      const names = [...new Set(gaps.map((gap) => gap.dataset.name))];
      const words = names.map((name) => name.replaceAll("_", " "));
      say("copied", "");
      say("gaps", `Not copied: ${words.length === 1 ? "one field is" : `${words.length} fields are`} empty: ${words.join(", ")}.`);
      const withGaps = find("#with-gaps");
      withGaps.hidden = false;
      withGaps.dataset.part = id;
      document.getElementById(`field-${names[0]}`)?.focus();
      return;
    }
    const done = await copied(part);
    say("gaps", "");
    find("#with-gaps").hidden = true;
    const what = id === "subject" ? "The subject" : "The reply";
    const left = gaps.length ? `, with ${gaps.length === 1 ? "one gap" : `${gaps.length} gaps`}` : "";
    say("copied", done ? `${what} is copied${left}.` : `${what} is selected${left}. Copy it with Ctrl+C, or ⌘C.`);
  }

  async function copied(part) {
    const text = part.textContent;
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch { /* not allowed, or not https: the way that browsers had before */ }
    const box = document.createElement("textarea");
    box.value = text;
    box.className = "hidden-visually";
    document.body.append(box);
    box.select();
    let done = false;
    try { done = document.execCommand("copy"); } catch { done = false; }
    box.remove();
    if (!done) {
      const range = document.createRange();
      range.selectNodeContents(part);
      getSelection().removeAllRanges();
      getSelection().addRange(range);
    }
    return done;
  }

  document.addEventListener("input", (event) => {
    const name = event.target.dataset?.field;
    if (!name) return;
    typed.set(name, event.target.value);
    if (OWN.includes(name)) store(sessionStorage, `sopbot.${name}`, event.target.value);
    refill();
  });

  document.addEventListener("submit", (event) => {
    if (event.target.matches("#reply .fields")) event.preventDefault(); // Enter in a field: the preview shows it already
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("button");
    if (button?.dataset.copies) copy(button.dataset.copies, false);
    else if (button?.id === "with-gaps") copy(button.dataset.part, true);
  });

  /* The channel that is chosen above shows its reply at once. */
  document.addEventListener("change", (event) => {
    if (event.target.id === "keys-on") store(localStorage, "sopbot.keys", event.target.checked ? "on" : "off");
    if (event.target.id !== "channel" || !event.target.value) return;
    const links = all("#reply .replies a");
    const link = links.find((one) => one.dataset.channel === event.target.value);
    if (link && !link.hasAttribute("aria-current")) link.click();
    else if (!link && find("#reply")) say("said", `There is no reply for ${event.target.selectedOptions[0].text}.`);
  });

  /* What comes back. */

  document.addEventListener("htmx:afterSettle", (event) => {
    setUp();
    const target = event.detail.target;
    const heading = { outcome: "#outcome [data-heading]", reply: "#reply-title", feedback: ".thanks" }[target?.id];
    if (!heading) return;
    if (target.id === "outcome") {
      say("trouble", "");
      say("said", find(heading)?.dataset.said || "");
    }
    find(heading)?.focus(); // what was pressed may be gone
  });

  document.addEventListener("htmx:sendError", () => say("trouble", "The server cannot be reached. Check your connection, then ask again."));
  document.addEventListener("htmx:timeout", () => say("trouble", "The server did not answer in time. Ask again."));
  document.addEventListener("htmx:responseError", (event) => {
    const answer = event.detail.xhr;
    const trouble = find("#trouble");
    trouble.textContent = told(answer);
    if (answer.status === 401) {
      const link = document.createElement("a");
      link.href = "/ask";
      link.textContent = "Sign in again";
      trouble.append(" ", link);
    }
    trouble.scrollIntoView({ block: "nearest" });
  });

  function told(answer) {
    if ((answer.getResponseHeader("Content-Type") || "").includes("json")) {
      try { return JSON.parse(answer.responseText).detail; } catch { /* cut off */ }
    }
    const main = new DOMParser().parseFromString(answer.responseText, "text/html").querySelector("main p");
    return main?.textContent || `The server could not do that (${answer.status}). Try again in a minute.`;
  }

  /* Keys. */

  const inField = (element) => element.closest("input, textarea, select, [contenteditable]") !== null;
  const keysOn = () => stored(localStorage, "sopbot.keys") !== "off";

  function walk(step, begin) {
    const stops = all("main .walk").filter((stop) => stop.checkVisibility());
    const at = stops.indexOf(document.activeElement);
    if (!stops.length || (at < 0 && !begin)) return false;
    const next = stops[at < 0 ? (step > 0 ? 0 : stops.length - 1) : Math.min(Math.max(at + step, 0), stops.length - 1)];
    next.focus();
    next.scrollIntoView({ block: "nearest" });
    return true;
  }

  const KEYS = {
    "/": () => { const field = find("#question"); field.focus(); field.select(); return true; },
    "j": () => walk(1, true),
    "k": () => walk(-1, true),
    "ArrowDown": () => walk(1, false),
    "ArrowUp": () => walk(-1, false),
    "r": () => { const first = find("#reply [data-field]") || find("#reply-title"); first?.focus(); return Boolean(first); },
    "c": () => { if (!find("#text")) return false; copy("text", false); return true; },
    "?": () => { const keys = find("#keys"); keys.open = true; find("summary", keys).focus(); keys.scrollIntoView({ block: "nearest" }); return true; },
  };

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.id === "question" && event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      if (event.target.value.trim() && !event.repeat) event.target.form.requestSubmit();
      return;
    }
    if (inField(event.target)) return;
    if (event.key.length === 1 && !keysOn()) return;
    if (Object.hasOwn(KEYS, event.key) && KEYS[event.key]()) event.preventDefault();
  });

  const box = find("#keys-on");
  if (box) box.checked = keysOn();
  setUp();
  if (location.hash === "#outcome" || location.hash === "#reply") find(location.hash === "#reply" ? "#reply-title" : "#outcome [data-heading]")?.focus();
})();
