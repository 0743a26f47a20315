// 名单: a sheet is tried and mended, photos are joined by hand, people are imported while the page follows, the import is
// taken back, and everything goes out again.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../lib/server.mjs';
import { everyWay, said, stage } from '../lib/stage.mjs';
import { isTold, presses, sees } from '../lib/acts.mjs';
import { axe, fits } from '../lib/browser.mjs';
import { planId, staff } from '../lib/swift.mjs';

const here = stage();
const number = '2026-QZ-00002';
const fixture = (name) => ({
  name,
  mimeType: name.endsWith('.zip') ? 'application/zip' : 'application/octet-stream',
  buffer: readFileSync(join(root, 'server/rosters/tests/fixtures', name)),
});

for (const way of [everyWay[0], everyWay[3]]) {
  here.scene(`from the sheet to the imported class (${said(way)})`, async (enter) => {
    const plan = await planId(here.origin, number);
    const m = await enter(way);
    await m.context.addCookies((await staff(here.origin, '毛伟')).cookies);
    const page = `/office/plans/${plan}/roster`;
    await m.goes(page);
    const upload = async (label, button, file) => {
      await m.page.getByLabel(label, { exact: true }).setInputFiles(file);
      await presses(m, button);
    };
    await upload('名单', '上传，试一遍', { name: '不是表.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7') });
    await isTold(m, '这不是表格文件。请上传 xlsx、xls 或 csv。');

    // A column that is missing is named, and nothing goes on without it.
    await upload('名单', '上传，试一遍', fixture('报名信息表_缺列.xlsx'));
    await sees(m, /缺 1 列：证件号码/);
    await axe(m.page, page);
    await presses(m, '丢弃这份名单');
    await sees(m, '名单已经丢弃。');

    await upload('名单', '上传，试一遍', fixture('报名信息表_错误.xlsx'));
    await sees(m, '24 人里，', { exact: false });
    await fits(m.page, page);
    await axe(m.page, page);
    const row = m.page.getByRole('row').filter({ hasText: '不像电子邮箱' });
    await row.getByLabel('电子邮箱').fill('还是不对');
    await presses(m, '改好了，再试一遍');
    assert.equal(await row.getByLabel('电子邮箱').inputValue(), '还是不对', 'what was typed stays');
    const before = await m.page.getByRole('row').filter({ hasText: '要改' }).count();
    await row.getByLabel('电子邮箱').fill('ok@example.cn');
    await presses(m, '改好了，再试一遍');
    assert.equal(await m.page.getByRole('row').filter({ hasText: '要改' }).count(), before - 1);
    await presses(m, '丢弃这份名单');

    await upload('名单', '上传，试一遍', fixture('报名信息表_30.xlsx'));
    await sees(m, '30 人里，', { exact: false });
    await upload('压缩包或照片', '上传照片', fixture('照片_T19.zip'));
    await sees(m, '27 人可以导入，3 人要改', { exact: false });
    await m.page.getByRole('link', { name: /没配上的照片/ }).click();
    await sees(m, /文件名里写的是/);
    await fits(m.page, page);
    await presses(m, '是同一个人，配上');
    await sees(m, '照片配上了。');
    await m.page.getByRole('link', { name: /^要改/ }).click();
    await presses(m, '缺照片的都由本人补');
    await sees(m, '30 人里，30 人可以导入', { exact: false });
    await m.page.getByRole('link', { name: /^全部/ }).click();
    await fits(m.page, page);
    await axe(m.page, page);
    await presses(m, '导入 30 人');
    await m.page.getByText('30 人里，30 人已导入').waitFor({ timeout: 60_000 });

    for (const what of ['roster.xlsx', 'registration.xlsx', 'photos.zip']) {
      const out = await m.context.request.get(`${here.origin}${page}/out/${what}`, { timeout: 120_000 });
      assert.equal(out.status(), 200, what);
      assert.equal((await out.body()).subarray(0, 2).toString(), 'PK', what);
    }
    const forms = await m.page.getByRole('link', { name: /申报表 第 1–30 人/ }).getAttribute('href');
    const pdf = await m.context.request.get(`${here.origin}${forms}`, { timeout: 120_000 });
    assert.match(pdf.headers()['content-type'], /pdf/);

    await m.page.getByText('撤回整份导入').click();
    await presses(m, '撤回 30 人');
    await m.page.getByText('30 人里，30 人已撤回').waitFor({ timeout: 60_000 });
    await fits(m.page, page);
  });
}
