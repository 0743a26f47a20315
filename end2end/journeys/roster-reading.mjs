// 名单 that nobody formatted: a person says where the headings are, what is written otherwise is mended together as it is
// shown and put back, and hours that are no number are told.
import assert from 'node:assert/strict';
import { everyWay, said, stage } from '../lib/stage.mjs';
import { isTold, presses, sees } from '../lib/acts.mjs';
import { axe, fits } from '../lib/browser.mjs';
import { planId, staff } from '../lib/swift.mjs';

const here = stage();
const number = '2026-QZ-00002';
const sheet = `三衢技师学院 高级班,请各班主任,核对以后交回
人名,号,联系方式,生日
宋雨,330802 19950312 0244,13800004300,1995.3.12
胡明,330802198811050378,１３８００００４３０１,19881105
余晓,330802199907210465,13800004302,36362
`;

for (const way of [everyWay[0], everyWay[3]]) {
  here.scene(`headings and mends that a person decides (${said(way)})`, async (enter) => {
    const m = await enter(way);
    await m.context.addCookies((await staff(here.origin, '毛伟')).cookies);
    const page = `/office/plans/${await planId(here.origin, number)}/roster`;
    await m.goes(page);
    await m.page.getByLabel('名单', { exact: true }).setInputFiles({ name: '高级班.csv', mimeType: 'text/csv', buffer: Buffer.from(sheet) });
    await presses(m, '上传，试一遍');
    await sees(m, /前 30 行里没有认得的表头/);
    await fits(m.page, page);
    await axe(m.page, page);

    const says = async (row) => {
      await m.page.getByLabel('表头从第几行开始').fill(row);
      await presses(m, '按这样读');
    };
    await says('二');
    await isTold(m, '表头从第几行开始，请只填数字，例如 4。');
    assert.equal(await m.page.getByLabel('表头从第几行开始').inputValue(), '二', 'what was typed stays');
    await says('40');
    await isTold(m, '第 40 行是空的，这张表最后一行是第 5 行。');
    await says('2');
    await sees(m, '按新的表头读好了，列还没有对齐。');
    await m.page.getByLabel('当作哪种表').selectOption('花名册');
    for (const [heading, column] of [['人名', '姓名'], ['号', '证件号码'], ['联系方式', '手机号码'], ['生日', '出生日期']]) {
      await m.page.getByLabel(heading, { exact: true }).selectOption(column);
    }
    await presses(m, '就按这样试');
    await sees(m, '3 人里，2 人可以导入，1 人要改', { exact: false });

    // What is written otherwise stands old beside new, and one of them is left out by hand.
    await m.page.getByRole('link', { name: /^可以一起改/ }).click();
    const days = m.page.getByRole('region', { name: '日期写法不一样', exact: true });
    await days.getByText('1995-03-12').first().waitFor();
    await fits(m.page, page);
    await axe(m.page, page);
    await days.getByRole('row').filter({ hasText: '胡明' }).getByRole('checkbox').uncheck();
    await presses(m, '照勾选的改', days);
    await sees(m, '照选好的改了。');
    await days.getByText('19881105').waitFor();
    await presses(m, '照勾选的改', m.page.getByRole('region', { name: '日期成了一串数字', exact: true }));
    await sees(m, '3 人里，3 人可以导入', { exact: false });
    await m.page.getByText('改过的，可以改回去').click();
    await m.page.getByRole('button', { name: '改回去' }).first().click();
    await sees(m, '改回去了。');
    await sees(m, '3 人里，2 人可以导入，1 人要改', { exact: false });

    await m.page.getByLabel(/^学时/).fill('八十');
    await presses(m, '保存');
    await isTold(m, '学时只写数字，1 到 2000，例如 120。');
    assert.equal(await m.page.getByLabel(/^学时/).inputValue(), '八十', 'what was typed stays');
    await m.page.getByLabel(/^学时/).fill('80 学时');
    await presses(m, '保存');
    await sees(m, '班级和学时存下了。');
    assert.equal(await m.page.getByLabel(/^学时/).inputValue(), '80');

    // Another row of headings: what was said stays, and people who were none go.
    await m.page.getByText('改表头，或换一张表').click();
    await says('3');
    await sees(m, '2 人里，', { exact: false });
    await fits(m.page, page);
    await presses(m, '丢弃这份名单');
    await sees(m, '名单已经丢弃。');
  });
}
