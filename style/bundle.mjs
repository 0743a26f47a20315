#!/usr/bin/env node
// Joins the stylesheets of each root, in the order named here, into <out>/applicant.css and <out>/office.css.
// Plain Node, no dependency: `node style/bundle.mjs dist`. Comments and idle white space go; strings and url() stay as written.
// With --check it only measures and fails when a bundle is over its limit (brotli 11, bytes).
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";

const LIMIT = 25 * 1024;

const FIRST = ["tokens", "base", "layout", "header", "buttons", "badges", "live", "forms"];
const LAST = ["table", "dialog", "utilities", "print"];
const ROOTS = {
  applicant: [...FIRST, "wizard", "plans", "plan", "eligibility", "photo", "evidence", "signature", "summary", "my", ...LAST],
  office: [...FIRST, "wizard", "plan", "eligibility", "photo", "evidence", "signature", "summary", "my", "desk", "dashboard", ...LAST],
};

/** Shortens CSS without touching strings, url() or the spaces that calc() and selectors need. */
export function shorten(css) {
  let out = "";
  for (let at = 0; at < css.length; ) {
    const ch = css[at];
    if (ch === "/" && css[at + 1] === "*") {
      const end = css.indexOf("*/", at + 2);
      if (end < 0) throw new Error("a comment is never closed");
      at = end + 2;
      out += " ";
    } else if (ch === '"' || ch === "'") {
      let end = at + 1;
      while (end < css.length && css[end] !== ch) end += css[end] === "\\" ? 2 : 1;
      if (end >= css.length) throw new Error("a string is never closed");
      out += keep(css.slice(at, end + 1));
      at = end + 1;
    } else {
      out += ch;
      at += 1;
    }
  }
  out = out
    .replace(/\s+/g, " ")
    .replace(/ ?([{};,]) ?/g, "$1")
    // A colon may lose the space after it only in a declaration; before it a space is a descendant selector (`a :hover`).
    .replace(/([{;][\w-]+): /g, "$1:")
    .replace(/;+}/g, "}")
    .trim();
  return out.replace(/\u0001(\d+)\u0001/g, (_, n) => kept[Number(n)]);
}

const kept = [];
function keep(text) {
  kept.push(text);
  return `\u0001${kept.length - 1}\u0001`;
}

const LAYERS = ["tokens", "base", "layout", "components", "utilities", "print"];

/** The same rules without cascade layers: in the order of the layers, what is outside of any layer last. */
export function unlayered(css) {
  const inside = Object.fromEntries(LAYERS.map((layer) => [layer, ""]));
  let outside = "";
  let at = 0;
  for (const found of css.matchAll(/@layer ([\w, ]+)([;{])/g)) {
    if (found.index < at) continue;
    outside += css.slice(at, found.index);
    at = found.index + found[0].length;
    if (found[2] === ";") continue;
    const end = closing(css, at);
    const layer = found[1].trim();
    if (!(layer in inside)) throw new Error(`${layer} is not among the layers`);
    inside[layer] += css.slice(at, end);
    at = end + 1;
  }
  return LAYERS.map((layer) => inside[layer]).join("") + outside + css.slice(at);
}

/** Where the block that begins at `at` is closed. */
function closing(css, at) {
  for (let depth = 1; at < css.length; at += 1) {
    const ch = css[at];
    if (ch === '"' || ch === "'") {
      for (at += 1; css[at] !== ch; at += 1) if (css[at] === "\\") at += 1;
    } else if (ch === "{") depth += 1;
    else if (ch === "}" && (depth -= 1) === 0) return at;
  }
  throw new Error("a layer is never closed");
}

/**
 * The joined, shortened stylesheet of one root. Browsers from before 2022 drop every rule inside a layer, so the rules
 * follow once more without layers, for those browsers alone; said twice, they weigh almost nothing after compression.
 */
export function bundle(root) {
  const here = dirname(fileURLToPath(import.meta.url));
  const css = ROOTS[root].map((part) => shorten(readFileSync(join(here, `${part}.css`), "utf8"))).join("\n");
  return `${css}\n@supports not (container-type:inline-size){${unlayered(css)}}\n`;
}

function main(argument) {
  const check = argument === "--check";
  if (!argument) {
    console.error("usage: node style/bundle.mjs <output folder> | --check");
    process.exit(2);
  }
  if (!check) mkdirSync(argument, { recursive: true });
  for (const root of Object.keys(ROOTS)) {
    const css = bundle(root);
    const size = brotliCompressSync(css, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length;
    console.log(`${root}.css ${css.length} bytes, brotli ${size} of ${LIMIT}`);
    if (size > LIMIT) {
      console.error(`${root}.css is over its limit`);
      process.exitCode = 1;
    }
    if (!check) writeFileSync(join(argument, `${root}.css`), css);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main(process.argv[2]);
