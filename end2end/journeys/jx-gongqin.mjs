// 省直单位工勤人员网上报名: the campaign and its telephones, 报名序号, who is in the right place, what is fixed, one level
// at a time, 90×120, 资格审查, the counter, the congratulation and the call to pay.
import assert from 'node:assert/strict';
import { everyWay, said, stage } from '../lib/stage.mjs';
import { arrives, chooses, follows, isAt, isTold, presses, sees, signsInAtDesk, signsUp, types, updates } from '../lib/acts.mjs';
import { photo } from '../lib/pictures.mjs';
import { fits } from '../lib/browser.mjs';
import { candidate, planId } from '../lib/swift.mjs';
import { someone } from '../lib/people.mjs';

const here = stage();

/// The number that stands on the page after 报名序号.
async function numberShown(p) {
  const line = await p.page.getByText(/^报名序号/).first().innerText();
  const number = line.match(/\d{14}/)?.[0];
  assert.ok(number, `no number in “${line}”`);
  return number;
}

async function signsInByNumber(p, number, who) {
  await types(p, '报名序号', number);
  await types(p, '证件号码', who.idNo);
  await presses(p, '登录');
}

/// A draft of a new candidate who may register here.
async function begun(number, unit = 'province') {
  const person = await candidate(here.origin);
  const { hands } = person;
  const id = (await hands.posts('/api/plan/start', { plan: await planId(here.origin, number) })).match(/\/apply\/([^/]+)/)[1];
  await hands.posts('/api/apply/entry', { id, 'answers[unit_kind]': unit, 'answers[special_trade]': 'no' });
  return { ...person, id };
}

/// What stands beside a fact of the form.
const fact = (p, name) => p.page.locator('dl > div', { has: p.page.getByText(name, { exact: true }) }).locator('dd').first().innerText();

for (const way of [everyWay[0], everyWay[3]]) {
  here.scene(`from the campaign to the congratulation: T1, T3 (${said(way)})`, async (enter) => {
    const [p, who] = [await enter(way), someone()];
    await p.goes('/p/jx-gongqin');
    await sees(p, /其他类型级别不在此处报名/);
    for (const topic of ['综合政策（职建处）', '鉴定考试政策（鉴定中心）', '网上报名技术问题（鉴定中心）', '缴费发票问题（鉴定中心）']) await sees(p, topic);
    assert.equal(await p.page.getByRole('link', { name: '0791-86386153' }).getAttribute('href'), 'tel:0791-86386153');
    await fits(p.page, '/p/jx-gongqin');
    await p.page.getByRole('main').locator(`a[href$="/plans/${await planId(here.origin, '2026-GQ-0002')}"]`).first().click();
    await arrives(p, /\/plans\//);
    await presses(p, '马上报名');

    // 注册, and the number that is not asked for again but can be.
    await arrives(p, /\/sign-in/);
    await follows(p, '注册', p.page.getByRole('main'));
    await arrives(p, /\/sign-up/);
    await signsUp(p, who);
    await types(p, '证件号码', who.idNo);
    await types(p, '密码', who.password);
    await presses(p, '登录');
    await arrives(p, /\/registration-number/);
    await isAt(p, '注册成功');
    const number = await numberShown(p);
    await fits(p.page, 'registration number');
    await follows(p, '接着办');
    await arrives(p, /\/plans\//);

    // Out, and in again with the number; forgotten, it is found again.
    await p.goes('/profile');
    await presses(p, '退出登录', p.page.getByRole('main'));
    await p.page.waitForLoadState('load');
    await p.goes('/sign-in');
    await follows(p, '用报名序号登录');
    await arrives(p, /way=number/);
    await signsInByNumber(p, number.replace(/\d$/, (digit) => String((Number(digit) + 1) % 10)), who);
    await isTold(p, /报名序号/);
    await follows(p, '找回报名序号');
    await arrives(p, /way=find/);
    await types(p, '证件号码', who.idNo);
    await types(p, '手机号码', '13900000000');
    await presses(p, '找回');
    await sees(p, '没有找到');
    await types(p, '手机号码', who.mobile);
    await presses(p, '找回');
    await arrives(p, /found=/);
    assert.equal(await numberShown(p), number);
    assert.ok(!p.page.url().includes(number), 'no number in the address');
    await follows(p, '用报名序号登录');
    await arrives(p, /way=number/);
    await signsInByNumber(p, number, who);
    await arrives(p, /\/my$/);

    // The wrong place is told with the right one; the answer can be changed.
    await p.goes(`/plans/${await planId(here.origin, '2026-GQ-0002')}`);
    await presses(p, '马上报名');
    await arrives(p, /\/entry$/);
    const id = p.page.url().match(/\/apply\/([^/?#]+)/)[1];
    await chooses(p, '所在单位', '市直属单位');
    await chooses(p, '报考的是林业或地质勘探行业特有工种吗', '否');
    await presses(p, '下一步');
    await sees(p, '市直属单位在此处只能报二级（技师），其他级别不在此处报名。');
    await sees(p, /请到本地市鉴定中心报名/);
    await fits(p.page, 'entry');
    await chooses(p, '所在单位', '省直属单位');
    await presses(p, '下一步');

    // What is fixed is told, not asked; a level that does not follow is refused with the one that does.
    await arrives(p, /\/form$/);
    for (const [name, value] of [
      ['考生来源', '社会（社会化鉴定）'],
      ['考试类别', '理论实操'],
      ['申报单位', '个人考生报名'],
      ['参加考试地点', '南昌市省中心'],
      ['是否邮政快递', '否'],
    ]) assert.equal((await fact(p, name)).trim(), value, name);
    await sees(p, '本次考试统一规定，不用填。');
    await types(p, '所在单位', '江西省某某学校');
    await types(p, '主管部门', '省教育厅');
    await chooses(p, '考试类型', '正常考试');
    await chooses(p, '原级别', '五级/初级工');
    await presses(p, '同意并确认修改');
    await isTold(p, /您现在是五级\/初级工，这次报的是三级\/高级工，现在可以报的是四级\/中级工/);
    await fits(p.page, 'form');
    await chooses(p, '原级别', '四级/中级工');
    await presses(p, '同意并确认修改');

    await arrives(p, /\/photo\?kept=1$/);
    await sees(p, '填写报名表信息成功');
    await sees(p, /90 x120像素/);
    await p.page.getByLabel('选照片', { exact: true }).setInputFiles(photo('张三.JPG'));
    if (p.script) await presses(p, '用这张照片，下一步');
    else {
      await presses(p, '上传选好的照片');
      await sees(p, '已经上传的照片');
      await follows(p, '下一步');
    }
    await arrives(p, /\/preview/);
    await sees(p, /90×120/);
    await fits(p.page, 'preview');
    await presses(p, '提交资格审查');
    await arrives(p, /\/my\/[^?]+\?submitted=1/);
    await sees(p, '审查开始以前，可以撤回修改。');
    const form = await p.context.request.get(`${here.origin}/my/${id}/print/application-form.pdf`, { timeout: 60_000 });
    assert.equal(form.headers()['content-type'], 'application/pdf');

    // Handed in is closed; taken back it opens again.
    await p.goes(`/apply/${id}/form`);
    await isAt(p, '已经提交');
    await p.goes(`/my/${id}`);
    await sees(p, '下载机关事业单位工勤人员考核报名表（PDF）');
    await sees(p, /请带原件到现场审查：身份证、学历证书、原级别证书、报名表格/);
    await presses(p, '撤回来改');
    await arrives(p, /\/preview/);
    await presses(p, '提交资格审查');
    await arrives(p, /submitted=1/);

    // 现场审查: originals over the counter, found by 报名序号.
    const r = await enter({ device: 'desktop', script: way.script });
    await signsInAtDesk(r, '熊立');
    await r.goes('/office/counter');
    await types(r, '报名号、报名序号或证件号码', number);
    await presses(r, '查找');
    await arrives(r, /\/office\/counter\?case=/);
    for (const box of await r.page.getByRole('checkbox').all()) await box.check();
    await presses(r, '只保存核对');
    await r.page.waitForLoadState('load');
    await p.goes(`/my/${id}`);
    await sees(p, /正在看您的材料，这时不能撤回/);
    await presses(r, '原件齐全，通过');
    await sees(r, '审核通过');

    await p.goes(`/my/${id}`);
    await sees(p, '恭喜您已通过审查，请在规定时间内进行缴费！');
    await sees(p, /费用 200.00 元/);
    await sees(p, /准考证/);
    await fits(p.page, 'approved');
  });

  here.scene(`the photo is kept while the form is empty: T2 (${said(way)})`, async (enter) => {
    const draft = await begun('2026-GQ-0002');
    const p = await enter({ ...way, cookies: draft.cookies });
    await p.goes(`/apply/${draft.id}/photo`);
    await p.page.getByLabel('选照片', { exact: true }).setInputFiles(photo('张三.JPG'));
    if (p.script) {
      await presses(p, '用这张照片，下一步');
      await arrives(p, /\/preview/);
      await p.goes(`/apply/${draft.id}/photo`);
    } else await presses(p, '上传选好的照片');
    await sees(p, '已经上传的照片');
  });

  here.scene(`three subjects at the second level, one for 补考, and whose unit it is: T4 (${said(way)})`, async (enter) => {
    const draft = await begun('2026-GQ-0003', 'city');
    await here.server.imports(['results', 'import'], `证件号码,职业编码,等级,科目,成绩\n${draft.who.idNo},4-03-02-01,2,综合,41\n`);
    const p = await enter({ ...way, cookies: draft.cookies });
    await p.goes(`/apply/${draft.id}/form`);
    assert.equal((await fact(p, '考试类别')).trim(), '理论实操综合');
    assert.equal((await fact(p, '申报单位')).trim(), '本地市鉴定中心');
    await chooses(p, '考试类型', '补考');
    await updates(p, '考试类型');
    const subjects = p.page.getByRole('group', { name: /^补考科目/ });
    await subjects.waitFor();
    assert.equal(await subjects.getByRole('checkbox').count(), 1);
    await subjects.getByLabel('综合').waitFor();
    if (p.script) await sees(p, /已保存 \d\d:\d\d/);
    await p.goes(`/apply/${draft.id}/form`);
    assert.equal((await fact(p, '考试类别')).trim(), '单项');
  });

  here.scene(`one trade at a time, in the official words: T5 (${said(way)})`, async (enter) => {
    const draft = await begun('2026-GQ-0001');
    const p = await enter({ ...way, cookies: draft.cookies });
    await p.goes(`/plans/${await planId(here.origin, '2026-GQ-0002')}`);
    await presses(p, '马上报名');
    await arrives(p, /again=/);
    await isTold(p, '同一时间段不能报考同一工种', /已经报过/);
    await p.page.getByRole('link', { name: '接着填那一份' }).click();
    await arrives(p, new RegExp(`/apply/${draft.id}/`));
  });
}
