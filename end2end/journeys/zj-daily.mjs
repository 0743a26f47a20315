// 国家职业资格考试报名（日常鉴定）: gate, site, form kept and come back to, the printed form, documents, two consents,
// another site, approval, the fee and what happens without it. And 补考: only what was failed.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { everyWay, said, stage } from '../lib/stage.mjs';
import { arrives, chooses, claims, decides, follows, handsIn, isAt, isTold, presses, question, sees, signsInAtDesk, types, updates } from '../lib/acts.mjs';
import { photo } from '../lib/pictures.mjs';
import { fits } from '../lib/browser.mjs';
import { candidate, planId } from '../lib/swift.mjs';

const here = stage();
const FIRST = '钱塘职业技术学院国家职业技能鉴定所';
const SECOND = '湘湖技师学院国家职业技能鉴定所';

/// The file behind a link of the page is a PDF.
async function opensPdf(p, name) {
  const href = await p.page.getByRole('link', { name }).first().getAttribute('href');
  const answer = await p.context.request.get(here.origin + href, { timeout: 60_000 });
  assert.equal(answer.status(), 200, href);
  assert.equal(answer.headers()['content-type'], 'application/pdf');
  const bytes = await answer.body();
  assert.equal(bytes.subarray(0, 5).toString(), '%PDF-');
  return bytes;
}

/// A candidate whose profile and photo are complete.
async function prepared() {
  const person = await candidate(here.origin);
  await person.hands.posts('/api/account/update', { mobile: '', address: '浙江省杭州市西湖区文三路 90 号', education: '大学专科', next: '' });
  await person.hands.uploads('/upload/profile/photo', 'photo', [['张三.JPG', readFileSync(photo('张三.JPG'))]]);
  return person;
}

/// A draft of such a candidate, at a site.
async function begun(number, person) {
  const { hands } = person;
  const id = (await hands.posts('/api/plan/start', { plan: await planId(here.origin, number) })).match(/\/apply\/([^/]+)/)[1];
  const site = (await hands.reads(`/apply/${id}/site`)).match(/name="site"[^>]*value="([^"]+)"/)[1];
  await hands.posts('/api/apply/site', { id, site });
  return id;
}

async function fillsTheForm(p) {
  await chooses(p, '考试类型', '新考');
  await updates(p, '考试类型');
  await chooses(p, '申报条件', '条件（3）');
  await chooses(p, '考生来源', '学校');
  await types(p, '所在单位或学校', '钱塘职业技术学院');
  await chooses(p, '证书领取方式', '邮寄');
  await updates(p, '证书领取方式');
  await types(p, '收件人', '于小山');
  await types(p, '收件人手机号码', '13900000001');
  await types(p, '收件地址', '浙江省杭州市西湖区文三路 90 号');
}

for (const way of [everyWay[0], everyWay[3]]) {
  here.scene(`from the gate to 初审通过: T7, T8 (${said(way)})`, async (enter) => {
    const person = await candidate(here.origin);
    const p = await enter({ ...way, cookies: person.cookies });
    const plan = `/plans/${await planId(here.origin, '2026-R-000001')}`;
    await p.goes(plan);
    await sees(p, '可以选的报名机构');
    await presses(p, '马上报名');
    await arrives(p, /again=/);
    await sees(p, /未完成无法报名/);

    // Each of the two things leads away, and back here.
    await follows(p, '去填写');
    await arrives(p, /\/profile\?next=/);
    await p.page.getByLabel(/^文化程度/).selectOption('大学专科');
    await types(p, '通讯地址', '浙江省杭州市西湖区文三路 90 号');
    await presses(p, '保存');
    await follows(p, '接着办');
    await arrives(p, new RegExp(`${plan}$`));
    await presses(p, '马上报名');
    await arrives(p, /again=/);
    assert.equal(await p.page.getByRole('link', { name: '去填写' }).count(), 0, 'the first is done');
    await follows(p, '去上传');
    await arrives(p, /\/profile\/photo\?next=/);
    await p.page.getByLabel('选一张照片').setInputFiles(photo('zero.jpg'));
    await presses(p, '保存照片');
    await isTold(p, /文件是空的/);
    await p.page.getByLabel('选一张照片').setInputFiles(photo('张三.JPG'));
    await presses(p, '保存照片');
    await p.page.getByAltText('您存的证件照').waitFor();
    await follows(p, '接着办');
    await arrives(p, new RegExp(`${plan}$`));
    await presses(p, '马上报名');

    await arrives(p, /\/site$/);
    await sees(p, '选了哪个报名机构，就到哪个机构考试。报名截止前可以改选。');
    const card = p.page.locator('label', { hasText: FIRST });
    for (const part of ['杭州市钱塘区学源街 100 号', /考试/, /初审机构/, /还有 \d+ 个名额（共 120 个）/]) await card.getByText(part).first().waitFor();
    await fits(p.page, 'site');
    await presses(p, '选好了，下一步');
    await isTold(p, /还没有选报名机构/);
    await card.click();
    await presses(p, '选好了，下一步');
    await arrives(p, /\/photo$/);
    await sees(p, '已经上传的照片');
    await follows(p, '下一步');

    // 暂存, and away: everything is there on coming back.
    await arrives(p, /\/form$/);
    await fillsTheForm(p);
    await presses(p, '暂存');
    await arrives(p, /\/documents\?kept=1$/);
    await sees(p, '暂存成功');
    const id = p.page.url().match(/\/apply\/([^/?#]+)/)[1];
    await p.goes(`/my/${id}`);
    await sees(p, /完善报名信息：还有 1 件事/);
    await opensPdf(p, /^下载浙江省职业技能鉴定申请表/);
    await fits(p.page, 'my');
    await follows(p, '接着办：完善报名信息');

    await arrives(p, /\/documents$/);
    await opensPdf(p, /下载浙江省职业技能鉴定申请表/);
    await sees(p, /任选一种就够：学生证，或教务处所出学历证明/);
    assert.equal(await p.page.getByRole('heading', { name: '职业资格证书信息' }).count(), 0, 'no certificate at level 4');
    await fits(p.page, 'documents');
    await handsIn(p, '身份证正反面', 'ordinary_1page.pdf');
    await handsIn(p, '学历证明信息', 'scan_3pages.pdf');
    await handsIn(p, '鉴定申报表', '大写扩展名.PDF');
    await p.page.getByLabel(/^“学历证明信息”传的是哪一种/).selectOption('教务处所出学历证明');
    await presses(p, '记下');
    await p.page.waitForLoadState('load');
    await p.awake();
    assert.equal(await p.page.getByLabel(/^“学历证明信息”传的是哪一种/).inputValue(), 'registrar_letter');
    await follows(p, '下一步');

    await arrives(p, /\/preview$/);
    await sees(p, '在打印的申请表上手写签名，这里不用签。');
    await p.page.getByLabel('我已阅读并同意《鉴定报名须知》').check();
    await presses(p, '报名');
    await isTold(p, /还没有勾选同意《浙江政务服务网注册协议》/);
    await p.page.getByLabel('我已阅读并同意《鉴定报名须知》').check();
    await p.page.getByLabel('我已阅读并同意《浙江政务服务网注册协议》').check();
    await presses(p, '报名');
    await arrives(p, /\/my\/[^?]+\?submitted=1/);
    await isAt(p, '已提交');
    await sees(p, /在规定时间内未缴纳费用考生，视为自动弃考/);
    await fits(p.page, 'submitted');

    // Until the review begins the site can be changed, and the seat goes along.
    await follows(p, '改选报名机构');
    await arrives(p, /\/site$/);
    await p.page.locator('label', { hasText: SECOND }).click();
    await presses(p, '改到选中的机构');
    await arrives(p, new RegExp(`/my/${id}$`));
    await p.goes(`/my/${id}`);
    await p.page.getByText(SECOND).first().waitFor({ state: 'attached' });

    const r = await enter();
    await signsInAtDesk(r, '鲁宁');
    await r.goes(`/office/cases/${id}`);
    await r.page.getByText(SECOND).first().waitFor();
    await claims(r);
    await decides(r, '通过');
    await presses(r, '只提交，留在这件');
    await r.page.getByText(/^(审核通过|已通过)/).first().waitFor();

    // The fee is due, with the day and what happens without it.
    await p.goes(`/my/${id}`);
    await sees(p, /费用 190.00 元，.+ 截止。/);
    await sees(p, /在规定时间内未缴纳费用考生，视为自动弃考/);
    assert.equal(await p.page.getByRole('link', { name: '改选报名机构' }).count(), 0, 'decided');
    await fits(p.page, 'approved');
  });

  here.scene(`level three brings the certificate: T7 (${said(way)})`, async (enter) => {
    const person = await prepared();
    const id = await begun('2026-R-000002', person);
    const p = await enter({ ...way, cookies: person.cookies });
    await p.goes(`/apply/${id}/documents`);
    await p.page.getByRole('heading', { name: '职业资格证书信息' }).waitFor();
    await sees(p, /本人该工种四级证书/);
  });

  here.scene(`补考 offers the failed subject alone (${said(way)})`, async (enter) => {
    const person = await prepared();
    const said = await here.server.imports(
      ['results', 'import'],
      `证件号码,职业编码,等级,科目,成绩\n${person.who.idNo},4-12-01-01,4,理论,72\n${person.who.idNo},4-12-01-01,4,实操,不合格\n`,
    );
    assert.match(said, /2 results are recorded/);
    const id = await begun('2026-R-000001', person);
    const p = await enter({ ...way, cookies: person.cookies });
    await p.goes(`/apply/${id}/form`);
    await chooses(p, '考试类型', '补考');
    await updates(p, '考试类型');
    const subjects = question(p, '补考科目');
    await subjects.waitFor();
    assert.equal(await subjects.getByRole('checkbox').count(), 1, 'what was passed is not offered');
    await subjects.getByLabel('实操').check();
    await chooses(p, '申报条件', '条件（3）');
    await chooses(p, '考生来源', '学校');
    await types(p, '所在单位或学校', '钱塘职业技术学院');
    await chooses(p, '证书领取方式', '上门领取');
    await presses(p, '暂存');
    await arrives(p, /\/documents\?kept=1$/);
    await p.goes(`/apply/${id}/preview`);
    const row = p.page.locator('dl > div', { hasText: '补考科目' });
    assert.match(await row.innerText(), /实操/);
  });

  here.scene(`补考 without a failed subject is told so (${said(way)})`, async (enter) => {
    const person = await prepared();
    const id = await begun('2026-R-000001', person);
    const p = await enter({ ...way, cookies: person.cookies });
    await p.goes(`/apply/${id}/form`);
    await chooses(p, '考试类型', '补考');
    await updates(p, '考试类型');
    await sees(p, /不能报补考/);
  });
}
