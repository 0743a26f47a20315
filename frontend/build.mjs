#!/usr/bin/env node
// Builds what the browser loads into dist/applicant and dist/office: style sheets, two Trunk runs,
// .br and .gz beside every file. Prints the sizes and fails above the budget.
//
//   node frontend/build.mjs            release build, both roots
//   node frontend/build.mjs --debug    quick build without optimisation and without budget
//   node frontend/build.mjs office     one root only
//   node frontend/build.mjs --check    only measures what is there
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const KB = 1024;
// Bytes after brotli 11: code is wasm and js together. The candidates' goal is 250 KB.
const BUDGET = {
  applicant: { code: 300 * KB, css: 25 * KB },
  office: { code: 500 * KB, css: 25 * KB },
};
// The standard library made anew for size, and a panic that only stops: nobody reads its message on a phone. Both are
// switches of the compiler that are not stable yet; the toolchain is pinned. See docs/decisions/0006.
const SMALL_STD = {
  RUSTC_BOOTSTRAP: "1",
  CARGO_UNSTABLE_BUILD_STD: "std,panic_abort",
  CARGO_UNSTABLE_BUILD_STD_FEATURES: "optimize_for_size",
  CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS: "--cfg erase_components -Zunstable-options -Cpanic=immediate-abort",
};

const options = process.argv.slice(2);
const debug = options.includes("--debug");
const check = options.includes("--check");
const chosen = options.filter((option) => !option.startsWith("--"));
const unknown = chosen.filter((name) => !(name in BUDGET));
if (unknown.length || options.some((option) => option.startsWith("--") && !["--debug", "--check"].includes(option))) {
  console.error("usage: node frontend/build.mjs [--debug] [--check] [applicant] [office]");
  process.exit(2);
}
const roots = chosen.length ? chosen : Object.keys(BUDGET);

// Ours first: older tools of a distribution make modules that do not start.
const path = [join(root, ".tools", "bin"), join(root, "node_modules", ".bin"), process.env.PATH].join(delimiter);
const env = { ...process.env, PATH: path, TRUNK_SKIP_VERSION_CHECK: "true", NO_COLOR: "true" };

function run(command, args, more = {}) {
  const done = spawnSync(command, args, { cwd: root, env: { ...env, ...more }, stdio: "inherit" });
  if (done.error || done.status !== 0) {
    console.error(`${command} ${args.join(" ")} did not succeed${done.error ? `: ${done.error.message}` : ""}`);
    process.exit(1);
  }
}

/** The switches for a small standard library, if its source is installed. */
function smallStd() {
  const sysroot = spawnSync("rustc", ["--print", "sysroot"], { cwd: root, env, encoding: "utf8" }).stdout?.trim() ?? "";
  if (existsSync(join(sysroot, "lib", "rustlib", "src", "rust", "library", "Cargo.lock"))) return SMALL_STD;
  console.error("The source of the standard library is not installed (rustup component add rust-src):");
  console.error("building with the ready-made one, about 20 KB more for every phone.");
  return {};
}

/** Writes .br and .gz beside every file of a bundle. */
function compress(folder) {
  for (const name of readdirSync(folder)) {
    const file = join(folder, name);
    if ([".br", ".gz"].includes(extname(name))) continue;
    const bytes = readFileSync(file);
    writeFileSync(`${file}.br`, brotliCompressSync(bytes, {
      params: { [constants.BROTLI_PARAM_QUALITY]: debug ? 4 : 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
    }));
    writeFileSync(`${file}.gz`, gzipSync(bytes, { level: debug ? 4 : 9 }));
  }
}

/** Prints what a phone has to load, and whether that is within the budget. */
function measure(name) {
  const folder = join(root, "dist", name);
  const size = (suffix) =>
    readdirSync(folder)
      .filter((file) => file.endsWith(`${suffix}.br`))
      .reduce((sum, file) => sum + readFileSync(join(folder, file)).length, 0);
  const [wasm, js, css] = [".wasm", ".js", ".css"].map(size);
  const kb = (bytes) => `${(bytes / KB).toFixed(1)} KB`;
  const budget = BUDGET[name];
  console.log(`${name}: wasm ${kb(wasm)} + js ${kb(js)} = ${kb(wasm + js)} of ${kb(budget.code)}; css ${kb(css)} of ${kb(budget.css)} (brotli)`);
  if (!wasm || !js || !css) {
    console.error(`${name}: dist/${name} is not whole; build it first`);
    return false;
  }
  if (debug) return true;
  const within = wasm + js <= budget.code && css <= budget.css;
  if (!within) console.error(`${name} is over its budget`);
  return within;
}

if (!check) {
  if (!debug && !existsSync(join(root, "node_modules", ".bin", "wasm-opt"))) run("npm", ["install", "--no-audit", "--no-fund"]);
  run(process.execPath, ["style/bundle.mjs", "target/style"]);
  for (const name of roots) {
    rmSync(join(root, "dist", name), { recursive: true, force: true });
    run("trunk", [
      "build",
      ...(debug ? [] : ["--release"]),
      "--dist", `dist/${name}`,
      "--public-url", `/assets/${name}/`,
      `frontend/${name}.html`,
    ], debug ? {} : smallStd());
    rmSync(join(root, "dist", name, "index.html"), { force: true });
    compress(join(root, "dist", name));
  }
}
if (!roots.map(measure).every(Boolean)) process.exit(1);
