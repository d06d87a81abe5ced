// Requests to the server -> its answers, or a Trouble that can be told in one sentence.

const TIMEOUT_MS = 20_000;
const DEFAULT_WAIT_SECONDS = 5;

/** Why there is no answer. `kind` names the text that says so. */
class Trouble extends Error {
  constructor(kind, { wait = 0, reference = "" } = {}) {
    super(kind);
    Object.assign(this, { kind, wait, reference });
  }
}

class Server {
  /** The build of the index that answered last; what is shown from another one is out of date. */
  generation = "";
  #base;
  #sent = 0;
  #latest = 0;

  /** @param {URL} base address of the folder that `widget.js` lies in */
  constructor(base) {
    this.#base = base;
  }

  faq = (signal) => this.#request("v1/faq", null, signal);
  search = (text, signal) => this.#request(`v1/search?${new URLSearchParams({ q: text, limit: "6" })}`, null, signal);
  entry = (id, signal) => this.#request(`v1/entries/${encodeURIComponent(id)}`, null, signal);
  ask = (question, signal) => this.#request("v1/ask", { question, client: "widget" }, signal);
  choose = (choice, signal) => this.#request("v1/choices", choice, signal);
  feedback = (given) => this.#request("v1/feedback", given, null);

  /** An address that the server gave, such as /faq/returns/…, in full. */
  address = (path) => new URL(path.replace(/^\//, ""), this.#base).href;

  async #request(path, body, signal) {
    const number = ++this.#sent;
    const own = new AbortController();
    const stop = () => own.abort();
    signal?.addEventListener("abort", stop);
    const timer = setTimeout(stop, TIMEOUT_MS);
    try {
      const response = await fetch(new URL(path, this.#base), {
        ...(body && { method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json" }, keepalive: true }),
        cache: "no-cache", // asks the server each time; it says in a few bytes when nothing has changed
        credentials: "omit",
        referrerPolicy: "no-referrer",
        signal: own.signal,
      });
      if (!response.ok) throw await troubleOf(response);
      const answer = await response.json();
      // Answers can overtake each other: the one that was asked for last knows best which build serves.
      if (answer.generation && number > this.#latest) [this.#latest, this.generation] = [number, answer.generation];
      return answer;
    } catch (error) {
      if (signal?.aborted || error instanceof Trouble) throw error;
      if (own.signal.aborted) throw new Trouble("unreachable");
      if (!navigator.onLine) throw new Trouble("offline");
      console.warn(`sopbot: ${this.#base.origin} did not answer. Is ${location.origin} in its SOPBOT_CORS_ORIGINS, and ${this.#base.origin} in this page's connect-src?`);
      throw new Trouble("unreachable");
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", stop);
    }
  }
}

async function troubleOf(response) {
  if (response.status === 404) return new Trouble("gone");
  if (response.status === 429 || response.status === 503) {
    return new Trouble("busy", { wait: Number.parseInt(response.headers.get("Retry-After"), 10) || DEFAULT_WAIT_SECONDS });
  }
  if (response.status < 500) return new Trouble("empty");
  const problem = await response.json().catch(() => ({}));
  return new Trouble("broken", { reference: problem.request_id ?? response.status });
}
