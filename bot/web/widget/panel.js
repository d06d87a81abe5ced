// Keys, clicks and answers -> which view the panel shows. One thing is loaded at a time: whatever somebody does next cancels
// what was on its way, so that nothing is ever shown that belongs to something asked earlier.

const TYPING_PAUSE_MS = 180;
const SLOW_MS = 3_000;
const RENEW_MS = 60_000;
const SMALL_SCREEN = "(max-width: 480px), (max-height: 480px)"; // as in widget.css
const A_WORD = /[\p{L}\p{N}]/u; // the server refuses questions without

class Panel {
  #title;
  #field;
  #content;
  #back;
  #status;
  #small = matchMedia(SMALL_SCREEN);
  #view = null;
  #behind = [];
  #faq = null;
  #loading = new AbortController();
  #typing = 0;
  #renewing = 0;
  #onToggle;

  /**
   * @param {object} options from `readOptions`
   * @param {Server} server
   * @param {function(boolean): void} onToggle hears whether the panel is open, after that has changed
   */
  constructor(options, server, onToggle) {
    Object.assign(this, { options, server });
    this.#onToggle = onToggle;
    this.#build(options.texts);
    this.#small.addEventListener("change", () => this.isOpen && this.#show());
    document.addEventListener("visibilitychange", () => this.#renew());
    addEventListener("pagehide", () => this.#view?.leave?.());
  }

  #build(texts) {
    const round = (name, onclick, kind = "") => element("button", { type: onclick ? "button" : "submit", class: `round ${kind}`, "aria-label": texts[name], onclick }, icon(kind || name));
    this.#title = element("h2", { id: "title", tabindex: "-1", dir: "auto" }, texts.title);
    this.#back = round("back", () => this.#goBack());
    this.#field = element("input", {
      type: "search", "aria-label": texts.search, placeholder: texts.search, dir: "auto", maxlength: "500", autocomplete: "off", enterkeyhint: "search", oninput: () => this.#typed(),
    });
    const form = element("form", { class: "search", role: "search", onsubmit: (event) => (event.preventDefault(), this.ask(this.#field.value)) },
      icon("search"), this.#field, round("submit", undefined, "send"));
    this.#content = element("div", { class: "content" });
    this.#status = element("p", { class: "unseen", role: "status" });
    this.node = element("dialog", { class: "panel", "aria-labelledby": "title", oncancel: (event) => (event.preventDefault(), this.close()) },
      element("div", { class: "top" }, element("div", { class: "bar" }, this.#back, this.#title, round("close", () => this.close())), form), this.#content, this.#status);
    this.node.addEventListener("keydown", (event) => this.#key(event));
    // Outside the shadow root, keys seem to come from no field: the page's own shortcuts would take them.
    for (const kind of ["keydown", "keypress", "keyup"]) this.node.addEventListener(kind, (event) => event.stopPropagation());
  }

  get isOpen() {
    return this.node.open;
  }

  /** Show the panel, as it was left; with a question, ask it. */
  open(question = "") {
    if (!this.isOpen) {
      this.#show();
      this.#onToggle(true);
      this.#renewing = setInterval(() => this.#renew(), RENEW_MS);
      // On a phone the field would bring up the keyboard, over half of what there is to read.
      (this.#small.matches ? this.#title : this.#field).focus();
      this.#renew();
    }
    if (question) {
      this.#field.value = question;
      this.ask(question);
    } else if (!this.#view) {
      this.#home("stay");
    }
  }

  close() {
    if (!this.isOpen) return;
    this.#view?.leave?.();
    clearInterval(this.#renewing);
    this.node.close();
    this.#onToggle(false);
  }

  /** Ask a question; the server stores it. */
  ask(text) {
    const question = text.trim();
    if (!A_WORD.test(question)) {
      this.say(this.options.texts.empty);
      this.#field.focus();
      return;
    }
    this.#behind = [];
    this.go(async (signal) => outcomeView(this, await this.server.ask(question, signal)), { keep: false });
  }

  /** The topics of today. The browser has kept them and only asks whether they still hold, so this costs little. */
  async faq(signal) {
    return (this.#faq = await this.server.faq(signal));
  }

  /** Tell people who use a screen reader. */
  say(sentence) {
    this.#status.textContent = "";
    requestAnimationFrame(() => (this.#status.textContent = sentence)); // the same sentence twice is a change too
  }

  /**
   * Load a view and show it.
   * @param {function(AbortSignal): Promise<object>} load gives the view
   * @param {object} how `keep`: "back" returns to what is shown now; `focus`: see `#put`
   */
  async go(load, { keep = true, focus = "heading" } = {}) {
    const own = this.#instead();
    const before = keep && this.#view?.generation ? [{ view: this.#view, focus: this.#focused()?.dataset.id }] : [];
    this.#content.setAttribute("aria-busy", "true");
    const slow = setTimeout(() => this.#put(noticeView(this, this.options.texts.slow, null), "stay"), SLOW_MS);
    try {
      let view = await load(own.signal);
      if (!own.signal.aborted && this.#isOld(view)) view = await view.renew(own.signal);
      if (own.signal.aborted) return;
      this.#behind.push(...before);
      this.#put(view, focus);
    } catch (error) {
      if (!own.signal.aborted) this.#tell(error, focus, own.signal, () => this.go(load, { keep, focus }));
    } finally {
      clearTimeout(slow);
      if (this.#loading === own) this.#content.removeAttribute("aria-busy");
    }
  }

  /** Cancel what is on its way; what comes now is loaded under the controller that this gives. */
  #instead() {
    clearTimeout(this.#typing);
    this.#loading.abort();
    this.#content.removeAttribute("aria-busy");
    return (this.#loading = new AbortController());
  }

  /** Beside the page it is one part of it among others; over all of a small screen it keeps the focus inside. */
  #show() {
    const active = this.node.getRootNode().activeElement;
    if (this.isOpen) this.node.close();
    if (this.#small.matches) this.node.showModal();
    else this.node.show();
    active?.focus();
  }

  /** Go back to where one begins. */
  home() {
    this.#field.value = "";
    this.#home("heading");
  }

  #home(focus) {
    this.#behind = [];
    this.go(async (signal) => topicsView(this, await this.faq(signal)), { keep: false, focus });
  }

  #goBack() {
    const last = this.#behind.pop();
    if (!last) return this.home();
    const load = async (signal) => {
      const now = await last.view.renew(signal);
      if (now.content !== last.view.content) return now;
      last.view.generation = now.generation;
      return last.view;
    };
    this.go(load, { keep: false, focus: last.focus ?? "heading" });
  }

  #isOld(view) {
    return Boolean(view.renew) && view.generation !== this.server.generation;
  }

  #typed() {
    const text = this.#field.value.trim();
    if (!A_WORD.test(text)) {
      if (!this.#view?.home) this.#home("stay");
      return;
    }
    this.#instead();
    this.#behind = [];
    this.#put(resultsView(this, text, this.#faq, null), "stay");
    const search = (signal) => searchedView(this, text, signal, this.#faq);
    this.#typing = setTimeout(() => this.go(search, { keep: false, focus: "stay" }), TYPING_PAUSE_MS);
  }

  #key(event) {
    if (event.isComposing) return;
    if (event.key === "Escape") {
      event.preventDefault();
      this.close();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const stops = [this.#field, ...this.#content.querySelectorAll(".row")];
      const place = stops.indexOf(this.node.getRootNode().activeElement);
      const next = place < 0 ? null : stops[place + (event.key === "ArrowDown" ? 1 : -1)];
      if (!next) return;
      event.preventDefault();
      next.focus();
    }
  }

  /** What is shown may be older than the index that serves now: get it anew, and change it where it differs. */
  async #renew() {
    const view = this.#view;
    const during = this.#loading;
    if (!this.isOpen || document.hidden || !view?.renew || this.#content.hasAttribute("aria-busy")) return;
    try {
      const next = await view.renew(during.signal);
      if (this.#view !== view || this.#loading !== during) return;
      if (next.content === view.content) view.generation = next.generation;
      else this.#put({ ...next, status: this.options.texts.updated }, this.#focused()?.dataset.id ?? (this.#focused() ? "heading" : "stay"));
    } catch (error) {
      if (error.kind === "gone" && this.#view === view) this.#tell(error, "stay", during.signal, null);
    }
  }

  /** Show a view. Focus goes to its "heading", to the row of a data-id, or may "stay" where it is as long as that is there. */
  #put(view, focus) {
    const lost = Boolean(this.#focused());
    if (this.#view !== view) this.#view?.leave?.();
    this.#view = view;
    this.#content.replaceChildren(view.node);
    this.#content.scrollTop = 0;
    this.#back.hidden = Boolean(view.home) && this.#field.value === "";
    if (view.status) this.say(view.status);
    if (!this.isOpen || (focus === "stay" && !lost)) return;
    (view.node.querySelector(`[data-id="${CSS.escape(focus)}"]`) ?? view.node.querySelector("[tabindex='-1']") ?? this.#field).focus();
  }

  #focused() {
    const active = this.node.getRootNode().activeElement;
    return this.#content.contains(active) ? active : null;
  }

  #tell(error, focus, signal, retry) {
    if (!(error instanceof Trouble)) console.error("sopbot:", error);
    const { kind = "broken", wait = 0, reference = "–" } = error instanceof Trouble ? error : {};
    const mayHelp = ["offline", "unreachable", "broken"].includes(kind);
    this.#put(noticeView(this, fill(this.options.texts[kind], { n: wait, id: reference }), mayHelp ? retry : null), focus);
    if (kind === "busy" && retry) {
      const timer = setTimeout(retry, wait * 1000);
      signal.addEventListener("abort", () => clearTimeout(timer));
    }
  }
}
