// The whole chain with four windows open: the agency files, the centre and the authority approve, the candidate finds the
// plan and applies, the list is public, seats and tickets are given, the door checks in, scores are released, and the
// candidate's open page shows them by itself.
import assert from 'node:assert/strict';
import { stage } from '../lib/stage.mjs';
import { isTold, presses, sees, types } from '../lib/acts.mjs';
import { axe, fits } from '../lib/browser.mjs';
import { paper } from '../lib/pictures.mjs';
import { application, candidate, decides, hiddenOf, quickly, staff } from '../lib/swift.mjs';
import { someone } from '../lib/people.mjs';
import { day } from '../lib/time.mjs';

const here = stage();
const EXAM = day(70);
const form = {
  seats: '30', fee: '0', city: '衢州市', site: '三衢技师学院', theory_on: EXAM, theory_from: '09:00', theory_to: '10:30',
  theory_place: '1 号楼机房', theory_rooms: '1', theory_invigilators: '2', theory_markers: '2', theory_head: '毛伟', theory_source: '市中心',
  skill_on: EXAM, skill_from: '13:30', skill_to: '17:00', skill_place: '3 号楼', skill_assessors: '3', skill_head: '程一帆', skill_source: '市中心',
  'assessor.0.name': '方敏', 'assessor.0.card': 'Z33-00081', conditions: '（1）取得相关职业五级证书后，累计工作满 3 年。',
};
const plus = (date, days) => new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);

here.scene('from the filing to the released scores', async (enter) => {
  const fresh = async (p, name) => p.context.addCookies((await staff(here.origin, name)).cookies);
  const window = async (name, device, path) => {
    const p = await enter({ device, script: true });
    await fresh(p, name);
    await p.goes(path);
    return p;
  };
  // The agency's window: the form, with every date solved backwards.
  const agency = await window('毛伟', 'desktop', '/office/plans/new');
  await agency.page.locator('#procedure').selectOption('zynl');
  await agency.page.locator('#scope').selectOption('4-10-01-05/4');
  for (const [id, text] of Object.entries(form)) await agency.page.locator(`[id="${id}"]`).fill(text);
  await presses(agency, '按认定日期倒推全部时间点');
  await agency.page.waitForFunction(() => document.querySelector('#reg_open')?.value);
  const [opens, closes] = [day(5), day(40)];
  // This procedure has no rule for most of them: the agency says them.
  const own = { reg_open: opens, reg_close: closes, review_close: plus(closes, 1), roster_pub_start: plus(closes, 1), roster_pub_end: plus(closes, 12), ticket_start: plus(EXAM, -10), ticket_end: EXAM };
  for (const [id, text] of Object.entries(own)) await agency.page.locator(`#${id}`).fill(text);
  await presses(agency, '保存并提交备案');
  await sees(agency, '已提交备案，等认定中心审核。');
  const address = new URL(agency.page.url()).pathname;
  const plan = address.split('/').at(-1);

  // The authority's window: examined by one, approved by another.
  const authority = await window('金岚', 'desktop', `${address}/filing`);
  for (const name of ['金岚', '何静']) {
    await fresh(authority, name);
    await authority.goes(`${address}/filing`);
    await authority.page.getByRole('radio', { name: /^同意/ }).check();
    await presses(authority, '签署意见');
    await sees(authority, '已签意见：同意。');
  }
  await agency.goes(`${address}/filing`);
  await presses(agency, '发布');
  await sees(agency, '计划已发布，考生现在能查到。日期已锁定。');
  const number = await agency.page.getByText(/^\d{4}-S-\d{6}$/).first().innerText();

  // The candidate's window.
  await here.server.setClock(`${opens} 10:00:00`);
  const by = await candidate(here.origin, someone({ name: '于小山' }));
  const { id, who } = await application(here.origin, { number, by });
  const p = await enter({ device: 'phone', script: true });
  const back = async () => {
    const again = quickly(here.origin);
    await again.posts('/api/account/sign-in', { id_no: who.idNo, password: who.password, next: '' });
    await p.context.addCookies(again.cookies());
  };
  await back();
  await p.goes(`/my/${id}`);
  await decides(await staff(here.origin, '毛伟'), id, 'approve');
  await sees(p, /审核通过|已通过|报名成功/);

  // The list is public, then filed; rooms, seats, tickets.
  await here.server.setClock(`${plus(closes, 1)} 09:00:00`);
  const manager = await staff(here.origin, '毛伟');
  await manager.hands.posts('/api/office/plan-notice', { id: plan, kind: 'roster', from: plus(closes, 1), until: plus(closes, 12) });
  await p.goes('/notices');
  await p.page.getByRole('link', { name: /养老护理员|申报计划/ }).first().click();
  await sees(p, '于**');

  // Anybody objects, with a paper that proves it, without script; the agency looks at it and answers.
  const guest = await enter({ device: 'phone', script: false });
  await guest.goes(new URL(p.page.url()).pathname);
  await types(guest, '第几行', '1');
  await types(guest, '事实和依据', '工作年限与社保记录不符。');
  await types(guest, '您的姓名', '钱程');
  await guest.page.getByLabel(/^证明材料/).setInputFiles(paper('ordinary_1page.pdf'));
  await presses(guest, '提交异议');
  await isTold(guest, '姓名、联系方式和事实依据都要填');
  assert.equal(await guest.page.getByLabel(/^事实和依据/).inputValue(), '工作年限与社保记录不符。', 'what was typed stays');
  await fits(guest.page, '/notices/:id');
  await axe(guest.page, '/notices/:id');
  await types(guest, '联系电话或邮箱', '13900000000');
  await guest.page.getByLabel(/^证明材料/).setInputFiles(paper('ordinary_1page.pdf'));
  await presses(guest, '提交异议');
  await sees(guest, '异议已收到。');
  await fresh(agency, '毛伟');
  await agency.goes(`${address}/notices`);
  const proof = await agency.page.getByRole('link', { name: '证明材料（PDF）' }).getAttribute('href');
  const opened = await agency.context.request.get(here.origin + proof);
  assert.equal(opened.headers()['content-type'], 'application/pdf');
  await agency.page.getByText('不成立', { exact: true }).click();
  await types(agency, '答复和理由', '已核对社保记录，年限相符。');
  await presses(agency, '答复');
  await sees(agency, '异议不成立');
  await manager.hands.posts('/api/office/file', { plan });
  await manager.hands.posts('/api/office/rooms-save', { plan, name: '3', rows: '3', columns: '4', count: '1' });
  for (const [subject, from, to] of [['理论考试', '09:00', '10:30'], ['实操考试', '13:30', '17:00']])
    await manager.hands.posts('/api/office/sessions-save', { plan, subject, day: EXAM, from, to, entry: '30', late: '15' });
  const rooms = await manager.hands.reads(`${address}/rooms`);
  await manager.hands.posts('/api/office/rooms-arrange', { ...hiddenOf(rooms, '/api/office/rooms-arrange'), mode: 'anew', seed: '7' });
  await manager.hands.posts('/api/office/rooms-publish', { plan, opens: '' });

  // The invigilator's window, on the day.
  await here.server.setClock(`${EXAM} 08:45:00`);
  await back();
  await p.page.goto(`/my/${id}/ticket`);
  const ticket = (await p.page.locator('header b').innerText()).replace(/\s/g, '');
  const door = await window('毛伟', 'phone', `${address}/day?code=${ticket}`);
  await door.page.getByRole('heading', { name: '于小山' }).waitFor();
  await presses(door, '是本人');
  await sees(door, '签到成功。');

  // Scores: taken from a sheet, locked, released while the candidate looks on.
  await here.server.setClock(`${plus(EXAM, 3)} 10:00:00`);
  await fresh(agency, '毛伟');
  const scores = await staff(here.origin, '毛伟');
  const sheet = ['准考证号,姓名,证件号码,理论成绩,实操成绩', `${ticket},于小山,${who.idNo},86.5,91`].join('\n');
  await scores.hands.uploads(`/office/scores/${plan}/sheet`, 'file', [['成绩.csv', Buffer.from(`\ufeff${sheet}`)]]);
  await scores.hands.posts('/api/office/scores-take', { plan });
  await scores.hands.posts('/api/office/scores-lock', { plan });
  await back();
  await p.goes(`/my/${id}`);
  assert.equal(await p.page.getByText('86.5').count(), 0, 'nobody sees a score before its moment');
  await agency.goes(`/office/scores?plan=${plan}`);
  await presses(agency, '发布成绩');
  await sees(agency, '已发布', { exact: false });
  await sees(p, '86.5');
  await fresh(authority, '何静');
  await authority.goes(address);
  await sees(authority, '从草稿到证书');
});
