// Rules of this house that no compiler knows. Prints every breach; ends with 1 when there is one.
import { execFileSync } from 'node:child_process';
import { readFileSync, existsSync } from 'node:fs';

const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { encoding: 'utf8' }).trim().split('\n').filter((file) => existsSync(file));
const breaches = [];
const breach = (file, line, text) => breaches.push(`${file}:${line}: ${text}`);
const each = (pattern, act) => {
  for (const file of files.filter((name) => pattern.test(name))) act(file, readFileSync(file, 'utf8').split('\n'));
};

each(/\.rs$/, (file, lines) => {
  if (lines.length > 600) breach(file, lines.length, 'more than 600 lines: a room, not a warehouse; split it by meaning');
  lines.forEach((line, index) => {
    const at = index + 1;
    if (file.startsWith('app/') && /<textarea/.test(line) && !file.endsWith('ui/text_area.rs'))
      breach(file, at, 'use ui::TextArea: the framework does not escape a textarea');
    if (file.startsWith('app/src') && /\sstyle=/.test(line)) breach(file, at, 'no style attributes: the policy forbids them');
    if (/#\[server\b(?!\(default\))/.test(line) && !/endpoint\s*=/.test(lines.slice(index, index + 4).join(' ')))
      breach(file, at, 'every server function names its endpoint');
    if (/#\[server\b/.test(line) && /GetUrl|GetCbor|GetJson/.test(line)) breach(file, at, 'no server function answers GET');
    if (/\.schema_sync|sync_schema/.test(line)) breach(file, at, 'never schema-sync');
    if (/\btodo!\(|\bunimplemented!\(|#\[ignore|allow\(dead_code\)/.test(line)) breach(file, at, 'unfinished');
  });
});
each(/^(?!end2end\/house-rules\.mjs$|package-lock\.json$|Cargo\.lock$).*\.(rs|md|toml|mjs|sh|css)$/, (file, lines) => {
  lines.forEach((line, index) => {
    if (/\/work\/|\/root\/|registry\.npmjs\.org|index\.crates\.io|static\.crates\.io/.test(line)) breach(file, index + 1, 'a path or host of one machine');
  });
});

if (breaches.length) {
  console.error(breaches.join('\n'));
  process.exit(1);
}
console.log(`House rules hold in ${files.length} files.`);
