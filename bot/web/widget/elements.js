// Names, attributes and children -> DOM elements. Nothing here reads HTML but `answerBody`, under a Trusted Types policy.

/**
 * @param {string} tag
 * @param {object} attributes text, true for one without a value, false or null to leave it out; `onclick` and the like are listeners
 * @param {...(Node|string|null)} children
 */
function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value !== false && value != null) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child != null));
  return made;
}

const ICONS = {
  help: "M9.2 9.3a2.9 2.9 0 1 1 4.2 2.6c-.9.5-1.4 1.1-1.4 2.1M12 17.4v.1M12 2.9a9.1 9.1 0 1 0 0 18.2 9.1 9.1 0 0 0 0-18.2",
  close: "M6 6l12 12M18 6L6 18",
  back: "M15 5l-7 7 7 7",
  forward: "M9 5l7 7-7 7",
  search: "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13M15.3 15.3L20 20",
  send: "M5 12h14M13 6l6 6-6 6",
  link: "M9 15L19 5M11.5 5H19v7.5M16.5 13.5V19H5V7.5h5.5",
};

/** A drawing of 24 by 24 in the colour of the text, hidden from screen readers. */
function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", ICONS[name]);
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.classList.add("icon", `icon-${name}`);
  svg.append(path);
  return svg;
}

/** What a view is about; it takes the focus when the view is shown, so that a screen reader goes on from there. */
const heading = (text, kind = "") => element("h3", { class: kind, tabindex: "-1", dir: "auto" }, text);

/** The HTML comes from the server that this script comes from, which has sanitised it: it is trusted no less than this script. */
let trusted = (html) => html;
try {
  const policy = window.trustedTypes?.createPolicy("sopbot", { createHTML: trusted });
  if (policy) trusted = (html) => policy.createHTML(html);
} catch {
  console.warn("sopbot: this page's Content-Security-Policy does not allow the Trusted Types policy 'sopbot'. Add it: trusted-types sopbot");
}

/** An answer's text; as plain text where the page's policy forbids to read HTML. */
function answerBody(entry, { options: { texts }, server }) {
  const template = document.createElement("template");
  try {
    template.innerHTML = trusted(entry.body_html);
  } catch {
    return element("div", { class: "body plain", dir: "auto" }, entry.body_markdown);
  }
  const { content } = template;
  for (const link of content.querySelectorAll("a[href]")) {
    if (link.getAttribute("href").startsWith("/")) link.setAttribute("href", server.address(link.getAttribute("href")));
    outward(link, texts);
  }
  for (const title of content.querySelectorAll("h1, h2, h3, h4, h5, h6")) {
    title.replaceWith(element(`h${Math.min(6, Number(title.tagName[1]) + 3)}`, {}, ...title.childNodes)); // below the view's own heading
  }
  for (const table of content.querySelectorAll("table")) {
    const frame = element("div", { class: "wide", tabindex: "0" }); // a wide table scrolls by itself, with keys too
    table.replaceWith(frame);
    frame.append(table);
  }
  return element("div", { class: "body", dir: "auto" }, content);
}

/** Let a link open beside the shop's page, so that nobody loses what they have open there; and say so. */
function outward(link, texts) {
  if (/^(mailto|tel):/.test(link.getAttribute("href"))) return link;
  link.target = "_blank";
  link.rel = "nofollow noopener";
  link.append(element("span", { class: "unseen" }, ` (${texts.new_tab})`));
  return link;
}
