// Everything that goes wrong in real life, and that nothing is lost by it.
import assert from 'node:assert/strict';
import { stage } from '../lib/stage.mjs';
import {
  arrives, claims, fillsForm, follows, isAt, isKept, isTold, presses, question, sees, signsIn, types,
} from '../lib/acts.mjs';
import { adds, application, candidate, decides, staff } from '../lib/swift.mjs';
import { someone } from '../lib/people.mjs';
import { day } from '../lib/time.mjs';
import { axe } from '../lib/browser.mjs';
import { paper } from '../lib/pictures.mjs';

const here = stage();
const address = (p) => p.page.getByLabel(/^通讯地址/);

here.scene('the connection is lost in the middle of the form and comes back: nothing is lost', async (enter) => {
  const draft = await application(here.origin, { until: 'photo' });
  const p = await enter({ device: 'phone', cookies: draft.cookies });
  p.expectTrouble('net::ERR_');
  await p.goes(`/apply/${draft.id}/form`);
  await p.context.setOffline(true);
  await fillsForm(p);
  await sees(p, /没有保存成功，网络断了。填的都还在这一页/);
  await p.context.setOffline(false);
  await sees(p, /已保存 \d\d:\d\d/);
  // Another device goes on where this one stopped.
  const other = await enter({ cookies: draft.cookies });
  await other.goes(`/apply/${draft.id}/form`);
  assert.equal(await address(other).inputValue(), '浙江省杭州市西湖区文三路 90 号 3 幢 402 室');
});

here.scene('two tabs of one draft: both versions are shown, one is chosen, none is lost', async (enter) => {
  const draft = await application(here.origin, { until: 'form' });
  const [a, b] = [await enter({ cookies: draft.cookies }), await enter({ cookies: draft.cookies })];
  await a.goes(`/apply/${draft.id}/form`);
  await b.goes(`/apply/${draft.id}/form`);
  await isKept(a, () => address(a).fill('甲路 1 号'));
  await address(b).fill('乙路 2 号');
  await b.page.getByRole('heading', { name: '这份报名在别处也改过' }).waitFor();
  await question(b, '通讯地址').getByText('甲路 1 号').waitFor();
  await question(b, '通讯地址').getByText('乙路 2 号').click();
  await presses(b, '按选的保存');
  await b.page.getByRole('heading', { name: '这份报名在别处也改过' }).waitFor({ state: 'hidden' });
  await sees(b, /已保存/);
  await a.goes(`/apply/${draft.id}/form`);
  assert.equal(await address(a).inputValue(), '乙路 2 号');
});

here.scene('two tabs without script: the second save is told what is kept', async (enter) => {
  const draft = await application(here.origin, { until: 'form' });
  const way = { script: false, cookies: draft.cookies };
  const [a, b] = [await enter(way), await enter(way)];
  await a.goes(`/apply/${draft.id}/form`);
  await b.goes(`/apply/${draft.id}/form`);
  await address(a).fill('甲路 1 号');
  await presses(a, '保存，下一步');
  await arrives(a, /check=1/);
  await address(b).fill('乙路 2 号');
  await presses(b, '保存，下一步');
  await isTold(b, /已保存的是“甲路 1 号”，这一页填的是“乙路 2 号”/);
  assert.equal(await address(b).inputValue(), '乙路 2 号');
  await presses(b, '保存，下一步');
  await arrives(b, /check=1/);
  await a.goes(`/apply/${draft.id}/form`);
  assert.equal(await address(a).inputValue(), '乙路 2 号');
});

here.scene('a double click on submit makes one application', async (enter) => {
  const draft = await application(here.origin, { until: 'signed' });
  const p = await enter({ cookies: draft.cookies });
  await p.goes(`/apply/${draft.id}/preview`);
  await p.page.getByRole('button', { name: '提交', exact: true }).dblclick();
  await arrives(p, /submitted=1/);
  await p.goes('/my');
  await sees(p, '正在办理（1）');
  assert.equal(await p.page.getByText(/报名号 2026-S-001201-\d{4}/).count(), 1);
});

here.scene('fifty impatient browsers submit at once: one number, the same answer', async () => {
  const draft = await application(here.origin, { until: 'signed' });
  const page = await draft.hands.reads(`/apply/${draft.id}/preview`);
  const key = page.match(/name="key" value="([^"]+)"/)[1];
  const answers = await Promise.all(Array.from({ length: 50 }, () => draft.hands.posts('/api/apply/submit', { id: draft.id, key })));
  assert.deepEqual([...new Set(answers)], [`/my/${draft.id}?submitted=1`]);
});

here.scene('the back button brings the form back as it was', async (enter) => {
  const draft = await application(here.origin, { until: 'form' });
  const p = await enter({ cookies: draft.cookies });
  await p.goes(`/apply/${draft.id}/form`);
  await isKept(p, () => address(p).fill('丙路 3 号'));
  await follows(p, '上一步');
  await arrives(p, /\/photo/);
  await isAt(p, '上传证件照');
  await p.page.goBack();
  await arrives(p, /\/form/);
  await isAt(p, '填写报名信息');
  assert.equal(await address(p).inputValue(), '丙路 3 号');
});

here.scene('a reviewer with an old page learns what happened meanwhile', async (enter) => {
  const sent = await application(here.origin);
  const [zhou, wu] = [await staff(here.origin, '周敏'), await staff(here.origin, '吴桐')];
  const r = await enter({ cookies: zhou.cookies });
  r.expectTrouble('the server responded with a status of');
  await r.goes(`/office/cases/${sent.id}`);
  const plain = await enter({ script: false, cookies: zhou.cookies });
  await plain.goes(`/office/cases/${sent.id}`);
  await decides(wu, sent.id, 'approve');
  await sees(r, /这件刚有变化/);
  await presses(r, '看最新的');
  await sees(r, '已通过');
  await presses(plain, '开始审');
  await isTold(plain, /这份报名已审核通过，现在不能决定/);
});

here.scene('a decision on an old state is not taken: the reviewer sees the changes first', async (enter) => {
  const sent = await application(here.origin);
  const zhou = await staff(here.origin, '周敏');
  const r = await enter({ script: false, cookies: zhou.cookies });
  await r.goes(`/office/cases/${sent.id}`);
  await claims(r);
  // The same reviewer decides in another window, and takes it back there.
  const other = await enter({ cookies: zhou.cookies });
  await decides(zhou, sent.id, 'return');
  await other.goes(`/office/cases/${sent.id}`);
  await other.page.getByLabel('为什么恢复').fill('退错了');
  await presses(other, '收回退回，重新审');
  await claims(other);
  await r.page.getByRole('radiogroup', { name: '决定' }).getByText('通过', { exact: true }).click();
  await presses(r, '只提交，留在这件');
  await isTold(r, /没有提交：您打开以后，这件有变化/, '退错了');
});

here.scene('tampered addresses lead to a page that says so, never to other people', async (enter) => {
  const theirs = await application(here.origin, { until: 'evidence' });
  const file = (await theirs.hands.reads(`/apply/${theirs.id}/form`)).match(/\/files\/[0-9a-f-]{36}/)[0];
  const me = await candidate(here.origin);
  const p = await enter({ script: false, cookies: me.cookies });
  p.expectTrouble('the server responded with a status of 404');
  for (const path of [
    `/apply/${theirs.id}/form`, `/apply/${theirs.id}/preview`, `/my/${theirs.id}`, file, '/apply/not-an-id/form', '/my/1',
    '/plans/1', '/plans/00000000-0000-4000-8000-000000000000', '/nowhere', `/apply/${theirs.id}/nothing`,
  ]) {
    const answer = await p.goes(path);
    assert.equal(answer.status(), 404, path);
    assert.ok((await p.page.locator('h1').innerText()).length > 1, `${path} has a heading`);
  }
  await assert.rejects(adds(me, theirs.id, [paper('ordinary_1page.pdf')]), /404/);
  await assert.rejects(me.hands.posts('/api/my/withdraw', { id: theirs.id }));
  await theirs.hands.reads(`/apply/${theirs.id}/form`);
});

here.scene('an expired login keeps what was typed (script on)', async (enter) => {
  const draft = await application(here.origin, { until: 'form' });
  const p = await enter({ cookies: draft.cookies });
  p.expectTrouble('the server responded with a status of');
  await p.goes(`/apply/${draft.id}/form`);
  await here.server.passes(45);
  await address(p).fill('丁路 4 号');
  await sees(p, /登录已结束。请重新登录，填过的都还在/);
  assert.equal(await address(p).inputValue(), '丁路 4 号');
  // Signing in in another tab is enough.
  const tab = await p.context.newPage();
  await tab.goto('/sign-in');
  await signsIn({ ...p, page: tab, awake: async () => {} }, draft.who, /\/my/);
  await address(p).fill('丁路 5 号');
  await sees(p, /已保存/);
});

here.scene('an expired login keeps what was typed (script off)', async (enter) => {
  const draft = await application(here.origin, { until: 'form' });
  const p = await enter({ script: false, cookies: draft.cookies });
  await p.goes(`/apply/${draft.id}/form`);
  await here.server.passes(45);
  await address(p).fill('戊路 6 号');
  await presses(p, '保存，下一步');
  await arrives(p, /\/sign-in/);
  await signsIn(p, draft.who, /\/apply\/[^/]+\/form/);
  assert.equal(await address(p).inputValue(), '戊路 6 号');
});

/// A reviewer who rejects a case with a reason, and whose login ends while it is written.
async function writesTooLong(enter, way) {
  const sent = await application(here.origin);
  const zhou = await staff(here.origin, '周敏');
  const r = await enter({ ...way, cookies: zhou.cookies });
  await r.goes(`/office/cases/${sent.id}`);
  await claims(r);
  await r.page.getByRole('radiogroup', { name: '决定' }).getByText('不通过', { exact: true }).click();
  await r.page.getByLabel('对申报人说').fill('工作证明看不清 <原件>');
  await here.server.passes(20);
  r.expectTrouble('the server responded with a status of');
  await presses(r, '只提交，留在这件');
  return { r, id: sent.id };
}

/// The hold ended with the login; it is taken again, and the reasons are sent by the press that was meant before.
async function decidesAfterAll({ r, id }) {
  const back = await staff(here.origin, '周敏');
  await back.hands.posts('/api/office/claim', { id });
  assert.equal(await r.page.getByLabel('对申报人说').inputValue(), '工作证明看不清 <原件>');
  await presses(r, '只提交，留在这件');
  await r.page.getByLabel('为什么恢复').waitFor();
  await sees(r, '工作证明看不清 <原件>');
}

here.scene('an expired login at the desk keeps the reasons (script on)', async (enter) => {
  const late = await writesTooLong(enter, {});
  await sees(late.r, /登录已结束，这一步没有办，填的都还在这一页/);
  const [tab] = await Promise.all([
    late.r.context.waitForEvent('page'),
    late.r.page.getByRole('link', { name: '在新标签页登录' }).first().click(),
  ]);
  await tab.getByRole('button', { name: /^周敏/ }).click();
  await tab.waitForURL(/\/office$/);
  await tab.close();
  await decidesAfterAll(late);
});

here.scene('an expired login at the desk keeps the reasons (script off)', async (enter) => {
  const late = await writesTooLong(enter, { script: false });
  const { r } = late;
  await arrives(r, /\/office\/sign-in\?next=/);
  await sees(r, /登录在 .* 结束了，刚才那一步没有办，填的内容替您留到/);
  await presses(r, '周敏');
  await arrives(r, /\/office\/cases\/[^/]+#kept$/);
  await sees(r, /登录结束时填的内容放回来了，还没有提交/);
  await axe(r.page, 'a form that came back');
  await decidesAfterAll(late);
});

here.scene('wrong bodies are answered with a sentence, and the server lives on', async () => {
  const draft = await application(here.origin, { until: 'photo' });
  const cookie = draft.cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
  const send = (path, body, headers = {}) => fetch(here.origin + path, { method: 'POST', body, redirect: 'manual', headers: { origin: here.origin, accept: 'text/html', cookie, ...headers } });
  const tooLong = await send('/api/apply/save', 'x'.repeat(200_000), { 'content-type': 'application/x-www-form-urlencoded' });
  assert.equal(tooLong.status, 413);
  assert.match(await tooLong.text(), /太大|太长|过大/);
  for (const kind of ['application/json', 'text/plain', 'multipart/form-data']) {
    const answer = await send(`/upload/${draft.id}/photo`, '{}', { 'content-type': kind });
    assert.ok(answer.status >= 300 && answer.status < 500, `${kind}: ${answer.status}`);
  }
  const foreign = await send('/api/apply/save', 'id=1', { 'content-type': 'application/x-www-form-urlencoded', origin: 'https://elsewhere.example' });
  assert.equal(foreign.status, 403);
  await assert.rejects(draft.hands.posts('/api/apply/save', { id: draft.id, revision: '1', go: 'next', 'answers[is_admin]': 'yes' }));
  await assert.rejects(draft.hands.posts('/api/apply/save', { id: draft.id, revision: '1', go: 'next', 'answers[address]': '长'.repeat(5000) }));
  assert.equal((await fetch(`${here.origin}/healthz`)).status, 200);
});

here.scene('a sentence that comes at the field left last does not take the press away', async (enter) => {
  const who = someone();
  const p = await enter({ device: 'phone' });
  await p.goes('/sign-up');
  for (const [label, text] of [['姓名', who.name], ['证件号码', who.idNo], ['手机号码', who.mobile], ['密码', who.password]]) await types(p, label, text);
  await p.page.getByLabel('我已阅读并同意').check();
  // Pressing the button leaves the field, and leaving it says what is wrong there: the button moves.
  await types(p, '再输一次密码', '1234');
  await presses(p, '注册');
  await isTold(p, '两次输入的密码不一样。请把密码再输一遍。');
});

here.scene('what was not filled in is called so, not wrong (script off)', async (enter) => {
  const p = await enter({ device: 'phone', script: false });
  await p.goes('/sign-in');
  await presses(p, '登录');
  await isTold(p, '证件号码和密码都还没填。');
  await types(p, '证件号码', '330106199506120411');
  await presses(p, '登录');
  await isTold(p, '密码还没填。');
  assert.equal(await p.page.getByLabel(/^证件号码/).inputValue(), '330106199506120411');
  await p.goes('/status');
  await presses(p, '查询');
  await isTold(p, /报名号还没填/);
  await types(p, '报名号', '2026-S-001201-0006');
  await types(p, '手机后四位', '12');
  await presses(p, '查询');
  await isTold(p, /手机后四位要 4 个数字，现在是 2 个字/);
});

here.scene('an approved candidate sees first of all that a fee is due', async (enter) => {
  const sent = await application(here.origin);
  await decides(await staff(here.origin, '周敏'), sent.id, 'approve');
  const p = await enter({ device: 'phone', script: false, cookies: sent.cookies });
  await p.goes('/my');
  await isAt(p, '您有 1 件事要做');
  await sees(p, '审核通过了，请交 280.00 元');
  await follows(p, '去缴费');
  await isAt(p, '缴费');
  await p.goes(`/my/${sent.id}`);
  await sees(p, '费用 280.00 元。');
  await p.page.getByRole('list', { name: '进度' }).getByText('缴费').waitFor();
});

here.scene('registration closes while the page is open: T16', async (enter) => {
  // The login must be alive at the end, so the candidate signs in ten minutes before.
  await here.server.setClock(`${day(3)} 23:50:00`);
  const ready = await application(here.origin, { number: '2026-S-001206', until: 'signed' });
  const filling = await application(here.origin, { number: '2026-S-001206', until: 'form' });
  const p = await enter({ cookies: ready.cookies });
  p.expectTrouble('the server responded with a status of');
  await p.goes(`/apply/${ready.id}/preview`);
  const f = await enter({ cookies: filling.cookies });
  f.expectTrouble('the server responded with a status of');
  await f.goes(`/apply/${filling.id}/form`);
  await here.server.setClock(`${day(4)} 00:00:00`);
  await presses(p, '提交');
  await isTold(p, /没有提交：.*已截止报名。填过的都还在/);
  await address(f).fill('己路 7 号');
  await f.page.waitForTimeout(2500);
  assert.equal(await address(f).inputValue(), '己路 7 号', 'what was typed stays on the page');
  await p.goes('/my');
  await sees(p, /到期没有提交/);
});

here.scene('the last moment of registration still counts: T16', async () => {
  await here.server.setClock(`${day(7)} 23:50:00`);
  const ready = await application(here.origin, { number: '2026-S-001220', until: 'signed' });
  const late = await application(here.origin, { number: '2026-S-001220', until: 'signed' });
  const posts = async ({ hands, id }) => {
    const key = (await hands.reads(`/apply/${id}/preview`)).match(/name="key" value="([^"]+)"/)[1];
    return () => hands.posts('/api/apply/submit', { id, key });
  };
  const [inTime, tooLate] = [await posts(ready), await posts(late)];
  // The clock goes on; that the very last second counts is shown where it stands still.
  await here.server.setClock(`${day(7)} 23:59:40`);
  assert.match(await inTime(), /submitted=1/);
  await here.server.setClock(`${day(8)} 00:00:00`);
  await assert.rejects(tooLate(), /已截止/);
});
