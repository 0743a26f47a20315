// Every page in every state: no violation of WCAG 2.2 AA, no sideways scrolling, nothing in the console. Phone and
// desktop awake; narrow, large letters and dark as the server drew them, because there only the style differs.
import assert from 'node:assert/strict';
import { axe, fits } from '../lib/browser.mjs';
import { stage } from '../lib/stage.mjs';
import { tour } from '../lib/tour.mjs';

const here = stage();
let pages;

/// Looks at all pages (or those that `which` takes) on one kind of device, and tells of all that is wrong at once.
function looks(title, device, which = () => true, check = axe) {
  here.scene(title, async (enter) => {
    pages ??= await tour(here.origin);
    const [wrong, people] = [[], new Map()];
    for (const { name, path, cookies, status = 200, then, plain } of pages.filter(which)) {
      const p = people.get(cookies) ?? (await enter({ ...device, cookies }));
      people.set(cookies, p);
      p.troubles.length = 0;
      if (status !== 200 || then) p.expectTrouble('the server responded with a status of');
      try {
        const answer = await p.goes(path, { plain });
        assert.equal(answer.status(), status, `${path} answers`);
        if (then && !device.asleep) await then(p);
        assert.equal(await p.page.locator('h1').filter({ visible: true }).count(), 1, 'one h1');
        await fits(p.page, path);
        await check(p.page, path);
        assert.deepEqual(p.troubles, []);
      } catch (error) {
        wrong.push(`${name}: ${error.message.split('\n')[0]}${Array.isArray(error.actual) ? `\n    ${error.actual.join('\n    ')}` : ''}`);
      }
      p.troubles.length = 0;
    }
    assert.equal(wrong.length, 0, `\n${wrong.join('\n')}`);
  });
}

const some = ({ name }) => ['home', 'plan', 'sign-up', 'form-errors', 'mine', 'case-returned', 'office-queue', 'office-case', 'office-dashboard'].includes(name);
const widthAlone = async () => {};

looks('desktop', { device: 'desktop' });
looks('phone', { device: 'phone' });
looks('phone, large letters', { device: 'phone', asleep: true, large: true });
looks('desktop, large letters', { device: 'desktop', asleep: true, large: true }, some);
looks('phone, dark', { device: 'phone', asleep: true, dark: true }, some);
looks('desktop, dark', { device: 'desktop', asleep: true, dark: true }, some);
looks('320 pixels wide', { device: 'narrow', asleep: true }, () => true, widthAlone);
