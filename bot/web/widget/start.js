// The tag that loaded this file -> the button on the page, the panel behind it, and `sopbot.open(question)` for the page's scripts.

const script = document.currentScript ?? document.querySelector('script[src*="/widget.js"]');
let panel = null;
let opener = null; // has the focus again when the panel is closed; the button where there is none
let asked = null; // by a script of the page that was quicker than the page

window.sopbot = Object.freeze({
  open: (question = "") => {
    if (!panel) {
      asked = String(question);
      return;
    }
    if (!panel.isOpen) opener = document.activeElement;
    panel.open(String(question));
  },
  close: () => panel?.close(),
});

function start() {
  const options = readOptions(script);
  const host = document.createElement("sopbot-widget");
  const sheet = new CSSStyleSheet(); // a style element would need 'unsafe-inline' in the page's policy
  sheet.replaceSync(STYLE);
  const shadow = host.attachShadow({ mode: "open" });
  shadow.adoptedStyleSheets = [sheet];

  const byButton = () => {
    opener = null;
    panel.open();
  };
  const launcher = element("button", { type: "button", class: "launcher", "aria-haspopup": "dialog", onclick: byButton }, icon("help"), options.texts.help);
  const toggled = (open) => {
    launcher.hidden = open;
    if (!open) (opener?.isConnected && opener !== document.body ? opener : launcher).focus();
  };
  panel = new Panel(options, new Server(options.server), toggled);
  const root = element("div", { class: `root ${options.side}`, dir: options.direction, lang: options.language, role: "region", "aria-label": options.texts.help }, launcher, panel.node);
  shadow.append(root);
  document.body.append(host);

  const dark = matchMedia("(prefers-color-scheme: dark)");
  const paint = () => {
    root.dataset.scheme = options.theme === "auto" ? (dark.matches ? "dark" : "light") : options.theme;
    for (const [name, value] of Object.entries(accentColours(options.accent, root))) root.style.setProperty(name, value);
  };
  dark.addEventListener("change", paint);
  paint();
  if (asked !== null) panel.open(asked);
}

// The page's own texts may stand anywhere in it, so it has to be there as a whole.
if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
else start();
