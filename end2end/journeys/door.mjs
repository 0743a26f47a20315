// Two doors, one without a network: each checks people in, a page without a network opens again, notes arrive later and
// once, and where one door says present and the other absent somebody decides.
import assert from 'node:assert/strict';
import { stage } from '../lib/stage.mjs';
import { presses, sees, types } from '../lib/acts.mjs';
import { axe, fits } from '../lib/browser.mjs';
import { application, candidate, decides, hiddenOf, planId, quickly, staff } from '../lib/swift.mjs';
import { someone } from '../lib/people.mjs';
import { day } from '../lib/time.mjs';

const here = stage();
const number = '2026-S-001201';
const EXAM = day(57);
const names = ['李青', '罗青山', '陈小雨'];

/// People with tickets for the morning of the exam.
async function tickets() {
  const manager = await staff(here.origin, '吴桐');
  const reviewer = await staff(here.origin, '周敏');
  const plan = await planId(here.origin, number);
  const people = [];
  for (const name of names) {
    const { who, id } = await application(here.origin, { number, by: await candidate(here.origin, someone({ name })) });
    await decides(reviewer, id, 'approve');
    const fields = hiddenOf(await manager.hands.reads(`/office/money?q=${encodeURIComponent(name)}`), '/api/office/money-act');
    await manager.hands.posts('/api/office/money-act', { ...fields, act: 'waive', words: '单位统一减免' });
    people.push({ who, id, name });
  }
  await manager.hands.posts('/api/office/file', { plan });
  const page = await manager.hands.reads(`/office/plans/${plan}/rooms`);
  await manager.hands.posts('/api/office/rooms-arrange', { ...hiddenOf(page, '/api/office/rooms-arrange'), mode: 'anew', seed: '7' });
  await manager.hands.posts('/api/office/rooms-publish', { plan, opens: '' });
  for (const one of people) {
    const hands = quickly(here.origin);
    await hands.posts('/api/account/sign-in', { id_no: one.who.idNo, password: one.who.password, next: '' });
    const html = await hands.reads(`/my/${one.id}/ticket`);
    one.ticket = html.replace(/<style[\s\S]*?<\/style>|<[^>]*>/g, ' ').match(/\d{4} \d{4} \d{4} ?\d*/)[0].replace(/\s/g, '');
  }
  return { plan, people };
}

here.scene('two doors, one offline: merged, in conflict, decided', async (enter) => {
  const { plan, people } = await tickets();
  const path = `/office/plans/${plan}/day`;
  await here.server.setClock(`${EXAM} 08:20:00`);
  const atDoor = async (name) => {
    const door = await enter({ device: 'phone', script: true });
    await door.context.addCookies((await staff(here.origin, name)).cookies);
    await door.goes(path);
    await presses(door, '存名单到这台设备');
    await sees(door, /已存 \d+ 人/);
    return door;
  };
  const one = await atDoor('周敏');
  const other = await atDoor('吴桐');
  await fits(one.page, 'the door of a device');
  await axe(one.page, 'the door of a device');
  // A clock that jumps ends logins; the door's own time comes from the server, so both ask again.
  const later = async (time) => {
    await other.page.waitForLoadState('networkidle');
    await here.server.setClock(`${EXAM} ${time}`);
    await one.context.addCookies((await staff(here.origin, '周敏')).cookies);
    await other.context.addCookies((await staff(here.origin, '吴桐')).cookies);
  };
  const finds = async (door, text) => {
    await types(door, '准考证号末几位', text);
    await door.page.locator('#door').getByRole('button', { name: '查找' }).first().click();
  };
  await later('08:40:00');
  await one.goes(path);
  await other.goes(path);
  await sees(one, /已存 \d+ 人/);
  await sees(other, /已存 \d+ 人/);

  // What is kept is sealed: neither a name nor a number stands in the browser's store in plain.
  const plain = await one.page.evaluate(async () => {
    const db = await new Promise((yes) => (indexedDB.open('door').onsuccess = ({ target }) => yes(target.result)));
    const all = await new Promise((yes) => (db.transaction('lists').objectStore('lists').getAll().onsuccess = ({ target }) => yes(target.result)));
    return all.map(({ box }) => new TextDecoder().decode(box)).join('');
  });
  assert.ok(plain.length > 100 && !plain.includes('李青') && !plain.includes(people[0].ticket), 'sealed');

  // The first door loses the network; the page opens again all the same.
  await one.page.evaluate(() => navigator.serviceWorker.ready);
  one.expectTrouble('ERR_INTERNET_DISCONNECTED');
  await one.context.setOffline(true);
  await one.page.reload();
  await sees(one, '没有网络，照常签到');
  assert.equal(await one.page.locator('[data-reader]').count(), 0, 'this is the page that the device kept');
  await finds(one, people[0].ticket.slice(-4));
  await one.page.getByRole('heading', { name: '李青' }).waitFor();
  await one.page.getByRole('img', { name: '李青的证件照' }).waitFor();
  await presses(one, '是本人');
  await sees(one, '还有 1 条没有交上去');
  await finds(one, '罗青山');
  await presses(one, '是本人');
  await sees(one, '还有 2 条没有交上去');
  await one.page.screenshot({ path: 'end2end/results/door-offline.png', fullPage: true });
  await fits(one.page, 'the door offline');
  await axe(one.page, 'the door offline');

  // The other door has a network. It lets the second person in a little later, and notes the first as absent.
  await later('08:50:00');
  await other.goes(path);
  await finds(other, people[1].ticket);
  await presses(other, '是本人');
  await sees(other, '都交上去了');
  await later('09:16:00');
  await other.goes(path);
  await finds(other, people[0].ticket);
  await presses(other, '理论考试登记缺考');
  await sees(other, '都交上去了');

  // The network is back: everything goes out, once.
  await one.context.setOffline(false);
  await one.goes(path);
  await sees(one, '都交上去了');
  await sees(one, '两处说法不一样，要有人判断');
  await sees(one, '已收到，比另一处早，按这条算');
  await one.goes(path);
  await sees(one, '要判断的');
  await one.page.screenshot({ path: 'end2end/results/door-conflict.png', fullPage: true });
  await fits(one.page, 'a conflict');
  await axe(one.page, 'a conflict');
  const group = one.page.getByRole('group', { name: /^李青算/ });
  await group.getByText('到场', { exact: true }).click();
  await types(one, '依据', '签到单有本人签名');
  await presses(one, '决定');
  await sees(one, '已判断，记录在案。');
  await sees(one, '都判断过了');

  // Whoever signs out leaves nothing to open behind.
  await one.goes('/office/me');
  await presses(one, '退出登录');
  await one.page.getByRole('heading', { name: '工作人员登录' }).waitFor();
  await one.page.waitForFunction(async () => {
    const db = await new Promise((yes) => (indexedDB.open('door').onsuccess = ({ target }) => yes(target.result)));
    const left = await new Promise((yes) => (db.transaction('lists').objectStore('lists').count().onsuccess = ({ target }) => yes(target.result)));
    db.close();
    return left === 0 && !Object.keys(sessionStorage).some((key) => key.startsWith('door '));
  });
});
