// The shop's accent colour -> colours that can be read, whatever it is (WCAG 2.2: a contrast of 4.5 to 1).

const DEFAULT_ACCENT = "#0b57a4";
const ENOUGH = 4.5;
const ENOUGH_FOR_SHAPES = 3;
const WHITE = [255, 255, 255];

/** A CSS colour of sRGB -> [red, green, blue] from 0 to 255, as the browser computes it on an element, or null. */
function toRgb(colour, probe) {
  probe.style.forcedColorAdjust = "none"; // else it computes to the reader's own
  probe.style.color = colour;
  const parts = probe.style.color && getComputedStyle(probe).color.match(/^rgba?\((\d+), (\d+), (\d+)/);
  probe.style.color = probe.style.forcedColorAdjust = "";
  return parts ? parts.slice(1).map(Number) : null;
}

/** Relative luminance, 0 to 1: https://www.w3.org/TR/WCAG22/#dfn-relative-luminance */
function luminance(rgb) {
  const [red, green, blue] = rgb.map((value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one, other) {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

/** The colour itself where it can be read on the ground, else the nearest mix with black or white that can. */
function readableOn(rgb, ground) {
  const end = luminance(ground) > 0.5 ? 0 : 255;
  for (let share = 0; share < 1; share += 0.04) {
    const mixed = rgb.map((value) => Math.round(value + (end - value) * share));
    if (contrast(mixed, ground) >= ENOUGH) return mixed;
  }
  return [end, end, end];
}

/** The custom properties that `widget.css` takes from the accent. The probe has the scheme's colours, `--raised` the least favourable of them. */
function accentColours(accent, probe) {
  let rgb = toRgb(accent, probe);
  if (!rgb) {
    console.warn(`sopbot: data-accent="${accent}" is not a colour such as #0b57a4 or rgb(11 87 164). The default is used.`);
    rgb = toRgb(DEFAULT_ACCENT, probe);
  }
  const ground = toRgb("var(--raised)", probe);
  return {
    "--accent": `rgb(${rgb})`,
    "--on-accent": contrast(rgb, WHITE) >= ENOUGH ? "#fff" : "#000", // one of the two always has 4.5 to 1
    "--accent-text": `rgb(${readableOn(rgb, ground)})`,
    "--accent-edge": contrast(rgb, ground) >= ENOUGH_FOR_SHAPES ? "transparent" : "var(--edge)",
  };
}
