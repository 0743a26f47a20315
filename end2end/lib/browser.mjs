// Chromium as two people's devices: a phone and a desktop, with script and without.
import { chromium } from 'playwright-core';
import { readFileSync, existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import assert from 'node:assert/strict';

const require = createRequire(import.meta.url);
const axeSource = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

/// Longest that anything on a page is waited for, in ms: when all is well nobody waits that long, and a busy machine may need it.
export const PATIENCE = 90_000;

export const devices = {
  phone: { viewport: { width: 375, height: 812 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 },
  narrow: { viewport: { width: 320, height: 640 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 },
  desktop: { viewport: { width: 1366, height: 900 } },
};

const executable = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  (path) => path && existsSync(path),
);

export async function openBrowser() {
  return chromium.launch({
    executablePath: executable,
    args: [
      '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync', '--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream',
    ],
  });
}

/// A person at a device; `asleep`: the page's own script never arrives, so that only what the server drew is there; `agent`: what
/// the browser says it is, where it is not plain Chromium.
/// Any console error, page error or failed request of the site fails the journey.
export async function person(browser, origin, { device = 'desktop', script = true, asleep = false, cookies = [], dark = false, large = false, agent } = {}) {
  const kind = { ...devices[device], ...(agent && { userAgent: agent }), baseURL: origin, locale: 'zh-CN', timezoneId: 'Asia/Shanghai', reducedMotion: 'reduce' };
  const context = await browser.newContext({ ...kind, javaScriptEnabled: script });
  if (!script) scriptless.set(context, kind);
  const prefs = [];
  if (large) prefs.push({ name: 'mode', value: 'large', url: origin });
  if (dark) prefs.push({ name: 'theme', value: 'dark', url: origin });
  await context.addCookies([...prefs, ...cookies]);
  context.setDefaultTimeout(PATIENCE);
  if (asleep) await context.route(/\/assets\/.*\.(js|wasm)$/, (route) => route.abort());
  const page = await context.newPage();
  const troubles = [];
  const expected = [];
  page.on('console', (message) => {
    if (message.type() === 'error' && !asleep && !expected.some((text) => message.text().includes(text))) troubles.push(`console: ${message.text()} ${message.location().url}`);
  });
  page.on('pageerror', (error) => troubles.push(`page: ${error.message}`));
  return {
    context,
    page,
    script,
    device,
    troubles,
    /// Declares a console error that belongs to the scene (a refused upload answers 422, a lost connection …).
    expectTrouble(text) {
      expected.push(text);
    },
    /// Goes to a path and waits until the page is awake (with script) or simply there (without).
    async goes(path, { plain = false } = {}) {
      const answer = await page.goto(path);
      // Pages that say no, and those that are made to be kept (a ticket), are plain ones that never wake.
      if (answer.ok() && !plain) await this.awake();
      return answer;
    },
    async awake() {
      if (script && !asleep) await page.waitForFunction(() => document.documentElement.dataset.awake === 'yes', null, { timeout: PATIENCE });
    },
    async leaves() {
      assert.deepEqual(troubles, [], 'the browser complained');
      await context.close();
    },
  };
}

/// Contexts without script, and what else they were made with.
const scriptless = new WeakMap();

/// Where script is off timers never fire, and axe would wait for ever: it looks at the same document in a context
/// with script, in which none of the page's own runs.
async function beside(page, look) {
  const kind = scriptless.get(page.context());
  if (!kind) return look(page);
  const context = await page.context().browser().newContext({ ...kind, storageState: await page.context().storageState() });
  try {
    const body = (await page.content()).replace(/<\/?noscript[^>]*>|<script[\s\S]*?<\/script>/g, '');
    const twin = await context.newPage();
    await twin.route(page.url(), (route) => route.fulfill({ body, contentType: 'text/html; charset=utf-8' }));
    await twin.goto(page.url());
    return await look(twin);
  } finally {
    await context.close();
  }
}

/// No violation of WCAG 2.2 A/AA or best practice on this page.
export async function axe(page, what) {
  // All of it, where the last click led to another page.
  await page.waitForLoadState('load');
  await beside(page, (seen) => violations(seen, what));
}

async function violations(page, what) {
  // Injected through the debugger, so that it also works under a strict CSP.
  const session = await page.context().newCDPSession(page);
  await session.send('Runtime.evaluate', { expression: axeSource });
  const { result, exceptionDetails } = await session.send('Runtime.evaluate', {
    expression: `axe.run(document, { runOnly: ['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice'], resultTypes: ['violations'] })
      .then((found) => JSON.stringify(found.violations.map((v) => v.id + ': ' + v.nodes.map((n) => n.target.join(' ') + ' [' + (n.failureSummary ?? '').split('\\n').slice(1, 2).join('').trim() + ']').slice(0, 5).join(' | '))))`,
    awaitPromise: true,
    returnByValue: true,
  });
  if (exceptionDetails) throw new Error(`axe on ${what}: ${exceptionDetails.exception?.description ?? exceptionDetails.text}`);
  await session.detach();
  assert.deepEqual(JSON.parse(result.value), [], `axe on ${what}`);
}

/// The page does not scroll sideways.
export async function fits(page, what) {
  await page.waitForLoadState('load');
  const session = await page.context().newCDPSession(page);
  const { result } = await session.send('Runtime.evaluate', {
    expression: 'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    returnByValue: true,
  });
  await session.detach();
  assert.ok(result.value <= 0, `${what} scrolls sideways by ${result.value} px`);
}
