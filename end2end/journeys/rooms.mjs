// 考场与准考证: a room and a session are added, everybody is seated, a seat is changed by hand, tickets are published;
// the candidate sees the ticket on a phone; at the door people are checked in by number, late and twice.
import assert from 'node:assert/strict';
import { everyWay, said, stage } from '../lib/stage.mjs';
import { isTold, presses, sees, types } from '../lib/acts.mjs';
import { axe, fits } from '../lib/browser.mjs';
import { application, candidate, decides, hiddenOf, planId, quickly, staff } from '../lib/swift.mjs';
import { someone } from '../lib/people.mjs';
import { day } from '../lib/time.mjs';

const here = stage();
const number = '2026-S-001201';
const EXAM = day(57);
const office = (plan, page) => `/office/plans/${plan}/${page}`;

/// A candidate whose application was approved and whose fee was waived.
async function enrolled(name, employer) {
  const by = await candidate(here.origin, someone({ name }));
  const answers = { no_employer: 'no', employer, employer_uscc: '91350100M000100Y43', post: '核算员', dispatched: 'no' };
  const { who, hands, id } = await application(here.origin, { number, by, answers });
  await decides(await staff(here.origin, '周敏'), id, 'approve');
  const manager = await staff(here.origin, '吴桐');
  const fields = hiddenOf(await manager.hands.reads(`/office/money?q=${encodeURIComponent(name)}`), '/api/office/money-act');
  await manager.hands.posts('/api/office/money-act', { ...fields, act: 'waive', words: '单位统一减免' });
  return { who, hands, id, name };
}

/// A member of staff on a page.
async function atDesk(enter, device, name, path) {
  const someone = await enter(device);
  await someone.context.addCookies((await staff(here.origin, name)).cookies);
  await someone.goes(path);
  return someone;
}

/// A candidate with a browser.
async function back(enter, device, person, path) {
  const p = await enter(device);
  const again = quickly(here.origin);
  await again.posts('/api/account/sign-in', { id_no: person.who.idNo, password: person.who.password, next: '' });
  await p.context.addCookies(again.cookies());
  await p.goes(path);
  return p;
}

let seen;

here.scene(`from rooms to the door (${said(everyWay[0])})`, async (enter) => {
  const people = [];
  for (const [name, employer] of [['李青', '清河电气'], ['罗青山', '清河电气'], ['陈小雨', '云州机械']]) people.push(await enrolled(name, employer));
  const manager = await staff(here.origin, '吴桐');
  const plan = await planId(here.origin, number);
  await manager.hands.posts('/api/office/file', { plan });

  const m = await atDesk(enter, { device: 'desktop', script: true }, '吴桐', office(plan, 'rooms'));
  await sees(m, '还没编排');
  await m.page.getByText('加考场', { exact: true }).first().click();
  await types(m, '名称或编号', '3');
  await m.page.getByRole('button', { name: '加考场' }).click();
  await isTold(m, '考场“3”已经有了。请换个名称，或改原来的那个。');
  assert.equal(await m.page.getByLabel('名称或编号').inputValue(), '3', 'what was typed stays');
  await types(m, '名称或编号', '备用');
  await types(m, '排数', '61');
  await m.page.getByRole('button', { name: '加考场' }).click();
  await isTold(m, /“排数”要填 1 到 60 的整数/);
  await types(m, '排数', '2');
  await m.page.getByRole('button', { name: '加考场' }).click();
  await sees(m, '考场已保存。');

  await presses(m, '自动编排');
  await sees(m, /排好了 \d+ 个人次，都有座位/);
  await fits(m.page, 'rooms');
  await axe(m.page, 'rooms');
  await m.page.getByRole('region', { name: '座位图' }).getByRole('link').first().click();
  const map = m.page.getByRole('region', { name: /座位图$/ }).last();
  await map.getByText('李青').waitFor();
  await axe(m.page, 'seat map');

  // By hand: a seat that does not exist, one that is taken, then a free one.
  const who = m.page.getByLabel('谁', { exact: true });
  const option = await who.locator('option', { hasText: '李青' }).first().innerText();
  await who.selectOption({ label: option });
  await m.page.getByLabel('几号座位').fill('99');
  await presses(m, '移到空座位');
  await isTold(m, /没有改。李青：这个考场只有/);
  const other = (await m.page.getByLabel('谁', { exact: true }).locator('option', { hasText: '陈小雨' }).first().innerText()).match(/^\d+/)[0];
  await m.page.getByLabel('几号座位').fill(other);
  await presses(m, '移到空座位');
  await isTold(m, /座位上已经有人，要换请用“互换”/);
  await presses(m, '和那个座位互换');
  if (await m.page.getByRole('alert').count()) {
    await m.page.getByLabel('知道了，仍然这样排').check();
    await presses(m, '和那个座位互换');
  }
  await sees(m, '座位已改。');

  await presses(m, '发布准考证');
  await sees(m, /发了 \d+ 张准考证/);
  const pdf = await m.context.request.get(`${here.origin}${office(plan, 'tickets.pdf')}`, { timeout: 120_000 });
  assert.equal(pdf.headers()['content-type'], 'application/pdf');

  // Staff: one invigilator is too few, an assessor needs a card.
  await types(m, '姓名', '赵监考');
  await types(m, '工作单位', '云州技师学院');
  await m.page.locator('#keeper').getByRole('button', { name: '保存', exact: true }).click();
  await sees(m, '监考和考评安排已保存。');
  await sees(m, /监考 1 人，至少要 2 人/);

  // The candidate's ticket: on the page, as a page of its own, as PDF.
  const p = await back(enter, { device: 'phone', script: true }, people[0], `/my/${people[0].id}`);
  await p.page.getByRole('link', { name: '看准考证' }).click();
  await p.page.getByRole('heading', { name: '准考证', exact: true }).waitFor();
  await sees(p, '考场');
  await sees(p, '第 1 版', { exact: false });
  await fits(p.page, 'ticket');
  await axe(p.page, 'ticket');
  const ticket = (await p.page.locator('header b').innerText()).replace(/\s/g, '');
  const kept = await p.context.request.get(`${here.origin}/my/${people[0].id}/ticket?keep=1`, { timeout: 120_000 });
  assert.match(kept.headers()['content-disposition'], /attachment/);
  const html = await kept.text();
  assert.ok(html.includes('data:image/jpeg;base64,') && !/(src|href)="(?!data:)/.test(html), 'the kept page loads nothing');
  const own = await p.context.request.get(`${here.origin}/my/${people[0].id}/print/ticket.pdf`, { timeout: 120_000 });
  assert.equal(own.headers()['content-type'], 'application/pdf');
  seen = { plan, people, ticket };

  // A room that gets another place gives everybody in it a new version.
  await m.goes(office(plan, 'rooms'));
  await m.page.getByRole('row', { name: /清河考点/ }).first().getByRole('link', { name: /^改/ }).click();
  await types(m, '地点', '清河考点　理论楼 5 层');
  await presses(m, '保存考场');
  await sees(m, '考场已保存。');
});

here.scene(`the door (${said(everyWay[3])})`, async (enter) => {
  const { plan, people, ticket } = seen;
  await here.server.setClock(`${EXAM} 08:20:00`);
  const m = await atDesk(enter, { device: 'phone', script: false }, '周敏', office(plan, 'day'));
  // A login rests after a quarter of an hour: the clock moves further, so the door signs in again.
  const later = async (time) => {
    await here.server.setClock(`${EXAM} ${time}`);
    await m.context.addCookies((await staff(here.origin, '周敏')).cookies);
  };
  await types(m, '准考证号', '123');
  await presses(m, '查找');
  await sees(m, /没有找到“123”/);
  await types(m, '准考证号', ticket);
  await presses(m, '查找');
  await m.page.getByRole('heading', { name: '李青' }).waitFor();
  await m.page.getByRole('img', { name: '李青的证件照' }).waitFor();
  await presses(m, '是本人');
  await isTold(m, /还没到进场时间/);
  await later('08:40:00');
  await fits(m.page, 'the door');
  await axe(m.page, 'the door');
  await presses(m, '是本人');
  await sees(m, '签到成功。');
  await sees(m, '刚签到的');

  // Somebody else comes late; who never came is absent.
  await later('09:05:00');
  const late = await back(enter, { device: 'phone', script: false }, people[1], `/my/${people[1].id}/ticket`);
  const second = (await late.page.locator('header b').innerText()).replace(/\s/g, '');
  await types(m, '准考证号', second);
  await presses(m, '查找');
  await presses(m, '是本人');
  await sees(m, '签到成功，记为迟到。');
  await later('09:20:00');
  await m.goes(office(plan, 'day'));
  await m.page.getByRole('button', { name: /人登记缺考/ }).first().click();
  await sees(m, /人登记为缺考/);

  // What another door noted without a network.
  const third = await back(enter, { device: 'phone', script: false }, people[2], `/my/${people[2].id}/ticket`);
  const code = (await third.page.locator('header b').innerText()).trim();
  await m.page.getByText('没有网络时记下的，补登').click();
  await m.page.getByLabel('准考证号和时间').fill(`${code} 08:52\n${second} 09:04\n123 08:00`);
  await presses(m, '补登');
  await sees(m, '原来登记的是缺考，改为已到');
  await sees(m, '没有这个准考证号，请核对');
});
