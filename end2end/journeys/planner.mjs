// 计划: an agency writes a plan, the centre sends it back, the agency mends it, both desks agree, it is published, a
// candidate finds it on a phone without script; it is amended and called off, and the public list is there and gone.
import assert from 'node:assert/strict';
import { said, stage } from '../lib/stage.mjs';
import { isAt, isTold, presses, sees, seesNoMore, types } from '../lib/acts.mjs';
import { axe, fits } from '../lib/browser.mjs';
import { staff } from '../lib/swift.mjs';
import { day } from '../lib/time.mjs';

const here = stage();
const EXAM = day(70);

/// A member of staff at a device, by name.
async function at(enter, name, way, path) {
  const someone = await enter(way);
  await someone.context.addCookies((await staff(here.origin, name)).cookies);
  await someone.goes(path);
  return someone;
}

const fill = (p, id, text) => p.page.locator(`[id="${id}"]`).fill(text);
const value = (p, id) => p.page.locator(`[id="${id}"]`).inputValue();

const form = {
  seats: '30', fee: '0', city: '衢州市', site: '三衢技师学院', theory_on: EXAM, theory_from: '09:00', theory_to: '10:30',
  theory_place: '1 号楼机房', theory_rooms: '1', theory_invigilators: '2', theory_markers: '2', theory_head: '毛伟', theory_source: '市中心',
  skill_on: EXAM, skill_from: '13:30', skill_to: '17:00', skill_place: '3 号楼', skill_assessors: '3', skill_head: '程一帆', skill_source: '市中心',
};

here.scene(`from the form to the candidate's phone (${said({ device: 'phone', script: false })})`, async (enter) => {
  const way = { device: 'phone', script: false };
  const mao = await at(enter, '毛伟', way, '/office/plans/new');
  await isAt(mao, '新建计划');
  await mao.page.locator('#procedure').selectOption('qz-institution');
  await mao.page.locator('#scope').selectOption('4-10-01-05/4');
  for (const [id, text] of Object.entries(form)) await fill(mao, id, text);

  // Dates typed by hand that do not fit are told, with what would do; the rest stays as it was typed.
  await fill(mao, 'roster_pub_start', day(40));
  await fill(mao, 'roster_pub_end', day(44));
  await presses(mao, '保存草稿');
  await sees(mao, /\d+ 处时间对不上/);
  await sees(mao, /报名公示现在有 4 天，至少要 10 天/);
  assert.equal(await value(mao, 'theory_head'), '毛伟');
  await presses(mao, '按认定日期倒推全部时间点');
  await seesNoMore(mao, '处时间对不上');
  assert.notEqual(await value(mao, 'ticket_start'), '');
  assert.equal(await value(mao, 'ticket_end'), EXAM);
  await fits(mao.page, '/office/plans/:id/edit');
  await axe(mao.page, '/office/plans/:id/edit');

  // Too few invigilators: refused when filed, and the form is as it was.
  await fill(mao, 'theory_rooms', '2');
  await presses(mao, '保存并提交备案');
  await isTold(mao, '监考人数不够，按试场和人数至少 4 人。');
  assert.equal(await value(mao, 'theory_rooms'), '2');
  await fill(mao, 'theory_invigilators', '4');
  await presses(mao, '保存并提交备案');
  await sees(mao, '已提交备案，等认定中心审核。');
  const address = new URL(mao.page.url()).pathname;
  const number = await mao.page.getByText(/^\d{4}-QZ-\d{5}$/).first().innerText();
  await fits(mao.page, '/office/plans/:id');
  await axe(mao.page, '/office/plans/:id');

  // The centre sends it back: not without a reason.
  const centre = await at(enter, '金岚', way, `${address}/filing`);
  await centre.page.getByRole('radio', { name: /^退回修改/ }).check();
  await presses(centre, '签署意见');
  await isTold(centre, '请写明原因，看的人才知道为什么。');
  await types(centre, '意见', '请写明考评员和胸卡号。');
  assert.ok(await centre.page.getByRole('radio', { name: /^退回修改/ }).isChecked(), 'the choice stays');
  await presses(centre, '签署意见');
  await sees(centre, '已退回机构修改。');

  // The agency mends it.
  await mao.goes(`${address}/edit`);
  await sees(mao, /请写明考评员和胸卡号。/);
  await fill(mao, 'assessor.0.name', '方敏');
  await presses(mao, '保存并提交备案');
  await isTold(mao, /第 1 位考评员的胸卡号还没有填/);
  await fill(mao, 'assessor.0.card', 'Z33-00081');
  await presses(mao, '保存并提交备案');
  await sees(mao, '已提交备案，等认定中心审核。');
  await sees(mao, number);

  // Examined by one, approved by another.
  await centre.goes(`${address}/filing`);
  await centre.page.getByRole('radio', { name: /^同意/ }).check();
  await presses(centre, '签署意见');
  await centre.goes(`${address}/filing`);
  await centre.page.getByRole('radio', { name: /^同意/ }).check();
  await presses(centre, '签署意见');
  await isTold(centre, '审核和审批要由两个人来做。');
  const authority = await at(enter, '何静', way, `${address}/filing`);
  await fits(authority.page, '/office/plans/:id/filing');
  await axe(authority.page, '/office/plans/:id/filing');
  await authority.page.getByRole('radio', { name: /^同意/ }).check();
  await types(authority, '意见', '同意按方案实施。');
  await presses(authority, '签署意见');
  await sees(authority, '已签意见：同意。');
  const sheet = await authority.context.request.get(`${here.origin}${address}/filing.pdf`, { timeout: 120_000 });
  assert.equal(sheet.headers()['content-type'], 'application/pdf');

  await mao.goes(`${address}/filing`);
  await presses(mao, '发布');
  await sees(mao, '计划已发布，考生现在能查到。日期已锁定。');

  const candidate = await enter(way);
  await candidate.goes(`/?q=${number}&state=all`);
  await candidate.page.locator('.plan h3 a').first().click();
  await sees(candidate, `计划编号 ${number}`);

  // Amended with a reason, then called off.
  await mao.goes(`${address}/change`);
  await mao.page.locator('#site').fill('三衢技师学院 5 号楼');
  await presses(mao, '提交变更');
  await isTold(mao, '请写明原因');
  assert.equal(await value(mao, 'site'), '三衢技师学院 5 号楼', 'what was typed stays');
  await fill(mao, 'amend-why', '3 号楼维修');
  await presses(mao, '提交变更');
  await sees(mao, /变更已提交，等认定中心审核/);
  await sees(mao, '变更待审，认定中心审核中');
  await candidate.goes(candidate.page.url());
  await sees(candidate, /三衢技师学院/);
  assert.equal(await candidate.page.getByText('三衢技师学院 5 号楼').count(), 0, 'until it is approved, the old site counts');
  for (const desk of [centre, authority]) {
    await desk.goes(`${address}/filing`);
    await desk.page.getByRole('radio', { name: /^同意变更/ }).check();
    await presses(desk, '签署变更意见');
    await sees(desk, desk === centre ? '已签意见：同意。' : '变更已生效，报了名的人已收到通知。');
  }
  await candidate.goes(candidate.page.url());
  await sees(candidate, /三衢技师学院 5 号楼/);
  await mao.goes(`${address}/change`);
  await fits(mao.page, '/office/plans/:id/change');
  await axe(mao.page, '/office/plans/:id/change');
  await fill(mao, 'cancel-why', '考点停用');
  await presses(mao, '取消计划');
  await sees(mao, /计划已取消。报了名的人已收到通知/);
  await candidate.goes(candidate.page.url());
  await sees(candidate, /这个计划已经取消/);
});

here.scene('the list of plans, the register and the public lists, at a desk', async (enter) => {
  const he = await at(enter, '何静', { device: 'desktop' }, '/office/plans');
  await sees(he, '人社部门审批中');
  await axe(he.page, '/office/plans');
  // What was seen on site, with photos, before the approval.
  const waits = await he.page.getByRole('row', { name: /人社部门审批中/ }).first().getByRole('link').first().getAttribute('href');
  await he.goes(`${waits}/filing`);
  await sees(he, '机房 2 间共 64 个机位，监控能回看 30 天。');
  const photos = await he.page.locator('img.ph').evaluateAll((all) => all.map((one) => one.getAttribute('src')));
  assert.equal(photos.length, 2);
  for (const photo of photos) {
    const answer = await he.context.request.get(here.origin + photo);
    assert.equal(answer.headers()['content-type'], 'image/png');
  }
  await he.goes('/office/agencies');
  await sees(he, '三衢技师学院职业技能等级认定中心');
  await axe(he.page, '/office/agencies');

  const mao = await at(enter, '毛伟', { device: 'desktop' }, '/office/plans');
  await mao.page.getByRole('row', { name: /已发布/ }).first().getByRole('link').first().click();
  await sees(mao, '时间点，从考试日倒推');
  await mao.page.getByRole('img', { name: '计划时间图，文字版见下表' }).waitFor();
  await axe(mao.page, '/office/plans/:id');
  await mao.page.getByRole('link', { name: '公示和异议' }).click();
  await axe(mao.page, '/office/plans/:id/notices');

  const guest = await enter({ device: 'phone' });
  const answer = await guest.goes('/notices');
  assert.match(answer.headers()['x-robots-tag'], /noindex/);
  await sees(guest, '现在没有正在公示的名单');
  await fits(guest.page, '/notices');
  await axe(guest.page, '/notices');
});
