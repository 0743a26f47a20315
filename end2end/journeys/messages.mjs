// What somebody is told: in the inbox at once, by mail at a real mail server, at /status without signing in; and how an
// office words it.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { after } from 'node:test';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { stage } from '../lib/stage.mjs';
import { root } from '../lib/server.mjs';
import { isAt, isTold, presses, sees, types } from '../lib/acts.mjs';
import { someone } from '../lib/people.mjs';
import { application, candidate, decides, planId, staff } from '../lib/swift.mjs';

const folder = mkdtempSync(join(tmpdir(), 'jikao-mails-'));
const mails = join(folder, 'mails.jsonl');
writeFileSync(mails, '');
const mailbox = spawn('/usr/bin/python3', [join(root, 'server/tests/wire/fixtures/mailbox.py'), mails], { stdio: ['ignore', 'pipe', 'inherit'] });
const [port] = await new Promise((done) => createInterface({ input: mailbox.stdout }).once('line', (line) => done([line])));
writeFileSync(join(folder, 'jikao.toml'), `[mail]\nurl = "smtp://127.0.0.1:${port}"\nfrom = "技考 <noreply@jikao.example>"\n`);
after(() => {
  mailbox.kill();
  rmSync(folder, { recursive: true, force: true });
});

const here = stage({ env: { JIKAO_CONFIG: join(folder, 'jikao.toml') } });

/// Waits for a mail to somebody whose subject has these words.
async function mail(to, words) {
  for (let i = 0; i < 1_200; i++) {
    // What stands behind the last end of a line is on its way.
    const all = readFileSync(mails, 'utf8').split('\n').slice(0, -1).map((line) => JSON.parse(line));
    const found = all.find((one) => one.to === to && one.subject.includes(words));
    if (found) return found;
    await new Promise((next) => setTimeout(next, 100));
  }
  throw new Error(`no mail about ${words}`);
}

here.scene('a return for correction reaches the inbox at once, and the mailbox that was proved', async (enter) => {
  const who = someone({ name: '林一帆' });
  const one = await application(here.origin, { by: await candidate(here.origin, who) });
  const p = await enter({ device: 'phone', cookies: one.cookies });
  await p.goes('/my/messages/ways');
  await types(p, '联系邮箱', 'lin@example.org');
  await presses(p, '发确认信');
  await sees(p, '确认信已经发出');
  const proof = await mail('lin@example.org', '确认您的邮箱');
  await p.goes(proof.text.match(/\/mail\/[\w-]+/)[0]);
  await presses(p, '确认');
  await isAt(p, '邮箱确认好了');

  await p.goes('/my');
  const reviewer = await staff(here.origin, '周敏');
  await decides(reviewer, one.id, 'return', { remark: '身份证反面看不清，请重新拍。' });
  await p.page.getByRole('link', { name: /我的消息/ }).getByText('条未读').waitFor({ state: 'attached' });
  await p.goes('/my/messages');
  await sees(p, '身份证反面看不清，请重新拍');
  const arrived = await mail('lin@example.org', '报名资料要补正');
  assert.match(arrived.text, /林一帆，您好/);
  await p.page.getByRole('button', { name: '去补正' }).first().click();
  await p.page.waitForURL(/\/my\/[0-9a-f-]{36}/);

  // No more mail, and still in the inbox.
  await p.goes('/my/messages/ways');
  await p.page.getByLabel(/^发邮件/).uncheck();
  await presses(p, '保存');
  await sees(p, '已保存');
});

here.scene('who cannot sign in learns where it stands, and wrong digits tell nothing', async (enter) => {
  const who = someone({ name: '何以文' });
  const one = await application(here.origin, { by: await candidate(here.origin, who) });
  const own = await one.hands.reads(`/my/${one.id}`);
  const number = own.match(/报名号[\s\S]{0,120}?([A-Z0-9-]{8,})/)[1];
  const p = await enter({ device: 'phone', script: false });
  await p.goes('/status');
  await types(p, '报名号', number);
  await types(p, '手机后四位', '0000');
  await presses(p, '查询');
  await isTold(p, /没有找到/);
  await types(p, '手机后四位', who.mobile.slice(-4));
  await presses(p, '查询');
  await sees(p, '轮到机构，不需要您做什么');
  assert.equal(await p.page.getByText('何以文').count(), 0, 'nobody is named');
});

here.scene('an office words its own message, looks at it first, and writes to all of a plan', async (enter) => {
  const wu = await staff(here.origin, '吴桐');
  const r = await enter({ cookies: wu.cookies });
  await r.goes('/office/messages/templates?kind=returned&language=zh');
  await types(r, '标题', '{工种} 请改 {密码}');
  await presses(r, '预览');
  await isTold(r, /不认识的占位：\{密码\}/);
  await types(r, '标题', '{工种} 请改一下');
  await presses(r, '预览');
  await sees(r, '电工 请改一下');
  await presses(r, '保存');
  await sees(r, '已保存');
  await presses(r, '恢复系统的文字');
  await sees(r, '已恢复为系统的文字');

  await r.goes('/office/messages/notice');
  await r.page.getByLabel(/^计划/).selectOption(await planId(here.origin, '2026-S-001201'));
  await types(r, '标题', '集合时间');
  await types(r, '正文', '{姓名}，请 8 点到。');
  await presses(r, '预览');
  await sees(r, /会发给 \d+ 人/);
  await presses(r, '发给这');
  await sees(r, /已发给 \d+ 人/);
  await r.goes('/office/messages');
  await sees(r, '集合时间');
});
