/* The map of a plan: draws what stands in #atlas-data, in the year, stage and scenario chosen.
   The files of this folder are one script, in the order of their numbers. Text from the data
   reaches the page only through textContent, never as markup. */

const byId = (id) => document.getElementById(id);

/** The data of the page: JSON, gzipped, in base 64. */
async function unpackData() {
  if (!("DecompressionStream" in window)) {
    byId("panel").textContent = "此浏览器版本过旧，无法打开地图；请改用较新的浏览器。 "
      + "This browser is too old to open the map; use a newer one.";
    throw new Error("no DecompressionStream");
  }
  const letters = atob(byId("atlas-data").textContent), bytes = new Uint8Array(letters.length);
  for (let at = 0; at < letters.length; at += 1) bytes[at] = letters.charCodeAt(at);
  const unpacking = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(unpacking).json();
}

const data = await unpackData();
const style = data.style;
const isPhone = () => window.matchMedia("(max-width: 720px)").matches;

const THEMES = ["zones", "entrants", "change", "walk", "moved"];
const MEASURES = ["utilisation", "shortage", "warning", "large", "probability"];

const state = {
  language: data.language,
  scenario: 0,
  beside: null, // the scenario on the second map
  stage: data.stages[0].stage,
  year: data.openingYear,
  theme: "zones",
  measure: "utilisation", // what the symbols of sections tell
  layers: { sections: true, others: false, names: true, borders: true, projects: false, sites: false, context: true },
  open: null, // the section whose popup is open
  timer: null,
};

// -------------------------------------------------------------------- words and numbers

/** A word of the map in the language chosen, with its {gaps} filled. */
function word(key, gaps = {}) {
  return data.words[key][state.language].replace(/\{(\w+)\}/g, (_, gap) => gaps[gap]);
}
const hasWord = (key) => key in data.words;

/** A name in the language chosen, or in the other where it has only one. */
const either = (zh, en) => (state.language === "en" ? en || zh : zh || en);

function number(value) {
  return value.toLocaleString(state.language === "zh" ? "zh-CN" : "en-GB");
}
const percent = (share) => word("percent", { n: Math.round(share * 100) });
/** A difference of two shares. */
const points = (share) => word("points", { n: Math.round(share * 100) });
const metres = (value) => word("metres", { n: number(Math.round(value)) });
const signed = (value) => `${value > 0 ? "+" : value < 0 ? "−" : ""}${number(Math.abs(value))}`;
/** A figure as text, or a dash where it is not known. */
const shown = (value, format = number) => (value === null || value === undefined ? "–" : format(value));
const listed = (names) => names.join(either("、", ", "));

/** Buttons of which one is chosen. */
function choices(parent, options, chosen, attribute, choose) {
  parent.replaceChildren(...options.map(([value, text]) => button(text, () => choose(value), {
    "data-value": value, [attribute]: String(value === chosen), ...(attribute === "aria-checked" ? { role: "radio" } : {}),
  })));
}
