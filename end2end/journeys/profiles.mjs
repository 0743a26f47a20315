// 程序: a manager reads a procedure, rehearses it with invented people, compares two versions, and publishes a new one
// from its file; a faulty file is told line by line, and published plans keep their version.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { everyWay, said, stage } from '../lib/stage.mjs';
import { arrives, isTold, presses, sees, signsInAtDesk } from '../lib/acts.mjs';
import { axe, fits } from '../lib/browser.mjs';
import { root } from '../lib/server.mjs';
import { quickly } from '../lib/swift.mjs';

const here = stage();
const file = (name, change = (text) => text) => ({
  name: `${name}.toml`,
  mimeType: 'application/toml',
  buffer: Buffer.from(change(readFileSync(join(root, 'server', 'profiles', `${name}.toml`), 'utf8'))),
});

async function readsIn(p, toml) {
  await p.page.getByLabel('或者选文件').setInputFiles(toml);
  await presses(p, '读入并检查');
  await arrives(p, /\/office\/profiles\?shown=/);
}

for (const [at, way] of [everyWay[0], everyWay[3]].entries()) {
  here.scene(`read, rehearsed, compared, published (${said(way)})`, async (enter) => {
    const p = await enter(way);
    await signsInAtDesk(p, '吴桐');
    await p.goes('/office/profiles');
    const line = (name) => p.page.getByRole('row').filter({ hasText: name });
    await line('zhhn').getByRole('link', { name: /^试走/ }).click();
    await sees(p, '试走一遍（人都是虚构的）');
    for (const person of ['学生（应届，没有证书）', '在职职工（有四级证书）']) await p.page.getByRole('heading', { name: person }).waitFor();
    await line('zynl').filter({ has: p.page.getByRole('cell', { name: /^(版本 )?1$/ }) }).first().getByRole('link', { name: /^看全文/ }).click();
    await p.page.getByRole('heading', { name: '同意和签名' }).first().waitFor();
    await p.page.getByLabel('原来的').selectOption('zynl@1');
    await p.page.getByLabel('现在的').selectOption('zhhn@1');
    await presses(p, '比较');
    await sees(p, 'zynl 第 1 版 和 zhhn 第 1 版 的区别');
    await fits(p.page, 'compared');

    // A faulty file: line, key and what would be right, in Chinese; the text stays.
    await readsIn(p, file('zynl', (text) => text.replace('correction_days = 5', 'correction_days = "five"')));
    const told = await isTold(p, /有 1 处要改/);
    await told.getByText(/第 \d+ 行/).waitFor();
    await told.getByText(/这里要整数，现在是文字/).waitFor();
    assert.match(await p.page.getByLabel('程序文件（TOML）').inputValue(), /correction_days = "five"/);
    assert.equal(await p.page.getByRole('button', { name: '发布这一版' }).count(), 0, 'nothing faulty is published');
    await axe(p.page, 'a faulty file');

    // The same version again is refused; counted up it is published, and plans keep what they have.
    await readsIn(p, file('zynl', (text) => text.replace('correction_days = 5', `correction_days = ${4 - at}`)));
    await sees(p, '没有错误');
    await presses(p, '发布这一版');
    await sees(p, /没有发布：已经有第 \d+ 版了/);
    const version = 2 + at;
    const next = (text) => text.replace(/^version = 1$/m, `version = ${version}`).replace('correction_days = 5', `correction_days = ${4 - at}`);
    await readsIn(p, file('zynl', next));
    await presses(p, '发布这一版');
    await arrives(p, new RegExp(`one=zynl@${version}&published=1`));
    await sees(p, '已发布。以后发布的计划用这一版');
    const inUse = await p.page.getByRole('row').filter({ hasText: 'zynl' }).evaluateAll((rows) => rows.map((row) => [...row.cells].map((cell) => cell.innerText.trim())));
    const row = (wanted) => inUse.find((texts) => texts[2] === String(wanted));
    assert.equal(row(version)[4], '0', 'no plan moves to the new version by itself');
    assert.ok(Number(row(1)[4]) > 20, 'published plans keep theirs');
    await p.page.getByLabel('原来的').selectOption('zynl@1');
    await p.page.getByLabel('现在的').selectOption(`zynl@${version}`);
    await presses(p, '比较');
    await sees(p, new RegExp(`原来 5 ?，现在 ${4 - at}`));
  });
}

here.scene('the page is for managers and administrators', async () => {
  await assert.rejects(quickly(here.origin).reads('/office/profiles'), /30[23]/);
});
