// Runs the module as often as asked, each time anew, and prints milliseconds per run, one per line.
//
//   node server/bench/inspect.mjs MODULE.wasm RUNS
import { readFileSync } from "node:fs";

const [file, runs] = process.argv.slice(2);
const module = new WebAssembly.Module(readFileSync(file));
for (let run = 0; run < Number(runs); run += 1) {
  const { exports } = new WebAssembly.Instance(module, {});
  const began = performance.now();
  exports.main(0, 0);
  console.log((performance.now() - began).toFixed(3));
}
