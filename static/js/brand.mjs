/* The theme form: the preview follows the fields, the figures are measured in the browser's own colours, what
   cannot be read is refused. The server measures the same pairs again (communities/theming/colours.py). */
const TEXT = 4.5;
const SHAPE = 3;
const pairs = (floor, list) => list.split(" ").map((pair) => [...pair.split("/"), floor]);
const PAIRS = [
  ...pairs(
    TEXT,
    "ink/paper ink/sunk ink-2/paper ink-2/sunk ink-2/tint ink-3/paper ink-3/sunk ink-3/raised ink-3/tint " +
      "accent/paper accent/sunk accent/tint accent/raised on-fill/fill on-fill/fill-hover tint-ink/tint-2 ink/tint-2 " +
      "good/paper good/good-tint warn/paper warn/warn-tint bad/paper bad/bad-tint ink/good-tint ink-2/good-tint " +
      "ink-2/tint-2",
  ),
  ...pairs(SHAPE, "edge/paper edge/raised edge/sunk focus/paper focus/sunk"),
];
const KEY = {
  text: "ink/paper",
  facts: "ink-3/paper",
  link: "accent/paper",
  button: "on-fill/fill",
  edge: "edge/paper",
};
const STATES = [
  ["warn", 70],
  ["bad", 28],
  ["good", 152],
];
const SCHEMES = ["light", "dark"];
const RADII = { sharp: [0.0625, 0.125, 0.1875], soft: [0.25, 0.5, 0.875], round: [0.5, 1, 1.5] };

const form = document.querySelector("[data-brand-form]");
const preview = document.querySelector("[data-preview]");
const say = (name) => document.querySelector(`[data-say="${name}"]`);
const number = new Intl.NumberFormat(document.documentElement.lang, {
  minimumFractionDigits: 2,
  maximumFractionDigits: 2,
});
const sum = say("sum").querySelector("span");
const sumOf = (held, all) => sum.textContent.replace(/\d+(\D+)\d+/, `${held}$1${all}`);

const canvas = document.createElement("canvas");
canvas.width = canvas.height = 1;
const pen = canvas.getContext("2d", { willReadFrequently: true });
const decode = (part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);

function linear(colour) {
  pen.fillStyle = colour;
  pen.fillRect(0, 0, 1, 1);
  return [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3).map((byte) => decode(byte / 255));
}

function measure(theme) {
  const probe = document.createElement("i");
  probe.dataset.theme = theme;
  preview.append(probe);
  const known = new Map();
  const light = (token) => {
    if (!known.has(token)) {
      probe.style.setProperty("color", `var(--${token})`);
      const [r, g, b] = linear(getComputedStyle(probe).color);
      known.set(token, 0.2126 * r + 0.7152 * g + 0.0722 * b);
    }
    return known.get(token);
  };
  const figures = PAIRS.map(([front, back, floor]) => {
    const [high, low] = [light(front), light(back)].sort((a, b) => b - a);
    return { pair: `${front}/${back}`, ratio: (high + 0.05) / (low + 0.05), floor };
  });
  probe.remove();
  return figures;
}

/* A typed colour in OKLCH, moved to where text can be read. */
function fromHex(hex) {
  const [r, g, b] = linear(hex);
  const [l, m, s] = [
    Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b),
    Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b),
    Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b),
  ];
  const lightness = 0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s;
  const a = 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s;
  const c = 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s;
  const within = (value, low, high) => Math.min(Math.max(value, low), high);
  const near = [within(lightness, 0.3, 0.44), within(lightness, 0.78, 0.9)];
  return {
    hue: ((Math.atan2(c, a) * 180) / Math.PI + 360) % 360,
    chroma: within(Math.hypot(a, c), 0.03, 0.16),
    lightness: Math.abs(near[0] - lightness) < Math.abs(near[1] - lightness) ? near[0] : near[1],
  };
}

function show() {
  const { hue, chroma, lightness, face, reading, shape } = form.elements;
  const refused = lightness.value > 0.4405 && lightness.value < 0.7795;
  const style = {
    "--brand-hue": hue.value,
    "--brand-chroma": chroma.value,
    "--brand-lightness": lightness.value,
    "--brand-face": `var(--face-${face.value})`,
    "--brand-reading": `var(--face-${reading.value})`,
  };
  for (const [step, radius] of RADII[shape.value || "soft"].entries()) style[`--r-${step + 1}`] = `${radius}rem`;
  for (const [name, value] of Object.entries(style)) preview.style.setProperty(name, value);
  for (const output of form.querySelectorAll("output[data-of]")) {
    const value = Number(form.elements[output.dataset.of].value);
    output.textContent = output.dataset.of === "hue" ? Math.round(value) : number.format(value);
  }
  say("refused").hidden = !refused;
  if (refused) lightness.setAttribute("aria-invalid", "true");
  else lightness.removeAttribute("aria-invalid");
  say("save").disabled = refused;

  const apart = (at) => Math.abs(((hue.value - at + 540) % 360) - 180);
  const near =
    chroma.value < 0.06
      ? undefined
      : STATES.filter(([, at]) => apart(at) <= 20).sort((a, b) => apart(a[1]) - apart(b[1]))[0];
  for (const [state] of STATES) say(`near-${state}`).hidden = near?.[0] !== state;

  const sets = SCHEMES.map(measure);
  for (const [name, pair] of Object.entries(KEY)) {
    for (const [i, set] of sets.entries()) {
      const figure = set.find((one) => one.pair === pair);
      const cell = say(`${name}-${SCHEMES[i]}`);
      cell.textContent = number.format(figure.ratio);
      cell.classList.toggle("bad", figure.ratio < figure.floor);
    }
  }
  const all = sets.flat();
  const held = all.filter((figure) => figure.ratio >= figure.floor).length;
  sum.textContent = sumOf(held, all.length);
  say("sum").classList.toggle("is-good", held === all.length);
  say("sum").classList.toggle("is-bad", held < all.length);
  say("sum")
    .querySelector("use")
    .setAttribute("href", held < all.length ? form.dataset.alert : form.dataset.check);
}

form.addEventListener("input", (event) => {
  const { colour } = form.elements;
  if (event.target === colour) {
    if (!/^#[0-9a-f]{6}$/i.test(colour.value)) return;
    for (const [name, value] of Object.entries(fromHex(colour.value))) form.elements[name].value = value.toFixed(4);
  } else if (event.target.type === "range") colour.value = "";
  show();
});
form.addEventListener("click", (event) => {
  const offer = event.target.closest("[data-lightness]");
  if (!offer) return;
  form.elements.lightness.value = offer.dataset.lightness;
  form.elements.colour.value = "";
  show();
});
show();
