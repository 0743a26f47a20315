// 机构报送: the agency types a person in, the person confirms by a link, opinions with seals, originals over the counter,
// the printed form.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { everyWay, said, stage } from '../lib/stage.mjs';
import { arrives, follows, presses, sees, signsInAtDesk, types } from '../lib/acts.mjs';
import { photo } from '../lib/pictures.mjs';
import { axe, fits } from '../lib/browser.mjs';
import { someone } from '../lib/people.mjs';
import { planId } from '../lib/swift.mjs';

const here = stage();

for (const way of [everyWay[0], everyWay[3]]) {
  here.scene(`collected by the agency, confirmed by the person (${said(way)})`, async (enter) => {
    const who = someone({ name: '柳青' });
    const m = await enter({ device: 'desktop', script: way.script });
    await signsInAtDesk(m, '毛伟');
    const plan = await planId(here.origin, '2026-QZ-00001');
    await m.goes(`/office/collect?plan=${plan}`);
    await types(m, '姓名', who.name);
    await types(m, '证件号码', who.idNo);
    await types(m, '手机号码', who.mobile);
    await types(m, '通讯地址', '浙江省衢州市柯城区上街 1 号');
    await types(m, '民族', '汉族');
    await fits(m.page, '/office/collect');
    await presses(m, '保存，生成确认链接');
    await sees(m, '链接只显示这一次');
    const link = await m.page.getByRole('textbox', { name: '确认链接', exact: true }).inputValue();

    const p = await enter(way);
    await p.goes(new URL(link).pathname);
    await sees(p, '确认您的报名资料');
    assert.equal(await p.page.getByText(who.idNo).count(), 0, 'nothing before it is known who asks');
    await types(p, '手机号码末四位', '0000');
    await presses(p, '看我的资料');
    await sees(p, /和机构登记的对不上/);
    await types(p, '手机号码末四位', who.mobile.slice(-4));
    await presses(p, '看我的资料');
    await sees(p, '核对您的资料');
    await fits(p.page, '/confirm');
    await axe(p.page, '/confirm');
    await p.page.getByLabel('上传证件照').setInputFiles({ name: `${who.idNo}${who.name}.JPG`, mimeType: 'image/jpeg', buffer: readFileSync(photo('ok_413x579_40k.jpg')) });
    await p.page.getByRole('button', { name: '上传', exact: true }).click();
    await p.page.getByAltText('您的证件照').waitFor();

    // What is missing is told at its place, and what was typed stays.
    await presses(p, '确认无误，提交');
    await sees(p, /处要改/);
    const set = async (label, value) => p.page.getByLabel(new RegExp(`^${label}`)).first().selectOption({ label: value });
    await set('学历', '大学专科和专科学校');
    await p.page.getByRole('group', { name: /^考生来源/ }).getByText('企业', { exact: true }).click();
    await types(p, '工作单位', '衢州某某护理院');
    await types(p, '岗位', '养老护理员');
    await types(p, '本职业（工种）年限', '6');
    await types(p, '工作年限', '8');
    await p.page.getByRole('group', { name: /^申报条件/ }).getByRole('radio').first().check();
    await p.page.getByLabel('资料是我本人的').check();
    await presses(p, '确认无误，提交');
    await sees(p, '已确认，报名已提交');
    const number = (await p.page.getByText(/^报名号/).first().locator('..').innerText()).match(/2026-QZ-00001-\d{4}/)?.[0];
    assert.ok(number, 'a number to quote');

    await m.goes('/office/counter');
    await types(m, '报名号、报名序号或证件号码', who.idNo);
    await presses(m, '查找');
    await arrives(m, /\/office\/counter\?case=/);
    assert.ok(!m.page.url().includes(who.idNo), 'no number in the address');
    await sees(m, number);
    await presses(m, '原件齐全，通过');
    await sees(m, /还有原件没有核对/);
    await m.page.getByRole('checkbox').first().check();
    await presses(m, '原件齐全，通过');
    await sees(m, /还缺培训单位意见/);
    await follows(m, '填写意见和盖章');
    await arrives(m, /\/opinions/);
    const training = m.page.getByRole('region', { name: '培训单位意见' });
    await training.getByLabel('学时').fill('120');
    await training.getByLabel('经办人').fill('周平');
    await training.getByLabel('盖电子印章').check();
    await training.getByRole('button', { name: '保存意见' }).click();
    await training.getByText('已填好').waitFor();
    await fits(m.page, 'opinions');
    await m.page.goBack();
    await m.goes('/office/counter');
    await types(m, '报名号、报名序号或证件号码', number);
    await presses(m, '查找');
    await presses(m, '原件齐全，通过');
    await sees(m, '审核通过');
    const sent = await m.context.request.get(here.origin + (await m.page.getByRole('link', { name: '下载照片' }).getAttribute('href')), { timeout: 120_000 });
    assert.match(decodeURIComponent(sent.headers()['content-disposition']), new RegExp(`attachment; filename\\*=UTF-8''${who.idNo}${who.name}.JPG`));
    const printed = await m.page.getByRole('link', { name: '打印申请表' }).getAttribute('href');
    const answer = await m.context.request.get(here.origin + printed, { timeout: 120_000 });
    assert.equal(answer.headers()['content-type'], 'application/pdf');
  });
}
