// 缴费: a fee becomes due, is paid at the simulated cashier in every way of telling, and goes back. T6.
import assert from 'node:assert/strict';
import { everyWay, said, stage } from '../lib/stage.mjs';
import { arrives, follows, presses, sees, types } from '../lib/acts.mjs';
import { axe, fits } from '../lib/browser.mjs';
import { application, decides, staff } from '../lib/swift.mjs';

const here = stage();

/// An approved application whose fee is due.
async function due() {
  const reviewer = await staff(here.origin, '周敏');
  const sent = await application(here.origin);
  await decides(reviewer, sent.id, 'approve');
  return { ...sent, reviewer };
}

/// The browser inside 微信.
const INSIDE = 'Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Mobile Safari/537.36 MicroMessenger/8.0.49';

/// The address of the cashier's page, from the page of payment.
async function cashierOf({ hands, id }, channel) {
  await hands.posts(`/my/${id}/pay/${channel}`, {});
  const page = await hands.reads(`/my/${id}/pay?by=${channel}`);
  const address = page.match(/href="(http:\/\/127\.0\.0\.1:\d+\/cashier\/[^"]+)"/)?.[1];
  assert.ok(address, 'no way to the cashier');
  return address;
}

/// Presses the button that asks the channel, unless the site has asked by itself meanwhile: a demonstration does every two seconds.
const asks = (p) => Promise.race([presses(p, '我已付款，查一下').catch(() => {}), sees(p, /缴清/).catch(() => {})]);

/// Pays as somebody with a phone would, told in this mood.
async function paysAtCashier(address, mood) {
  const answer = await fetch(address, { method: 'POST', body: new URLSearchParams({ mood }), redirect: 'manual' });
  assert.equal(answer.status, 303);
}

for (const way of everyWay) {
  here.scene(`a candidate pays by the code: T6 (${said(way)})`, async (enter) => {
    const sent = await due();
    const p = await enter({ ...way, cookies: sent.cookies });
    await p.goes(`/my/${sent.id}`);
    await sees(p, /费用 \d+\.\d\d 元/);
    await follows(p, '去缴费');
    await arrives(p, /\/pay$/);
    await presses(p, '用微信支付');
    await arrives(p, /\/pay\?by=wechat$/);
    await p.page.getByRole('img', { name: '付款二维码' }).waitFor();
    await fits(p.page, '/my/…/pay');
    if (way.script) await axe(p.page, '/my/…/pay');
    const address = await p.page.getByRole('link', { name: '打开微信支付' }).getAttribute('href');
    await paysAtCashier(address, 'repeated');
    // With script the page follows by itself; without, asking is a button.
    if (!way.script) await asks(p);
    await sees(p, '已缴费');
    await sees(p, /已用微信支付缴清/);
    await p.goes(`/my/${sent.id}`);
    await sees(p, '费用已缴');
    assert.equal(await p.page.getByText('费用已缴', { exact: true }).count(), 1, 'told six times, paid once');
    // The message that asked for it asks no more.
    await p.goes('/my/messages');
    await sees(p, '已缴清');
    assert.equal(await p.page.getByRole('button', { name: '去缴费' }).count(), 0);
  });
}

here.scene('what is forged, wrong or lost: the page stays honest', async (enter) => {
  const sent = await due();
  const address = await cashierOf(sent, 'alipay');
  const p = await enter({ cookies: sent.cookies });
  await p.goes(`/my/${sent.id}/pay?by=alipay`);
  await paysAtCashier(address, 'wrong-amount');
  await p.goes(`/my/${sent.id}/pay?by=alipay`);
  await sees(p, '缴费中');
  await paysAtCashier(address, 'lost');
  await asks(p);
  await sees(p, /已用支付宝缴清/);
});

here.scene('cash at the counter, and a refund that its candidate reads', async (enter) => {
  const sent = await due();
  const number = (await sent.hands.reads(`/my/${sent.id}/pay`)).match(/R\d{14}/)[0];
  const boss = await staff(here.origin, '吴桐');
  const r = await enter({ cookies: boss.cookies });
  await r.goes('/office/money/settlement');
  await axe(r.page, '/office/money/settlement');
  await r.goes('/office/money');
  await axe(r.page, '/office/money');
  await types(r, '姓名、报名号或缴费单号', number);
  await presses(r, '查找');
  await arrives(r, /q=R/);
  await presses(r, '已收现金');
  await sees(r, /收据号、凭证或原因没有填/);
  await types(r, '收据号', `0012345-${number.slice(-4)}`);
  await presses(r, '已收现金');
  await sees(r, '已缴费');
  await types(r, '退多少元', '80');
  await types(r, '退款原因', '多收');
  await presses(r, '退款');
  await sees(r, '退款中');
  await types(r, '领款单或回单号', '领款单 7');
  await presses(r, '已退');
  const p = await enter({ cookies: sent.cookies });
  await p.goes(`/my/${sent.id}`);
  await sees(p, /已退 80.00 元/);
});

here.scene('inside 微信 its window opens by itself, is closed, and is paid at when it opens again', async (enter) => {
  const sent = await due();
  const p = await enter({ device: 'phone', cookies: sent.cookies, agent: INSIDE });
  let cashier;
  const calls = [];
  p.page.on('request', (request) => {
    if (request.url().includes('/connect/oauth2/authorize')) cashier = new URL(request.url()).origin;
  });
  await p.page.exposeFunction('openWindow', async (call) => {
    calls.push(call);
    if (calls.length === 1) return { err_msg: 'get_brand_wcpay_request:cancel' };
    const answer = await fetch(`${cashier}/window`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(call) });
    return answer.json();
  });
  await p.page.addInitScript(() => {
    window.WeixinJSBridge = { invoke: (name, call, told) => window.openWindow({ name, ...call }).then(told) };
  });
  await p.goes(`/my/${sent.id}/pay`);
  await fits(p.page, '/my/…/pay inside 微信');
  await p.page.getByRole('link', { name: '用微信支付' }).click();
  await arrives(p, /\/pay\?by=wechat&way=inside#/);
  await sees(p, /您关掉了付款窗口，没有扣钱/);
  await axe(p.page, '/my/…/pay?way=inside');
  await fits(p.page, '/my/…/pay?way=inside');
  assert.equal(calls[0].name, 'getBrandWCPayRequest');
  await presses(p, '打开微信付款窗口');
  await sees(p, /已用微信支付缴清/);
  assert.equal(calls.length, 2, 'by itself once, then by the button');
});

here.scene('inside 微信 where the window does not come, a code for another phone does', async (enter) => {
  const sent = await due();
  const p = await enter({ device: 'phone', cookies: sent.cookies, agent: INSIDE });
  await p.goes(`/my/${sent.id}/pay`);
  await p.page.getByRole('link', { name: '用微信支付' }).click();
  await arrives(p, /way=inside#/);
  await sees(p, /没有等到微信的付款窗口，没有扣钱/);
  await presses(p, '换成二维码');
  await arrives(p, /\/pay\?by=wechat$/);
  await p.page.getByRole('img', { name: '付款二维码' }).waitFor();
  await sees(p, /用另一部手机上的微信扫这个码/);
});

here.scene('on a computer the page of 支付宝 opens, and the way back asks for itself', async (enter) => {
  const sent = await due();
  const p = await enter({ cookies: sent.cookies });
  await p.goes(`/my/${sent.id}/pay`);
  await presses(p, '手机不在手边？在这台电脑上打开支付宝付');
  await arrives(p, /by=alipay&way=page$/);
  await fits(p.page, '/my/…/pay?way=page');
  await p.page.getByRole('link', { name: '打开支付宝付款' }).click();
  await p.page.getByRole('button', { name: '付款，通知丢了' }).click();
  await p.page.getByRole('link', { name: '返回商家' }).click();
  await arrives(p, /\/pay$/);
  await sees(p, /已用支付宝缴清/);
});
