// Signing on another screen: the desktop shows a code, a phone without any login signs, the desktop goes on.
import assert from 'node:assert/strict';
import { everyWay, said, stage } from '../lib/stage.mjs';
import { arrives, isAt, presses, sees, signs } from '../lib/acts.mjs';
import { application } from '../lib/swift.mjs';

const here = stage();

async function showsCode(p, id) {
  await p.goes(`/apply/${id}/sign`);
  await presses(p, '显示二维码');
  await p.page.getByRole('img', { name: '手机签名二维码' }).waitFor();
  return new URL(await p.page.getByRole('link', { name: /\/sign\// }).getAttribute('href')).pathname;
}

for (const way of [everyWay[1], everyWay[3]]) {
  here.scene(`a phone signs and the desktop goes on by itself (${said(way)})`, async (enter) => {
    const draft = await application(here.origin, { until: 'evidence', number: '2026-S-001202', answers: { condition: '1' } });
    const p = await enter({ cookies: draft.cookies });
    const link = await showsCode(p, draft.id);
    await sees(p, /有效到 \d\d:\d\d，只能用一次/);

    const phone = await enter(way);
    phone.expectTrouble('the server responded with a status of');
    await phone.goes(link);
    await isAt(phone, '手机签名');
    assert.equal(await phone.page.getByText(draft.who.name, { exact: true }).count(), 0, 'the name is masked on a screen without login');
    await signs(phone);
    if (phone.script) await sees(phone, '签好了');
    else await sees(phone, /那就已经成功了/);

    await arrives(p, /\/preview/);
    await sees(p, /在手机上签的/);

    // Used once, it is over.
    const finder = await enter({ device: 'phone' });
    finder.expectTrouble('the server responded with a status of');
    await finder.goes(link);
    await isAt(finder, '这个链接不能再用');
    await sees(finder, /这个签名链接已经用过或过期/);
  });
}

here.scene('without script on both screens the person goes on with a link', async (enter) => {
  const draft = await application(here.origin, { until: 'evidence', number: '2026-S-001203' });
  const p = await enter({ script: false, cookies: draft.cookies });
  const link = await showsCode(p, draft.id);
  const phone = await enter({ device: 'phone', script: false });
  await phone.goes(link);
  await signs(phone);
  await p.page.getByRole('link', { name: '我已在手机上签好，继续' }).click();
  await sees(p, '已签名');
});

here.scene('an empty pad and a missing consent are told, and nothing is sent', async (enter) => {
  const draft = await application(here.origin, { until: 'evidence', number: '2026-S-001204' });
  const p = await enter({ device: 'phone', cookies: draft.cookies });
  await p.goes(`/apply/${draft.id}/sign`);
  await p.page.getByLabel('我已逐条阅读，同意以上承诺').check();
  await presses(p, '同意并用这个签名');
  await sees(p, '还没有签名。请在框里手写您的姓名。');
  await p.page.getByLabel('我已逐条阅读，同意以上承诺').uncheck();
  await signs(p);
  await arrives(p, /\/preview/);
});

here.scene('an expired link gives a sentence and a way on', async (enter) => {
  const draft = await application(here.origin, { until: 'evidence', number: '2026-S-001204' });
  const p = await enter({ cookies: draft.cookies });
  const link = await showsCode(p, draft.id);
  await here.server.passes(20);
  const phone = await enter({ device: 'phone' });
  phone.expectTrouble('the server responded with a status of');
  await phone.goes(link);
  await isAt(phone, '这个链接不能再用');
  await sees(phone, /请在电脑上那一页重新生成二维码/);
});
