// One server and one browser for a file of scenes. A scene that fails leaves pictures of every open page and the
// end of the server's log in end2end/results.
import { before, after, test } from 'node:test';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openBrowser, person } from './browser.mjs';
import { startServer, root } from './server.mjs';

const results = join(root, 'end2end', 'results');
/// Longest that one scene may hang before it counts as failed, in ms; on a machine of its own the slowest takes a tenth of it.
const LONGEST = 1_800_000;

/// The four ways in which every page must work, and the words for them.
export const everyWay = [
  { device: 'desktop', script: true },
  { device: 'phone', script: true },
  { device: 'desktop', script: false },
  { device: 'phone', script: false },
];

export const said = ({ device, script }) => `${device}, script ${script ? 'on' : 'off'}`;

/// Opens the stage for all scenes of a file. `scene(name, act)` plays one: `act` gets `enter`, which brings a
/// person with a fresh browser of their own.
export function stage(options = {}) {
  const here = { server: null, browser: null, origin: '' };
  before(async () => {
    [here.server, here.browser] = await Promise.all([startServer(options), openBrowser()]);
    here.origin = here.server.origin;
  });
  after(async () => {
    await here.browser?.close();
    await here.server?.stop();
  });
  here.scene = (name, act) => test(name, { timeout: LONGEST }, () => walk(name, act));
  const walk = async (name, act) => {
    const people = [];
    const enter = async (device = {}) => {
      const someone = await person(here.browser, here.origin, device);
      people.push(someone);
      return someone;
    };
    try {
      await act(enter);
      for (const someone of people) await someone.leaves();
    } catch (error) {
      await keepEvidence(name, people, here.server);
      throw error;
    } finally {
      await Promise.all(people.map(({ context }) => context.close().catch(() => {})));
    }
  };
  return here;
}

async function keepEvidence(name, people, server) {
  mkdirSync(results, { recursive: true });
  const file = name.replace(/[^\p{L}\p{N}]+/gu, '-').slice(0, 80);
  for (const [at, { page, troubles }] of people.entries()) {
    try {
      await page.screenshot({ path: join(results, `${file}-${at + 1}.png`), fullPage: true });
      writeFileSync(join(results, `${file}-${at + 1}.txt`), `${page.url()}\n${troubles.join('\n')}\n\n${await page.locator('body').innerText()}`);
    } catch {
      // The page is gone; the error itself says more.
    }
  }
  writeFileSync(join(results, `${file}-server.log`), server.log().slice(-20_000));
}
