// 证书: scores are public, the desk issues; the candidate sees and downloads; anybody asks by number, by code, by a link
// that ends; revoked shows at once; a phone without script; and a code is proved with the network off.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { everyWay, said, stage } from '../lib/stage.mjs';
import { isTold, presses, sees, types } from '../lib/acts.mjs';
import { axe, fits } from '../lib/browser.mjs';
import { application, candidate, decides, planId, quickly, staff } from '../lib/swift.mjs';
import { root } from '../lib/server.mjs';
import { someone } from '../lib/people.mjs';
import { day } from '../lib/time.mjs';

const here = stage();
const number = '2026-S-001201';
const AFTER = `${day(60)} 10:00:00`;
const pictures = join(root, 'end2end', 'results', 'certificates');
mkdirSync(pictures, { recursive: true });
const shot = (p, name) => p.page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });

async function approved(name) {
  const by = await candidate(here.origin, someone({ name }));
  const made = await application(here.origin, { number, by });
  await decides(await staff(here.origin, '周敏'), made.id, 'approve');
  return made;
}

/// Signs a candidate in again: the clock has moved on since.
async function returns({ who }) {
  const hands = quickly(here.origin);
  await hands.posts('/api/account/sign-in', { id_no: who.idNo, password: who.password, next: '' });
  return hands;
}

/// Somebody at a desk or at home, at an address.
async function at(enter, device, cookies, path) {
  const p = await enter(device);
  await p.context.addCookies(cookies);
  await p.goes(path);
  return p;
}

const seen = {};

here.scene('from the scores to the certificate, and to its end (desktop, script on)', async (enter) => {
  const [li, luo] = [await approved('李青'), await approved('罗青山')];
  await here.server.setClock(AFTER);
  const plan = await planId(here.origin, number);
  const [boss, reviewer] = [await staff(here.origin, '吴桐'), await staff(here.origin, '周敏')];

  // Before the scores are public the desk is told what comes first.
  const m = await at(enter, { device: 'desktop' }, boss.cookies, `/office/plans/${plan}/certificates`);
  await sees(m, '成绩还没发布');
  // Everybody of the plan gets marks by two hands: 李青 and 罗青山 pass, the demonstration's own candidate fails.
  for (const hand of [boss, reviewer]) {
    const page = await hand.hands.reads(`/office/scores?plan=${plan}`);
    const cells = [...page.matchAll(/name="marks\[(m([0-9a-f-]{36})\.\d+)\]"/g)];
    const form = new URLSearchParams({ plan, page: '1' });
    for (const [, key, id] of cells) form.append(`marks[${key}]`, [li.id, luo.id].includes(id) ? '80' : '40');
    await hand.hands.posts('/api/office/scores-enter', form);
  }
  await boss.hands.posts('/api/office/scores-lock', { plan });
  await boss.hands.posts('/api/office/scores-release', { plan, at: '' });

  await m.goes(`/office/plans/${plan}/certificates`);
  await sees(m, '可以发证');
  await presses(m, '给 2 人发证');
  await sees(m, '发了 2 张证书，考生现在就能看到。');
  await types(m, '2 张还没有纸质证书号', 'abc');
  await presses(m, '登记', m.page.locator('form', { has: m.page.locator('#stock') }));
  await isTold(m, /纸质证书号是 1 到 12 位数字/);
  assert.equal(await m.page.locator('#stock').inputValue(), 'abc', 'what was typed stays');
  await types(m, '2 张还没有纸质证书号', 'NO.00021800');
  await presses(m, '登记', m.page.locator('form', { has: m.page.locator('#stock') }));
  await sees(m, '登记了 2 张纸质证书号。');
  await fits(m.page, 'certificates of a plan');
  await axe(m.page, 'certificates of a plan');
  await shot(m, 'desk-1366');
  const all = await m.context.request.get(`${here.origin}/office/plans/${plan}/certificates.pdf`, { timeout: 120_000 });
  assert.equal((await all.body()).subarray(0, 5).toString(), '%PDF-');
  const sheet = await m.context.request.get(`${here.origin}/office/plans/${plan}/certificates.xlsx`, { timeout: 120_000 });
  assert.match(sheet.headers()['content-type'], /spreadsheetml/);

  // The candidate sees it, takes it along, and sends a link.
  const p = await at(enter, { device: 'desktop' }, (await returns(li)).cookies(), '/my/certificates');
  await shot(p, 'my-list-1366');
  await fits(p.page, '/my/certificates');
  await axe(p.page, '/my/certificates');
  const link = p.page.getByRole('link', { name: /^S0000/ });
  seen.number = (await link.innerText()).trim();
  await link.click();
  await p.page.getByRole('heading', { level: 1, name: '职业技能等级证书' }).waitFor();
  await p.page.waitForFunction(() => document.querySelector('img.sheet')?.naturalWidth > 0);
  await fits(p.page, 'my certificate');
  await axe(p.page, 'my certificate');
  await shot(p, 'my-1366');
  const id = p.page.url().split('/').pop();
  const pdf = await p.context.request.get(`${here.origin}/my/certificates/${id}/certificate.pdf`, { timeout: 120_000 });
  assert.equal((await pdf.body()).subarray(0, 5).toString(), '%PDF-');
  const badge = await (await p.context.request.get(`${here.origin}/my/certificates/${id}/credential.json`, { timeout: 120_000 })).json();
  assert.deepEqual(badge.type, ['VerifiableCredential', 'OpenBadgeCredential']);
  seen.code = badge.evidence[0].id;
  await presses(p, '做一个链接');
  const address = await p.page.getByLabel(/^新链接/).inputValue();
  const guest = await enter({ device: 'desktop' });
  await guest.goes(address.slice(here.origin.length));
  await sees(guest, '证书有效');
  await sees(guest, /持证人分享的链接/);
  await presses(p, '停用');
  await guest.goes(address.slice(here.origin.length));
  await sees(guest, '这个链接已经停用或到期');

  // Anybody, by number: full-width, with blanks, in small letters.
  await guest.goes('/');
  await guest.page.getByRole('navigation', { name: '主导航' }).getByRole('link', { name: '证书查验' }).click();
  await guest.awake();
  const wide = [...seen.number.toLowerCase()].map((one) => String.fromCodePoint(one.codePointAt(0) + 0xfee0)).join('');
  await types(guest, '证书编号', ` ${wide} `);
  await types(guest, '持证人姓名', '李青');
  await presses(guest, '查验');
  await sees(guest, '证书有效');
  await sees(guest, '李*');
  assert.ok(!guest.page.url().includes(seen.number), 'nothing that was asked stands in the address');
  await fits(guest.page, '/verify');
  await axe(guest.page, '/verify');
  await shot(guest, 'verify-1366');
  await types(guest, '持证人姓名', '罗青山');
  await presses(guest, '查验');
  await sees(guest, '姓名对不上');
  await types(guest, '证书编号', '1933000000400123');
  await presses(guest, '查验');
  await sees(guest, '这是 16 位的职业资格证书编号');
  await types(guest, '证书编号', 'S0000330O0123264000001');
  await presses(guest, '查验');
  await sees(guest, /把数字 0 看成字母 O/);

  // By code; corrected; revoked.
  await guest.goes(seen.code.slice(here.origin.length));
  await sees(guest, '电子签名没有被改过');
  await m.page.getByRole('link', { name: seen.number }).click();
  await m.page.getByText('更正：证书上写错了').click();
  await m.page.locator('#correct').getByLabel('姓名').fill('李青青');
  await presses(m, '更正，出新的一版');
  await isTold(m, /请写明原因/);
  assert.equal(await m.page.locator('#correct').getByLabel('姓名').inputValue(), '李青青', 'what was typed stays');
  await m.page.getByLabel('为什么更正').fill('公安机关更名');
  await presses(m, '更正，出新的一版');
  await sees(m, /已更正，出了新的一版/);
  await guest.goes(seen.code.slice(here.origin.length));
  await sees(guest, '这一版已经更正');
  await shot(m, 'desk-one-1366');
  await fits(m.page, 'one certificate');
  await axe(m.page, 'one certificate');
  await m.page.getByText('撤销：这张证书不该有效').click();
  await presses(m, '撤销这张证书');
  await isTold(m, /请写明原因/);
  await m.page.getByText('违反考试纪律或材料不实').first().click();
  await m.page.getByLabel(/^说明/).fill('替考，见处理决定');
  await presses(m, '撤销这张证书');
  await sees(m, '已撤销。现在谁来查验都会看到。');
  await guest.goes(seen.code.slice(here.origin.length));
  await sees(guest, '证书已撤销');
  await sees(guest, /撤销，原因：违反考试纪律或材料不实/);
  assert.equal(await guest.page.getByText('替考').count(), 0, 'the words of the desk stay inside');
  await shot(guest, 'verify-revoked-1366');
  seen.luo = luo;
});

for (const way of [everyWay[3], everyWay[1]]) {
  here.scene(`holder and stranger (${said(way)})`, async (enter) => {
    const p = await at(enter, way, (await returns(seen.luo)).cookies(), '/my/certificates');
    await fits(p.page, '/my/certificates on a phone');
    await p.page.getByRole('link', { name: /^S0000/ }).click();
    await p.page.getByRole('heading', { level: 1, name: '职业技能等级证书' }).waitFor();
    await fits(p.page, 'my certificate on a phone');
    await axe(p.page, 'my certificate on a phone');
    await shot(p, `my-375-${way.script}`);
    await presses(p, '做一个链接');
    const address = await p.page.getByLabel(/^新链接/).inputValue();
    const guest = await enter(way);
    await guest.goes(address.slice(here.origin.length));
    await sees(guest, '证书有效');
    await sees(guest, '罗青山');
    await fits(guest.page, '/verify on a phone');
    await axe(guest.page, '/verify on a phone');
    await shot(guest, `verify-375-${way.script}`);
    await guest.goes('/verify');
    await presses(guest, '查验');
    await sees(guest, /还没有填证书编号/);
    await shot(guest, `verify-empty-375-${way.script}`);
  });
}

here.scene('a code is proved with the network off', async (enter) => {
  const p = await enter({ device: 'phone' });
  await p.page.goto('/verify/offline');
  await p.context.setOffline(true);
  const asks = async (text) => {
    await p.page.getByLabel('扫码得到的文字').fill(text);
    await presses(p, '验签名');
  };
  await asks(seen.code);
  // It was revoked before the page was taken along.
  await sees(p, '证书已撤销');
  const again = await returns(seen.luo);
  const id = (await again.reads('/my/certificates')).match(/\/my\/certificates\/([0-9a-f-]{36})/)[1];
  const badge = JSON.parse(await again.reads(`/my/certificates/${id}/credential.json`));
  const good = badge.evidence[0].id;
  await asks(`  ${good.toLowerCase()}\n`);
  await sees(p, '签名是真的');
  await sees(p, '罗青山');
  await fits(p.page, '/verify/offline');
  await axe(p.page, '/verify/offline');
  await shot(p, 'offline-375');
  const at = good.indexOf('c=') + 80;
  await asks(good.slice(0, at) + (good[at] === 'A' ? 'B' : 'A') + good.slice(at + 1));
  await sees(p, /签名对不上|不是证书上的码|不是公布的密钥/);
  await asks('https://example.org/');
  await sees(p, /这不是证书上的码/);
  // A browser that cannot do it says so, and where to go.
  await p.page.evaluate(() => {
    crypto.subtle.importKey = () => Promise.reject(new DOMException('no', 'NotSupportedError'));
  });
  await asks(good);
  await sees(p, '这个浏览器算不了这种签名');
  await p.context.setOffline(false);
  const plain = await enter({ device: 'phone', script: false });
  await plain.page.goto('/verify/offline');
  await sees(plain, /这一页要用脚本来算签名/);
});
