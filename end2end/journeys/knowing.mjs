// 全局, 报告, 抽查: an authority reads figures, opens a signal and sees what stands behind it, takes a report home as
// sheet and as paper, draws a sampling list and finds it again; an agency's manager sees what is theirs alone.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { said, stage } from '../lib/stage.mjs';
import { isAt, isTold, presses, sees, types } from '../lib/acts.mjs';
import { axe, fits } from '../lib/browser.mjs';
import { planId, staff } from '../lib/swift.mjs';
import { day } from '../lib/time.mjs';

const here = stage();
const year = new Date(Date.now() + 8 * 3_600_000).getUTCFullYear();

/// A member of staff at a device, by name.
async function at(enter, name, way, path) {
  const someone = await enter(way);
  await someone.context.addCookies((await staff(here.origin, name)).cookies);
  await someone.goes(path);
  return someone;
}

/// A file as this person gets it.
async function takes(p, path) {
  const answer = await p.context.request.get(`${here.origin}${path}`, { timeout: 120_000 });
  return { status: answer.status(), type: answer.headers()['content-type'], bytes: await answer.body() };
}

const has = (tool) => {
  try {
    execFileSync('which', [tool], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

/// A file on the disk while `look` looks at it.
function onDisk(bytes, name, look) {
  const folder = mkdtempSync(join(tmpdir(), 'jikao-report-'));
  try {
    const path = join(folder, name);
    writeFileSync(path, bytes);
    return look(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/// All words of a workbook: its shared strings and its sheets.
const wordsOfBook = (bytes) => onDisk(bytes, 'book.xlsx', (path) => execFileSync('unzip', ['-p', path, 'xl/sharedStrings.xml', 'xl/worksheets/sheet1.xml']).toString());

/// All words of a PDF.
const wordsOfPaper = (bytes) => onDisk(bytes, 'paper.pdf', (path) => execFileSync('pdftotext', ['-layout', path, '-']).toString());

for (const way of [{ device: 'desktop', script: true }, { device: 'phone', script: false }]) {
  here.scene(`an authority reads, looks and draws (${said(way)})`, async (enter) => {
    const ye = await at(enter, '叶舟', way, '/office/cockpit');
    await isAt(ye, '全局');
    await fits(ye.page, '/office/cockpit');
    await axe(ye.page, '/office/cockpit');
    // Figures are told as a table, too: whoever sees no picture reads the same.
    const regions = ye.page.getByRole('table').filter({ hasText: '杭州市' }).first();
    await regions.waitFor();
    const row = regions.getByRole('row', { name: /杭州市/ }).first();
    const shown = await row.innerText();
    assert.match(shown, /\d/, 'a region has figures');
    await ye.page.getByLabel('地区', { exact: true }).selectOption({ label: '宁波市' });
    await presses(ye, '看');
    await sees(ye, /宁波市，\d{4} 年考试的计划/);
    assert.equal(await ye.page.getByRole('row', { name: /杭州市/ }).count(), 0, 'one region alone');
    await ye.goes('/office/cockpit');

    // A signal says what was measured, and leads to the cases behind it; nobody is refused by it.
    const signal = ye.page.locator('[aria-labelledby="signals-title"] li').filter({ hasText: /人|张|次/ }).first();
    await signal.waitFor();
    const words = await signal.innerText();
    assert.match(words, /\d/, `evidence is a number: ${words}`);
    const look = signal.getByRole('link').first();
    const target = await look.getAttribute('href');
    assert.match(target, /^\/office\/(cases|plans)\//);
    await ye.goes(target);
    if (target.startsWith('/office/cases/')) {
      await sees(ye, /报名号|计划/);
      assert.equal(await ye.page.getByRole('button', { name: /^开始审/ }).count(), 0, 'an authority reads and decides nothing');
    }

    // The report, as a sheet and as paper: the same figures, and nobody's name.
    await ye.goes('/office/reports');
    await isAt(ye, '报告');
    await axe(ye.page, '/office/reports');
    // What the agencies took, month by month: sums, and nobody's name.
    await ye.page.getByRole('link', { name: '按月看各机构收费' }).click();
    await isAt(ye, '各机构收费');
    await fits(ye.page, '/office/reports/money');
    await axe(ye.page, '/office/reports/money');
    const earlier = ye.page.getByRole('link', { name: /^上个月/ });
    const month = (await earlier.innerText()).match(/\d{4}-\d\d/)[0];
    await earlier.click();
    await ye.page.getByRole('heading', { name: new RegExp(`^${month}-01 至`) }).waitFor();
    const money = await takes(ye, `/office/reports/money.xlsx?month=${month}`);
    assert.equal(money.status, 200);
    if (has('unzip')) assert.match(wordsOfBook(money.bytes), /各机构考试费按月汇总/);
    await ye.goes('/office/reports');
    const line = ye.page.getByRole('listitem').filter({ hasText: `${year} 年全年统计` });
    const [sheet, paper] = await Promise.all(['表格（xlsx）', '文件（PDF）'].map((name) => line.getByRole('link', { name }).getAttribute('href')));
    const book = await takes(ye, sheet);
    assert.equal(book.status, 200);
    assert.equal(book.bytes.subarray(0, 2).toString(), 'PK');
    const pdf = await takes(ye, paper);
    assert.equal(pdf.type, 'application/pdf');
    assert.equal(pdf.bytes.subarray(0, 5).toString(), '%PDF-');
    const texts = [];
    if (has('unzip')) texts.push(wordsOfBook(book.bytes));
    if (has('pdftotext')) texts.push(wordsOfPaper(pdf.bytes).replace(/\s+/g, ''));
    for (const text of texts) {
      assert.match(text, new RegExp(`${year}`));
      assert.match(text, /杭州市/);
      for (const name of ['林晓', '赵安', '钱宁']) assert.ok(!text.includes(name), `a report names nobody, and ${name} stands in it`);
    }

    // A list is drawn by its rule; what is missing is told, and what was typed stays.
    await ye.goes('/office/sampling');
    await sees(ye, '本季度督导抽查（演示）');
    await fits(ye.page, '/office/sampling');
    await axe(ye.page, '/office/sampling');
    await types(ye, '考试日期从', day(-30));
    await ye.page.locator('[name="until"]').fill(day(90));
    await presses(ye, '抽取');
    await isTold(ye, /名称/);
    const title = `抽查 ${way.device}`;
    await types(ye, '名称', title);
    await presses(ye, '抽取');
    await ye.page.waitForURL(/\/office\/sampling\/[^/]+/);
    await sees(ye, title);
    await sees(ye, /种子/);
    const drawn = new URL(ye.page.url()).pathname;
    await fits(ye.page, '/office/sampling/:id');
    await axe(ye.page, '/office/sampling/:id');
    const list = await takes(ye, `${drawn}/list.xlsx`);
    assert.equal(list.bytes.subarray(0, 2).toString(), 'PK');
    await ye.goes('/office/sampling');
    await ye.page.getByRole('link', { name: title }).first().click();
    await ye.page.waitForURL((url) => url.pathname === drawn);

    // An agency: its own year, its own lists, no cockpit.
    const mao = await at(enter, '毛伟', way, '/office/reports');
    await sees(mao, `${year} 年本机构全年情况`);
    assert.equal((await takes(mao, `/office/reports/region.xlsx?year=${year}`)).status, 403);
    const own = await takes(mao, `/office/reports/agency.xlsx?year=${year}`);
    assert.equal(own.status, 200);
    if (has('unzip')) assert.ok(!wordsOfBook(own.bytes).includes('浙江省生态与环境修复技术协会'), 'others do not stand in it');
    await mao.goes('/office/sampling');
    assert.equal(await mao.page.getByText(title).count(), 0, "an authority's list is not the agency's");
    assert.ok((await takes(mao, `${drawn}/list.xlsx`)).status >= 400);
    await mao.goes('/office/cockpit');
    assert.equal(await mao.page.getByRole('heading', { level: 1, name: '全局' }).count(), 0);
    const foreign = await planId(here.origin, '2026-S-001201');
    assert.ok((await takes(mao, `/office/plans/${foreign}/report.pdf`)).status >= 400);
  });
}

here.scene('from the page of a plan to every other page of it, and back', async (enter) => {
  const wu = await at(enter, '吴桐', { device: 'phone', script: false }, `/office/plans/${await planId(here.origin, '2026-S-001230')}`);
  const hub = wu.page.url();
  await sees(wu, '机构账单');
  await sees(wu, /已到 700\.00 元/);
  await fits(wu.page, '/office/plans/:id');
  await axe(wu.page, '/office/plans/:id');
  const tabs = wu.page.getByRole('navigation', { name: '这个计划' });
  for (const name of ['名单', '公示', '考场', '考试日', '成绩', '证书', '费用', '消息']) {
    await wu.goes(hub);
    await tabs.getByRole('link', { name, exact: true }).click();
    await wu.page.waitForLoadState('load');
    const current = await tabs.locator('[aria-current="page"]').innerText();
    assert.equal(current.trim(), name);
    await tabs.getByRole('link', { name: '计划', exact: true }).click();
    await wu.page.waitForURL(hub);
  }
  // The exam is today: three have come, three have not.
  await tabs.getByRole('link', { name: '考试日', exact: true }).click();
  await sees(wu, /3/);
});
