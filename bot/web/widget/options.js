// The script tag's attributes -> options: texts, colours, contact, and where the server is.

/** @param {HTMLScriptElement} script the tag that loaded this file */
function readOptions(script) {
  const { dataset } = script;
  const language = (dataset.lang || document.documentElement.lang || "en").toLowerCase();
  const texts = { ...(TEXTS[language] ?? TEXTS[language.split("-")[0]] ?? TEXTS.en), ...ownTexts(dataset) };
  if (dataset.title) texts.title = dataset.title;
  const direction = dataset.dir === "rtl" || dataset.dir === "ltr" ? dataset.dir : texts.direction;
  return {
    server: new URL("./", script.src),
    texts,
    direction,
    // A page in a language that has no texts gets English ones, and a screen reader must know.
    language: texts.help === TEXTS.en.help ? "en" : language,
    accent: dataset.accent || DEFAULT_ACCENT,
    theme: ["light", "dark"].includes(dataset.theme) ? dataset.theme : "auto",
    side: { "bottom-left": "left", "bottom-right": "right" }[dataset.position] ?? (direction === "rtl" ? "left" : "right"),
    topics: (dataset.topics ?? "").split(",").map((topic) => topic.trim()).filter(Boolean),
    contact: readContact(dataset, texts),
  };
}

/** Texts in the page: one JSON script named by `data-texts`, and single ones as `data-text-…`, which win. */
function ownTexts(dataset) {
  const own = {};
  if (dataset.texts) {
    try {
      Object.assign(own, JSON.parse(document.querySelector(dataset.texts).textContent));
    } catch (error) {
      console.warn(`sopbot: data-texts="${dataset.texts}" must name an element of the page that holds a JSON object.`, error);
    }
  }
  for (const key of Object.keys(TEXTS.en)) {
    const text = dataset[`text_${key}`.replace(/_(\w)/g, (_, letter) => letter.toUpperCase())];
    if (text) own[key] = text;
  }
  return own;
}

/** Where people are sent when nothing answers: an address and the words for it, or null when none is set or it is no link. */
function readContact(dataset, texts) {
  if (!dataset.contact) return null;
  const address = URL.canParse?.(dataset.contact, location.href) === false ? null : new URL(dataset.contact, location.href);
  const label = { "mailto:": texts.contact_mail, "tel:": texts.contact_phone, "https:": texts.contact_page, "http:": texts.contact_page }[address?.protocol];
  if (!label) {
    console.warn(`sopbot: data-contact="${dataset.contact}" must be a mailto:, tel: or https: link. It is left out.`);
    return null;
  }
  return { href: address.href, label: dataset.contactLabel || label };
}

/** Put values into a text: `fill("Answers found: {n}", { n: 3 })`. */
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
