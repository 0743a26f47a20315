// Candidate and reviewer with two browsers open: what one does, the other sees without touching anything.
import assert from 'node:assert/strict';
import { said, stage } from '../lib/stage.mjs';
import {
  arrives, claims, decides, follows, handsIn, isAt, isTold, presses, sees, signs, signsInAtDesk, submits,
} from '../lib/acts.mjs';
import { someone } from '../lib/people.mjs';
import { adds, application, candidate, staff } from '../lib/swift.mjs';
import { monthsAgo } from '../lib/time.mjs';
import { paper } from '../lib/pictures.mjs';

const here = stage();

/// Answers whose rules all pass: the work periods prove the years.
const clean = (occupation) => ({ years_occ: '7', 'jobs.0.occ': occupation, 'jobs.0.from': monthsAgo(86) });

/// Leaves the case open after deciding.
const stays = (r) => presses(r, '只提交，留在这件');

here.scene('submitted, claimed, returned, corrected, approved: both pages change by themselves', async (enter) => {
  await application(here.origin, { by: await candidate(here.origin, someone({ name: '先到者' })) });
  const draft = await application(here.origin, { by: await candidate(here.origin, someone({ name: '林一帆' })), until: 'signed' });
  const r = await enter();
  await signsInAtDesk(r, '周敏');
  await r.page.getByRole('link', { name: /先到者/ }).waitFor();

  const p = await enter({ device: 'phone', cookies: draft.cookies });
  await p.goes(`/apply/${draft.id}/preview`);
  await submits(p);

  // The list keeps still while it is being read: what is new waits behind a button.
  await r.page.getByRole('button', { name: '有 1 条新的' }).waitFor();
  assert.equal(await r.page.getByRole('link', { name: /林一帆/ }).count(), 0);
  await presses(r, '有 1 条新的');
  await r.page.getByRole('link', { name: /林一帆/ }).click();
  await arrives(r, /\/office\/cases\//);
  await r.page.getByRole('heading', { name: /林一帆/ }).waitFor();
  await claims(r);
  await sees(p, /审核老师正在看您的材料，这时不能撤回/);

  await decides(r, '退回补正');
  await r.page.getByLabel('其他材料PDF扫描件', { exact: true }).check();
  await r.page.getByLabel('其他材料PDF扫描件：要补什么').fill('身份证反面看不清，请重新拍。');
  await stays(r);
  await sees(r, '等补正');

  // The candidate's page says what to correct, and only that can be corrected.
  await sees(p, '要改 1 处，已改 0 处');
  await sees(p, '身份证反面看不清，请重新拍。');
  await follows(p, '其他材料PDF扫描件');
  await arrives(p, /\/form#.*evidence/);
  await sees(p, '审核老师：身份证反面看不清，请重新拍。');
  assert.equal(await p.page.getByLabel(/^通讯地址/).count(), 0, 'what was not returned is read, not typed');
  await handsIn(p, '其他材料PDF扫描件', 'scan_3pages.pdf');
  await presses(p, '保存，下一步');
  await arrives(p, /\/sign$/);
  await isAt(p, '扫码在线签名');
  await signs(p);
  await arrives(p, /\/preview/);
  await presses(p, '重新提交');
  await arrives(p, /submitted=1/);

  await r.goes('/office');
  await r.page.getByRole('link', { name: /林一帆/ }).click();
  await sees(r, '第 2 次提交');
  await sees(r, '补过');
  await claims(r);
  await decides(r, '通过');
  await stays(r);
  await sees(r, '已通过');
  await sees(p, /审核通过/);
});

for (const script of [true, false]) {
  here.scene(`nobody is refused without a reason: T22 (${said({ device: 'desktop', script })})`, async (enter) => {
    const sent = await application(here.origin, { number: '2026-S-001203' });
    const p = await enter({ cookies: sent.cookies });
    await p.goes(`/my/${sent.id}`);
    const desk = await staff(here.origin, '周敏');
    const r = await enter({ script, cookies: desk.cookies });
    r.expectTrouble('the server responded with a status of');
    await r.goes(`/office/cases/${sent.id}`);
    await claims(r);
    await decides(r, '不通过');
    await stays(r);
    await isTold(r, /不通过要写明原因|不通过必须选一个原因/);
    await sees(p, /正在审核|正在看您的材料/);

    // A reason that nobody chose does not look chosen; one in own words without words is none.
    const reason = r.page.getByLabel('工作年限不足');
    const ground = () => reason.evaluate((dot) => getComputedStyle(dot).backgroundColor);
    const before = await ground();
    await reason.check();
    assert.equal(await ground(), before, 'the circle stays open: a dot inside says that it is chosen');
    await r.page.getByLabel('其他，自己写').check();
    await stays(r);
    await isTold(r, /不通过要写明原因/);
    await r.page.getByLabel('对申报人说').fill('毕业证书上的专业是会计，和本职业不相关。');
    await stays(r);
    await r.page.getByRole('button', { name: '恢复审核' }).waitFor();
    await sees(p, '不通过：毕业证书上的专业是会计，和本职业不相关。');

    // And taken back, with a reason that stays.
    await r.page.getByLabel('为什么恢复').fill('看错了人');
    await presses(r, '恢复审核');
    await r.page.getByRole('button', { name: /^开始审/ }).waitFor();
    await sees(r, '看错了人');
  });

  here.scene(`many are approved at once, and what needs eyes stays (${said({ device: 'desktop', script })})`, async (enter) => {
    const number = '2026-S-001211';
    const mark = script ? '合格' : '放行';
    for (const name of [`甲${mark}`, `乙${mark}`])
      await application(here.origin, { number, by: await candidate(here.origin, someone({ name })), answers: clean('电子商务师') });
    await application(here.origin, { number, by: await candidate(here.origin, someone({ name: `丙${mark}` })) });
    const r = await enter({ script, cookies: (await staff(here.origin, '沈嘉')).cookies });
    await r.goes('/office');
    await follows(r, '选没有疑点的');
    await arrives(r, /check=clean/);
    assert.equal(await r.page.getByLabel(`选中 甲${mark}`).isChecked(), true);
    assert.equal(await r.page.getByLabel(`选中 丙${mark}`).isChecked(), false);
    await r.page.getByLabel(`选中 丙${mark}`).check();
    await presses(r, '通过选中的');
    await r.page.getByRole('heading', { name: '确定通过这 3 件？' }).waitFor();
    await presses(r, '通过这 3 件');
    await r.page.getByRole('heading', { name: '已通过 2 件，1 件留下了，原因见下。' }).waitFor();
    await sees(r, /不能批量通过/);
    // Out of the way of the next scene.
    await follows(r, `丙${mark}`);
    await claims(r);
    await decides(r, '通过');
    await stays(r);
    await sees(r, '已通过');
  });
}

here.scene('who holds a case is seen by colleagues at once, and they can only read', async (enter) => {
  const sent = await application(here.origin, { number: '2026-S-001204' });
  const colleague = await enter({ cookies: (await staff(here.origin, '吴桐')).cookies });
  await colleague.goes(`/office/cases/${sent.id}`);
  const r = await enter({ cookies: (await staff(here.origin, '周敏')).cookies });
  await r.goes(`/office/cases/${sent.id}`);
  await claims(r);
  await sees(r, /您正在审，到 .* 为止/);
  await sees(colleague, /周敏 正在审，到 .* 为止/);
  await colleague.page.getByRole('button', { name: /^开始审/ }).waitFor({ state: 'hidden' });
  await presses(r, '不审了，放回队列');
  await colleague.page.getByRole('button', { name: /^开始审/ }).waitFor();
});

here.scene('full numbers are shown only with a reason, and the reason stays in the history', async (enter) => {
  const who = someone();
  const sent = await application(here.origin, { number: '2026-S-001202', by: await candidate(here.origin, who), answers: { condition: '1' } });
  const r = await enter({ cookies: (await staff(here.origin, '周敏')).cookies });
  await r.goes(`/office/cases/${sent.id}`);
  assert.equal(await r.page.getByText(who.idNo).count(), 0, 'masked at first');
  await r.page.getByText('显示身份证件号码').click();
  await r.page.locator('form').filter({ has: r.page.getByLabel('为什么要看') }).getByLabel('为什么要看').filter({ visible: true }).fill('和身份证照片核对');
  await r.page.getByRole('button', { name: '显示完整内容' }).filter({ visible: true }).click();
  await sees(r, who.idNo);
  await r.goes(`/office/cases/${sent.id}`);
  await sees(r, /周敏 查看了完整号码/);
  await sees(r, '和身份证照片核对');
});

here.scene('the authority reads its region and decides nothing; another agency sees nothing', async (enter) => {
  const sent = await application(here.origin, { number: '2026-S-001203' });
  const authority = await enter({ cookies: (await staff(here.origin, '叶舟')).cookies });
  await authority.goes(`/office/cases/${sent.id}`);
  await sees(authority, '您可以查看，决定由评价机构作出。');
  assert.equal(await authority.page.getByRole('button', { name: /^开始审/ }).count(), 0);
  const other = await enter({ cookies: (await staff(here.origin, '沈嘉')).cookies });
  other.expectTrouble('the server responded with a status of 404');
  assert.equal((await other.goes(`/office/cases/${sent.id}`)).status(), 404);
});

here.scene('evidence is handed over as one PDF under the limit: T15', async () => {
  const draft = await application(here.origin, { number: '2026-S-001202', until: 'form' });
  await adds(draft, draft.id, [paper('ordinary_1page.pdf'), paper('scan_3pages.pdf')]);
  const kept = await draft.hands.reads(`/apply/${draft.id}/form`);
  assert.match(kept, /ordinary_1page\.pdf[\s\S]*scan_3pages\.pdf/, 'both are kept, in order');
  const sent = await application(here.origin, { number: '2026-S-001203' });
  const desk = await staff(here.origin, '周敏');
  const merged = await desk.hands.reads(`/office/cases/${sent.id}/documents/evidence.pdf`);
  assert.match(merged, /^%PDF-/);
  assert.ok(merged.length < 20 * 1024 * 1024);
});
