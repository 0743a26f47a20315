// Somebody looks for an exam: search, filters, an address to share, the plan, and "may I?".
import assert from 'node:assert/strict';
import { everyWay, said, stage } from '../lib/stage.mjs';
import { arrives, follows, isAt, isTold, presses, sees, types } from '../lib/acts.mjs';
import { monthsAgo } from '../lib/time.mjs';
import { planId } from '../lib/swift.mjs';

const here = stage();

const count = async (p) => Number((await p.page.getByRole('heading', { name: /查询结果：共 \d+ 条/ }).innerText()).match(/\d+/)[0]);

async function finds(p, expected) {
  await p.page.getByRole('heading', { name: `查询结果：共 ${expected} 条` }).waitFor();
}

/// The filters: beside the results on a desktop, behind a button on a phone.
async function filters(p) {
  if (p.device === 'phone') await p.page.getByText(/^筛选/).filter({ visible: true }).click();
  return p.page.getByRole('form', { name: '筛选' });
}

/// Opens the first plan of the results whose name begins like this.
const opens = (p, name) => follows(p, name, p.page.getByRole('listitem').filter({ has: p.page.getByRole('heading', { level: 3 }) }));

for (const way of everyWay) {
  here.scene(`a plan is found by words and filters, and its address can be shared (${said(way)})`, async (enter) => {
    const p = await enter(way);
    await p.goes('/');
    const all = await count(p);
    assert.ok(all > 20, `only ${all} plans`);
    await p.page.getByRole('searchbox').fill('碳排放');
    await presses(p, '搜索');
    await arrives(p, /q=/);
    await finds(p, 5);
    let form = await filters(p);
    await form.getByLabel('等级').selectOption({ label: '四级/中级工' });
    await presses(p, '更新结果', form);
    await arrives(p, /level=4/);
    await finds(p, 2);
    form = await filters(p);
    await form.getByLabel('考试地区').selectOption({ label: '杭州市' });
    await presses(p, '更新结果', form);
    await arrives(p, /city=330100/);
    await finds(p, 1);

    const friend = await enter(way);
    await friend.goes(new URL(p.page.url()).pathname + new URL(p.page.url()).search);
    await finds(friend, 1);

    await p.page.getByRole('link', { name: /四级\/中级工.*移除/ }).click();
    await arrives(p, (url) => !url.search.includes('level='));
    await finds(p, 4);

    await opens(friend, '碳排放管理员');
    await arrives(friend, /\/plans\//);
    for (const part of ['基本信息', '认定范围', '申报条件', '申报说明', '请先准备好'])
      await friend.page.getByRole('heading', { name: part }).waitFor();
    await sees(friend, /余\s*\d+\s*\/ 150 个名额/);
    await sees(friend, /大于 215×300/);
    await sees(friend, /大于 30 KB，小于 1 MB/);
    await presses(friend, '马上报名');
    await arrives(friend, /\/sign-in\?next=/);
    await isAt(friend, '登录');
  });
}

const answerWork = async (p, from) => {
  const job = p.page.getByRole('group', { name: '第 1 份工作' });
  await job.getByLabel('职业（工种）').selectOption('碳排放管理员');
  await job.getByLabel('开始年月').fill(from);
  await presses(p, '看结果');
};

for (const way of everyWay) {
  here.scene(`"may I?" answers yes, not yet with the date, or no, before signing up (${said(way)})`, async (enter) => {
    const id = await planId(here.origin, '2026-S-001201');
    const p = await enter(way);
    await p.goes(`/plans/${id}`);
    await follows(p, '不清楚能不能报');
    await arrives(p, /\/eligibility/);
    await isAt(p, '测一测能不能报');

    await types(p, '出生日期', '1990-13-01');
    await answerWork(p, monthsAgo(72));
    await isTold(p, /“出生日期”没有这一天/);
    assert.equal(await p.page.getByLabel(/^出生日期/).inputValue(), '1990-13-01', 'what was typed stays');

    await types(p, '出生日期', '19900305');
    await presses(p, '看结果');
    await p.page.getByRole('heading', { name: '您可以报考' }).waitFor();
    await sees(p, /要交：工作年限证明/);

    await answerWork(p, monthsAgo(36));
    await p.page.getByRole('heading', { name: /还不能报，最早 \d+年\d+月\d+日.* 起可以/ }).waitFor();
    await sees(p, /工作年限算得 3 年.*要满 5 年；照这样到 .* 就符合/);

    const novice = await enter(way);
    await novice.goes(`/plans/${id}/eligibility`);
    await novice.page.getByRole('group', { name: '第 1 份学历' }).getByLabel('学校类型').selectOption('普通高中');
    await novice.page.getByRole('group', { name: '第 1 份学历' }).getByLabel('毕业了吗').selectOption('毕业');
    await presses(novice, '看结果');
    await novice.page.getByRole('heading', { name: '按您填的，现在不能报' }).waitFor();
    await sees(novice, /“普通高中”不在这一条列出的学校里/);
  });
}

for (const way of [everyWay[0], everyWay[3]]) {
  here.scene(`a plan that is over says so and offers others (${said(way)})`, async (enter) => {
    const p = await enter(way);
    await p.goes('/?state=closed&q=茶艺师');
    await finds(p, 1);
    await sees(p, '报名已截止');
    await opens(p, '茶艺师');
    await arrives(p, /\/plans\//);
    await sees(p, /已截止，不能再报这一期/);
    assert.equal(await p.page.getByRole('button', { name: /马上报名/ }).count(), 0, 'no button that cannot work');
    await p.page.getByRole('heading', { name: '茶艺师的其他计划' }).waitFor();
  });
}
