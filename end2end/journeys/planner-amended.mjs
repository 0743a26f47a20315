// 变更等级: the agency asks for another level, sees whom it concerns before it asks, both desks approve, and whoever had
// registered is asked to answer anew and sees why. The agency, the desks and the candidate have no script.
import assert from 'node:assert/strict';
import { said, stage } from '../lib/stage.mjs';
import { arrives, chooses, goesOnToPreview, isAt, isTold, presses, sees, signs } from '../lib/acts.mjs';
import { axe, fits } from '../lib/browser.mjs';
import { someone } from '../lib/people.mjs';
import { application, candidate, decides, hiddenOf, staff } from '../lib/swift.mjs';
import { day } from '../lib/time.mjs';

const here = stage();
const EXAM = day(60);
const FORM = {
  procedure: 'zynl', scope: '4-10-01-05/4', seats: '30', fee: '0', city: '衢州市', site: '三衢技师学院', contact: '毛伟', contact_phone: '0570-00008091',
  theory_on: EXAM, theory_from: '09:00', theory_to: '10:30', theory_place: '1 号楼机房', theory_rooms: '1', theory_invigilators: '2', theory_markers: '2',
  theory_head: '毛伟', theory_source: '市中心', skill_on: EXAM, skill_from: '13:30', skill_to: '17:00', skill_place: '3 号楼', skill_assessors: '3',
  skill_head: '程一帆', skill_source: '市中心', 'assessor.0.name': '方敏', 'assessor.0.card': 'Z33-00081',
};

/// The procedure has no rule for these: the agency says them.
const OWN = {
  reg_open: day(0), reg_close: day(30), review_close: day(31), roster_pub_start: day(31), roster_pub_end: day(42), ticket_start: day(50), ticket_end: EXAM,
};
const sent = (form) => Object.fromEntries(Object.entries(form).map(([key, value]) => [`form[${key}]`, value]));

/// A plan that both desks approved, open for registration: its address at the desk, and its number.
async function opened(mao, centre, authority) {
  const fields = sent(FORM);
  const at = await mao.hands.posts('/api/office/plan-save', { id: '', seen: 0, ...fields, act: 'propose' });
  const address = at.match(/\/office\/plans\/[0-9a-f-]{36}/)[0];
  const proposed = await mao.hands.reads(`${address}/edit`);
  const dates = [...proposed.matchAll(/<input[^>]*name="(form\[[a-z_]+\])"[^>]*>/g)]
    .map(([input, name]) => [name, input.match(/\bvalue="([^"]*)"/)?.[1] ?? ''])
    .filter(([name]) => !(name in fields));
  await mao.hands.posts('/api/office/plan-save', {
    ...hiddenOf(proposed, '/api/office/plan-save'), ...fields, ...Object.fromEntries(dates), ...sent(OWN), act: 'file',
  });
  for (const desk of [centre, authority]) {
    const { id, seen } = hiddenOf(await desk.hands.reads(`${address}/filing`), '/api/office/plan-decide');
    await desk.hands.posts('/api/office/plan-decide', { id, seen, outcome: 'approve', words: '同意。' });
  }
  const page = await mao.hands.reads(`${address}/filing`);
  await mao.hands.posts('/api/office/plan-publish', hiddenOf(page, '/api/office/plan-publish'));
  return { address, number: page.match(/\d{4}-S-\d{6}/)[0] };
}

const way = { device: 'phone', script: false };

here.scene(`another level: who is affected, both desks, and everybody answers anew (${said(way)})`, async (enter) => {
  const [mao, centre, authority] = await Promise.all(['毛伟', '金岚', '何静'].map((name) => staff(here.origin, name)));
  const { address, number } = await opened(mao, centre, authority);
  const registers = async (name) => application(here.origin, { number, by: await candidate(here.origin, someone({ name })) });
  const lan = await registers('刘兰');
  const ming = await registers('郑明');
  await decides(mao, ming.id, 'approve');

  // The agency chooses another level: it is not asked for yet, first those whom it concerns are shown.
  const m = await enter({ ...way, cookies: mao.cookies });
  await m.goes(`${address}/change`);
  await m.page.locator('#scope').selectOption('4-10-01-05/3');
  await m.page.locator('#amend-why').fill('培训班改为高级工班');
  await presses(m, '提交变更');
  await isTold(m, '改工种或等级会影响已报名的 2 人：2 人退回补正，0 人保留。');
  const line = (name) => m.page.locator('#affected tbody tr').filter({ hasText: name });
  for (const name of ['刘兰', '郑明']) {
    const said = await line(name).innerText();
    assert.match(said, /退回补正/);
    assert.match(said, /报的是另一个等级；选的申报条件变了/);
  }
  assert.equal(await m.page.locator('#scope').inputValue(), '4-10-01-05/3', 'what was chosen stays');
  assert.equal(await m.page.locator('#amend-why').inputValue(), '培训班改为高级工班');
  await fits(m.page, '/office/plans/:id/change, affected');
  await axe(m.page, '/office/plans/:id/change, affected');

  // Somebody registers while the list is read: what was seen is not the list any more.
  await registers('何小满');
  await presses(m, '看过名单，提交变更');
  await isTold(m, '改工种或等级会影响已报名的 3 人');
  await line('何小满').waitFor();
  await presses(m, '看过名单，提交变更');
  await sees(m, /变更已提交，等认定中心审核/);

  // Until both desks agree, nothing changes for anybody.
  const p = await enter({ ...way, cookies: lan.cookies });
  await p.goes(`/my/${lan.id}`);
  await sees(p, '正在审核');
  for (const desk of [centre, authority]) {
    const d = await enter({ ...way, cookies: desk.cookies });
    await d.goes(`${address}/filing`);
    await sees(d, /已报名的要重审：3 人退回补正，0 人保留/);
    await d.page.getByRole('radio', { name: /^同意变更/ }).check();
    await presses(d, '签署变更意见');
    await sees(d, desk === centre ? '已签意见：同意。' : '变更已生效，报了名的人已收到通知。');
  }

  // The candidate sees why, and only what has to be answered anew is open.
  await p.goes(`/my/${lan.id}`);
  await sees(p, /计划由“养老护理员 四级\/中级工”变更为“养老护理员 三级\/高级工”/);
  await sees(p, '请按新的申报条件重新选择');
  await fits(p.page, '/my/:id, amended');
  await axe(p.page, '/my/:id, amended');
  await p.goes(`/apply/${lan.id}/form`);
  await sees(p, /计划已变更为“养老护理员 三级\/高级工”。请按新的申报条件重新选择/);
  assert.equal(await p.page.getByText('审核老师退回了').count(), 0, 'no reviewer is said to have done it');
  assert.equal(await p.page.getByLabel(/^通讯地址/).count(), 0, 'what still fits is read, not typed');
  await chooses(p, '符合申报条件', '条件（1）');
  await presses(p, '保存，下一步');
  await arrives(p, /\/sign/);
  await signs(p);
  await goesOnToPreview(p);
  await presses(p, '重新提交');
  await arrives(p, /submitted=1/);
  await isAt(p, '已提交');
  await p.goes('/my/messages');
  await sees(p, /计划由“养老护理员 四级\/中级工”变更为“养老护理员 三级\/高级工”，请按新的申报条件核对。原因：培训班改为高级工班/);

  // Whoever was approved is asked, too, and keeps the seat.
  const q = await enter({ ...way, cookies: ming.cookies });
  await q.goes(`/my/${ming.id}`);
  await sees(q, /名额为您留着/);

  // At the desk the case says what became of the plan, and that it came again.
  await m.goes(`/office/cases/${lan.id}`);
  await sees(m, /养老护理员 四级\/中级工 → 养老护理员 三级\/高级工/);
  await sees(m, '第 2 次提交');
});
