// 职业技能等级认定系统: notice, form, photo, submit, change while 待处理, approval, form, filing, ticket. The candidate's
// page changes by itself while the agency works.
import assert from 'node:assert/strict';
import { everyWay, said, stage } from '../lib/stage.mjs';
import { arrives, claims, decides, follows, presses, sees, signsInAtDesk } from '../lib/acts.mjs';
import { readFileSync } from 'node:fs';
import { photo } from '../lib/pictures.mjs';
import { fits } from '../lib/browser.mjs';
import { candidate, decides as decided, planId, staff, submits } from '../lib/swift.mjs';

const here = stage();

/// A submitted application for a plan of this procedure.
async function handedIn(number) {
  const person = await candidate(here.origin);
  const { hands } = person;
  const id = (await hands.posts('/api/plan/start', { plan: await planId(here.origin, number) })).match(/\/apply\/([^/]+)/)[1];
  await hands.posts('/api/apply/notice', { id });
  await hands.uploads(`/upload/${id}/photo`, 'photo', [['一寸.jpg', readFileSync(photo('ok_413x579_40k.jpg'))]]);
  await submits(person, id);
  return { ...person, id };
}

/// A PDF behind a link of the page, fetched with the person's cookies.
async function pdf(p, path) {
  const answer = await p.context.request.get(here.origin + path, { timeout: 120_000 });
  assert.equal(answer.status(), 200, path);
  assert.equal(answer.headers()['content-type'], 'application/pdf');
  assert.equal((await answer.body()).subarray(0, 5).toString(), '%PDF-');
}

for (const way of [everyWay[0], everyWay[3]]) {
  here.scene(`from 待处理 to the ticket: T10 (${said(way)})`, async (enter) => {
    const sent = await handedIn('2026-H-000001');
    const p = await enter({ ...way, cookies: sent.cookies });
    await p.goes('/my');
    for (const head of ['职业', '工种/职业方向', '等级', '状态', '支付状态', '操作']) await p.page.getByText(head, { exact: true }).first().waitFor({ state: 'attached' });
    await sees(p, '待处理');
    await sees(p, '待支付');
    await fits(p.page, '/my');

    // A reviewer holds it, and it can be changed all the same; the reviewer is told.
    const r = await enter();
    await signsInAtDesk(r, '梁颖');
    await r.goes(`/office/cases/${sent.id}`);
    await claims(r);
    // The open case asks again and hears that it is a draft.
    r.expectTrouble('the server responded with a status of 422');
    await p.goes(`/my/${sent.id}`);
    await sees(p, '表格下载');
    await sees(p, '审核通过以后能下载');
    await presses(p, '撤回来改');
    await arrives(p, /\/apply\//);
    await sees(r, /申报人刚把这件撤回去修改了/);
    await submits({ hands: sent.hands }, sent.id);

    await r.goes(`/office/cases/${sent.id}`);
    await claims(r);
    await decides(r, '通过');
    await presses(r, '只提交，留在这件');
    await sees(r, '申请通过');
    await p.goes(`/my/${sent.id}`);
    await sees(p, '申请通过');
    await sees(p, '缴费不影响审核、申报和准考证。');
    assert.equal(await p.page.getByRole('button', { name: '撤回来改' }).count(), 0, 'locked after the decision');
    await pdf(p, `/my/${sent.id}/print/application-form.pdf`);
    // The refusal is a page with a sentence, under the status of a refusal.
    p.expectTrouble('the server responded with a status of 422');
    await p.goes(`/my/${sent.id}/print/ticket.pdf`);
    await sees(p, /准考证现在还没有，机构提交申报以后能下载/);

    await r.goes('/office/dashboard');
    await follows(r, '提交申报（');
    await sees(r, /审核通过、还没申报的有 \d+ 份/);
    await presses(r, '提交申报');
    await sees(r, /份报名已提交申报/);
    await p.goes(`/my/${sent.id}`);
    await sees(p, '已提交申报');
    await sees(p, '下载准考证（PDF）');
    await pdf(p, `/my/${sent.id}/print/ticket.pdf`);
    await p.goes('/my');
    await sees(p, '下载准考证');

    // Taken back with a reason, so that the next scene finds the plan as it was.
    await r.goes('/office/dashboard');
    await follows(r, '收回申报');
    await r.page.getByLabel('为什么收回').fill('演练');
    await presses(r, '收回申报');
    await sees(r, /份报名已收回申报/);
  });
}

for (const way of [everyWay[0], everyWay[3]]) {
  here.scene(`专项能力: notice from its template, no level, pictures of the identity card left out (${said(way)})`, async (enter) => {
    const person = await candidate(here.origin);
    const p = await enter({ ...way, cookies: person.cookies });
    await p.goes('/profile');
    await follows(p, '证件信息');
    await arrives(p, /\/profile\/photo/);
    await follows(p, '基础信息');
    await arrives(p, /\/profile$/);

    await p.goes(`/plans/${await planId(here.origin, '2026-H-000003')}`);
    await sees(p, /我单位拟于.*开展专项职业能力考核/);
    await sees(p, /逾期不再接受报名。特此公告!/);
    await presses(p, '马上报名');
    await arrives(p, /\/notice/);
    await presses(p, '我已阅读，下一步');
    await arrives(p, /\/form/);
    const form = p.page.locator('main');
    assert.equal(await form.getByText('等级', { exact: true }).count(), 0, 'a special capability has no level');
    await presses(p, '保存，下一步');
    await arrives(p, /\/photo/);
    await p.page.getByLabel('选照片', { exact: true }).setInputFiles(photo('ok_413x579_40k.jpg'));
    if (way.script) await presses(p, '用这张照片，下一步');
    else {
      await presses(p, '上传选好的照片');
      await p.page.getByRole('link', { name: '下一步', exact: true }).click();
    }
    await arrives(p, /\/documents/);
    await sees(p, '非强制要求，可不上传');
    await p.page.getByRole('link', { name: /^下一步/ }).click();
    await arrives(p, /\/preview/);
    await presses(p, '确认报名');
    await arrives(p, /submitted=1/);
    await sees(p, '待处理');

    // 申请不通过 always comes with a reason.
    const id = new URL(p.page.url()).pathname.split('/').pop();
    const r = await enter();
    await signsInAtDesk(r, '梁颖');
    await r.goes(`/office/cases/${id}`);
    await claims(r);
    await decides(r, '不通过');
    await r.page.getByLabel('不符合计划的报考条件').check();
    await presses(r, '只提交，留在这件');
    await sees(r, '申请不通过');
    await p.goes(`/my/${id}`);
    await sees(p, '申请不通过');
    await sees(p, /不符合计划的报考条件/);
  });
}

for (const way of [everyWay[1], everyWay[3]]) {
  here.scene(`what was returned is mended at its own step, and nothing is signed where nothing was (${said(way)})`, async (enter) => {
    const sent = await handedIn('2026-H-000001');
    const liang = await staff(here.origin, '梁颖');
    await decided(liang, sent.id, 'return', { targets: ['document:evidence', 'photo'], remark: '请补上一级证书的照片，换一张近照。' });
    const p = await enter({ ...way, cookies: sent.cookies });
    await p.goes('/my');
    await follows(p, '去修改');
    await arrives(p, /\/my\/[0-9a-f-]+$/);
    await sees(p, '要改 2 处，已改 0 处');
    assert.equal(await p.page.getByText('重新签名').count(), 0, 'this procedure has no signature');
    await follows(p, '报考时要求提交的证件资料');
    await arrives(p, /\/documents#doc-evidence$/);
    await p.page.locator('#doc-evidence').waitFor();
    await p.goes(`/my/${sent.id}`);
    await follows(p, '证件照');
    await arrives(p, /\/photo$/);
    // A step that this procedure does not have leads back to what is to be done.
    await p.goes(`/apply/${sent.id}/sign`);
    await arrives(p, new RegExp(`/my/${sent.id}$`));
  });
}

for (const way of [everyWay[0], everyWay[3]]) {
  here.scene(`接着填 goes on where it was left (${said(way)})`, async (enter) => {
    const person = await candidate(here.origin);
    const id = (await person.hands.posts('/api/plan/start', { plan: await planId(here.origin, '2026-H-000001') })).match(/\/apply\/([^/]+)/)[1];
    const p = await enter({ ...way, cookies: person.cookies });
    await p.goes('/my');
    await follows(p, '接着填');
    await arrives(p, /\/notice$/);
    await person.hands.posts('/api/apply/notice', { id });
    await p.goes('/my');
    await follows(p, '接着填');
    await arrives(p, /\/photo$/);
  });
}

here.scene('forms and tickets of a plan by status; where there are none, a sentence', async (enter) => {
  const [one, two] = [await handedIn('2026-H-000002'), await handedIn('2026-H-000002')];
  const liang = await staff(here.origin, '梁颖');
  await decided(liang, one.id, 'approve');
  const plan = await planId(here.origin, '2026-H-000002');
  const r = await enter({ cookies: liang.cookies });
  await pdf(r, `/office/plans/${plan}/forms.pdf?standing=approved`);
  await r.goes(`/office/plans/${plan}/tickets.pdf?standing=filed`);
  await sees(r, /没有/);
  await liang.hands.posts('/api/office/file', { plan });
  await r.goes('/office/dashboard');
  await pdf(r, await r.page.getByRole('row').filter({ hasText: '技师' }).getByRole('link', { name: '已申报的申请表' }).getAttribute('href'));
  await pdf(r, await r.page.getByRole('row').filter({ hasText: '技师' }).getByRole('link', { name: '已申报的准考证' }).getAttribute('href'));
  assert.ok(two.id !== one.id);
});
