// Pictures of every page at 375x812 and 1366x900, whole pages, into end2end/shots/WIDTH/NAME.png.
//   node end2end/shots.mjs [word …]   only pages whose name contains a word
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openBrowser, person } from './lib/browser.mjs';
import { root, startServer } from './lib/server.mjs';
import { tour } from './lib/tour.mjs';

const words = process.argv.slice(2);
const server = await startServer();
const browser = await openBrowser();
let missed = 0;
try {
  const pages = (await tour(server.origin)).filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)));
  for (const [device, width] of [['phone', 375], ['desktop', 1366]]) {
    const folder = join(root, 'end2end', 'shots', String(width));
    mkdirSync(folder, { recursive: true });
    for (const { name, path, cookies, then, plain } of pages) {
      const p = await person(browser, server.origin, { device, cookies });
      try {
        await p.goes(path, { plain });
        await then?.(p);
        await p.page.screenshot({ path: join(folder, `${name}.png`), fullPage: true, scale: 'css' });
      } catch (error) {
        missed += 1;
        console.error(`${width} ${name}: ${error.message.split('\n')[0]} ${p.troubles.join('; ').slice(0, 300)}`);
      }
      await p.context.close();
    }
    console.log(`${pages.length} pictures in ${folder}`);
  }
} finally {
  await browser.close();
  await server.stop();
}
process.exit(missed ? 1 : 0);
