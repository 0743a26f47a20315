// 成绩: a sheet is tried, mended and taken, two people enter what is missing, the scores are locked and released; the
// candidate sees them, asks to look again, and sees the correction.
import assert from 'node:assert/strict';
import { everyWay, said, stage } from '../lib/stage.mjs';
import { arrives, isTold, presses, sees, types } from '../lib/acts.mjs';
import { axe, fits } from '../lib/browser.mjs';
import { application, candidate, decides, planId, quickly, staff } from '../lib/swift.mjs';
import { someone } from '../lib/people.mjs';
import { day } from '../lib/time.mjs';

const here = stage();
const number = '2026-S-001201';
const AFTER = `${day(60)} 10:00:00`;

/// A candidate whose application was approved, with the number that stands on the ticket.
async function approved(name) {
  const by = await candidate(here.origin, someone({ name }));
  const { who, hands, id } = await application(here.origin, { number, by });
  const reviewer = await staff(here.origin, '周敏');
  await decides(reviewer, id, 'approve');
  const page = await hands.reads(`/my/${id}`);
  return { who, id, ticket: page.match(/\d{4}-S-\d{6}-\d{4}/)[0] };
}

/// A member of staff on the page of the plan's scores.
async function atScores(enter, device, name, plan) {
  const someone = await enter(device);
  await someone.context.addCookies((await staff(here.origin, name)).cookies);
  await someone.goes(`/office/scores?plan=${plan}`);
  return someone;
}

for (const [round, way] of [everyWay[0], everyWay[3]].entries()) {
  here.scene(`${round ? 'looked at again' : 'from the sheet to the corrected score'} (${said(way)})`, async (enter) => {
    if (round === 1) return laterOnPhone(enter, way);
    const [li, luo] = [await approved('李青'), await approved('罗青山')];
    await here.server.setClock(AFTER);
    const plan = await planId(here.origin, number);

    const m = await atScores(enter, { device: 'desktop', script: way.script }, '吴桐', plan);
    await sees(m, '正在录入');
    // The demonstration has an approved candidate of its own: the sheet to fill in names everybody.
    const blank = await m.context.request.get(`${here.origin}/office/scores/${plan}/sheet.xlsx`, { timeout: 120_000 });
    assert.match(blank.headers()['content-type'], /spreadsheetml/);
    const csv = ['准考证号,姓名,证件号码,理论成绩,实操成绩', `${li.ticket},李青,${li.who.idNo},59.5,88`, `${luo.ticket},罗青三,${luo.who.idNo},60.05,`].join('\n');
    const upload = async (name, text) => {
      await m.page.getByLabel('成绩表', { exact: true }).setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(text) });
      await presses(m, '上传，试一遍');
    };
    await upload('不是表.pdf', '%PDF-1.7');
    await isTold(m, '这不是表格文件。请上传 xlsx、xls 或 csv。');
    await upload('成绩.csv', `\ufeff${csv}`);
    await sees(m, '2 行，1 行可以取用，1 行要改', { exact: false });
    await sees(m, /姓名和这个准考证号的考生不一样/);
    await sees(m, '最多一位小数，例如 86.5。');
    await fits(m.page, '/office/scores');
    await axe(m.page, '/office/scores');
    await presses(m, '取用 1 行');
    await sees(m, '取用了 1 行，还有 1 行要改。');
    const row = m.page.getByRole('row', { name: /^第 3 行/ });
    await row.getByLabel('姓名').fill('罗青山');
    await row.getByLabel('理论成绩').fill('60.5');
    await presses(m, '改好了，再试一遍');
    await presses(m, '取用 1 行');
    await sees(m, '取用了 1 行。');

    // What the sheet does not say, two people enter; neither sees the other's.
    const w = await atScores(enter, { device: 'desktop', script: way.script }, '周敏', plan);
    const cell = (p, name, subject) => p.page.getByRole('textbox', { name: `${name} ${subject}`, exact: true });
    await cell(w, '罗青山', '实操考试').fill('七十');
    await presses(w, '保存这一页');
    await isTold(w, '要填 0 到 100 的数，或“缺考”“违纪”。');
    assert.equal(await cell(w, '罗青山', '实操考试').inputValue(), '七十', 'what was typed stays');
    await cell(w, '罗青山', '实操考试').fill('70');
    await presses(w, '保存这一页');
    await sees(w, '保存了 1 格。');
    await m.goes(`/office/scores?plan=${plan}`);
    assert.equal(await cell(m, '罗青山', '实操考试').inputValue(), '', 'entered blind');
    await cell(m, '罗青山', '实操考试').fill('76');
    for (const name of ['林晓']) {
      for (const subject of ['理论考试', '实操考试']) if (await cell(m, name, subject).count()) await cell(m, name, subject).fill('80');
    }
    await presses(m, '保存这一页');
    await sees(m, '两个人录得不一样的 1 处');
    await sees(m, /周敏 录 70.0/);
    await presses(m, '锁定成绩');
    await isTold(m, /两个人录得不一样，不能锁定/);
    await w.goes(`/office/scores?plan=${plan}`);
    await cell(w, '罗青山', '实操考试').fill('76');
    for (const subject of ['理论考试', '实操考试']) if (await cell(w, '林晓', subject).count()) await cell(w, '林晓', subject).fill('80');
    await presses(w, '保存这一页');
    await m.goes(`/office/scores?plan=${plan}`);
    await presses(m, '锁定成绩');
    await sees(m, '成绩已锁定。');

    // Nobody sees a score before its moment.
    const p = await enter(way);
    const again = quickly(here.origin);
    await again.posts('/api/account/sign-in', { id_no: li.who.idNo, password: li.who.password, next: '' });
    await p.context.addCookies(again.cookies());
    await p.goes(`/my/${li.id}`);
    assert.equal(await p.page.getByRole('heading', { name: '成绩', exact: true }).count(), 0);
    await presses(m, '发布成绩');
    await sees(m, '已发布', { exact: false });
    await p.goes(`/my/${li.id}`);
    await p.page.getByRole('heading', { name: '成绩', exact: true }).waitFor();
    await sees(p, '59.5');
    await sees(p, /理论考试没有合格。合格的科目保留/);
    await fits(p.page, '/my with scores');
    await axe(p.page, '/my with scores');
    await p.page.getByText('对成绩有疑问，申请复核').click();
    await presses(p, '申请复核');
    await isTold(p, /请写明原因/);
    await types(p, '为什么', '第三大题好像漏加了');
    await presses(p, '申请复核');
    await sees(p, /已申请复核理论考试，等机构答复/);

    await m.goes(`/office/scores?plan=${plan}`);
    await sees(m, /第三大题好像漏加了/);
    await m.page.getByLabel('更正为').fill('61.5');
    await m.page.getByLabel('答复', { exact: true }).fill('第三大题少加 2 分，已更正。');
    await presses(m, '答复');
    await sees(m, '复核已答复，考生已经看到。');
    await m.page.getByRole('row', { name: /59\.5/ }).getByText('61.5').waitFor();
    await p.goes(`/my/${li.id}`);
    await sees(p, /成绩已更正：第三大题少加 2 分/);
    await sees(p, '61.5');
    seen = { li, luo };
  });
}

let seen;

/// The same scores on a phone without script: they are there, readable, and the way to ask works.
async function laterOnPhone(enter, way) {
  await here.server.setClock(`${day(61)} 10:00:00`);
  const p = await enter(way);
  const again = quickly(here.origin);
  await again.posts('/api/account/sign-in', { id_no: seen.luo.who.idNo, password: seen.luo.who.password, next: '' });
  await p.context.addCookies(again.cookies());
  await p.goes(`/my/${seen.luo.id}`);
  await sees(p, '76.0');
  await sees(p, /各科都合格/);
  await fits(p.page, '/my with scores on a phone');
  await p.page.getByText('对成绩有疑问，申请复核').click();
  await types(p, '为什么', '请再看一次实操评分');
  await p.page.getByLabel('哪一科').selectOption({ label: '实操考试 76.0' });
  await presses(p, '申请复核');
  await arrives(p, /\/my\//);
  await sees(p, /已申请复核实操考试/);
  const m = await atScores(enter, { device: 'phone', script: false }, '吴桐', await planId(here.origin, number));
  await fits(m.page, '/office/scores on a phone');
  await m.page.getByLabel('答复', { exact: true }).fill('已核对评分表，没有登错。');
  await presses(m, '答复');
  await sees(m, /维持原成绩：已核对评分表/);
}
