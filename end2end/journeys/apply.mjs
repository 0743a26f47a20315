// A candidate applies: account, photo, form, evidence, signature, preview, reference number. With script and
// without, on a phone and on a desktop.
import assert from 'node:assert/strict';
import { everyWay, said, stage } from '../lib/stage.mjs';
import {
  arrives, chooses, choosesPhoto, filesInOrder, fillsForm, follows, goesOnToPreview, handsIn, isAt, isTold, presses, question,
  sees, seesNoMore, signs, signsIn, signsUp, submits, types, updates, usesPhoto,
} from '../lib/acts.mjs';
import { someone } from '../lib/people.mjs';
import { day } from '../lib/time.mjs';
import { application, planId } from '../lib/swift.mjs';

const here = stage();

for (const way of everyWay) {
  here.scene(`a candidate applies from the plan to the reference number (${said(way)})`, async (enter) => {
    const [p, who] = [await enter(way), someone()];
    p.expectTrouble('the server responded with a status of 422');
    await p.goes(`/plans/${await planId(here.origin, '2026-S-001201')}`);
    await presses(p, '马上报名');
    await arrives(p, /\/sign-in/);
    await p.page.getByRole('main').getByRole('link', { name: '注册' }).click();
    await arrives(p, /\/sign-up/);
    await signsUp(p, who);
    await signsIn(p, who, /\/plans\//);
    await presses(p, '马上报名');
    await arrives(p, /\/apply\/[^/]+\/photo/);

    // A picture that cannot do: what was measured and what is needed.
    await choosesPhoto(p, 's1_90x120.jpg');
    if (p.script) {
      await sees(p, '90×120');
      await sees(p, /像素要大于 215×300/);
    } else await isTold(p, /宽 90 像素，要大于 215。/);
    await usesPhoto(p);

    // Something wrong stays where it was typed, and is told twice in the same words.
    await fillsForm(p);
    await types(p, '本职业工作年限', '很久');
    await presses(p, '保存，下一步');
    const summary = await isTold(p, /“本职业工作年限”要填整年数/, /“其他材料PDF扫描件”还没有上传/);
    assert.match(await summary.innerText(), /有 2 处要改/);
    assert.equal(await p.page.getByLabel(/^本职业工作年限/).inputValue(), '很久');
    assert.equal(await p.page.getByLabel(/^本职业工作年限/).getAttribute('aria-invalid'), 'true');
    await types(p, '本职业工作年限', '6');

    if (!p.script) {
      await presses(p, '保存，下一步');
      await p.page.waitForLoadState('load');
    }
    await handsIn(p, '其他材料PDF扫描件', 'ordinary_1page.pdf', 'scan_3pages.pdf');
    await presses(p, '把 scan_3pages.pdf 往前移');
    await sees(p, '已有 2 份');
    await p.page.getByRole('button', { name: '把 scan_3pages.pdf 往后移' }).waitFor();
    assert.deepEqual(await filesInOrder(p), ['scan_3pages.pdf', 'ordinary_1page.pdf']);
    await presses(p, '删除 ordinary_1page.pdf');
    await sees(p, '已有 1 份');
    await presses(p, '保存，下一步');
    await arrives(p, /\/sign$/);

    await signs(p);
    await goesOnToPreview(p);
    await sees(p, '浙江省杭州市西湖区文三路 90 号 3 幢 402 室');
    assert.match(await submits(p), /^2026-S-001201-\d{4}$/);
    await sees(p, '接下来');
    await follows(p, '我的报名', p.page.getByRole('main'));
    await arrives(p, /\/my$/);
    await sees(p, '正在办理（1）');
  });
}

for (const way of [everyWay[1], everyWay[2]]) {
  here.scene(`a student is not asked for work, and it is recorded as not applicable: T14 (${said(way)})`, async (enter) => {
    const draft = await application(here.origin, { until: 'photo', number: '2026-S-001211' });
    const p = await enter({ ...way, cookies: draft.cookies });
    await p.goes(`/apply/${draft.id}/form`);
    await question(p, '无工作单位').waitFor();
    await chooses(p, '考生类别', '院校学生');
    await updates(p, '考生类别');
    await sees(p, /“工作信息”不用填/);
    await question(p, '是否省内技工学校在籍生').waitFor();
    assert.equal(await p.page.getByLabel(/^本职业工作年限/).filter({ visible: true }).count(), 0);

    // Changed back: the questions are there again.
    await chooses(p, '考生类别', '社会人员');
    await updates(p, '考生类别');
    await p.page.getByLabel(/^本职业工作年限/).filter({ visible: true }).waitFor();
    await chooses(p, '考生类别', '院校学生');
    await updates(p, '考生类别');
    if (p.script) await sees(p, /已保存 \d\d:\d\d/);
    await p.goes(`/apply/${draft.id}/preview`);
    const recorded = p.page.locator('dl > div', { hasText: '所在单位' });
    assert.match(await recorded.innerText(), /无工作单位/);
  });

  here.scene(`a prior certificate is asked for only when going up a level (${said(way)})`, async (enter) => {
    const draft = await application(here.origin, { until: 'form', number: '2026-S-001211' });
    const p = await enter({ ...way, cookies: draft.cookies });
    await p.goes(`/apply/${draft.id}/form`);
    assert.equal(await p.page.getByLabel(/^原证书编号/).filter({ visible: true }).count(), 0);
    await chooses(p, '是否晋级申报', '是');
    await updates(p, '是否晋级申报');
    await p.page.getByLabel(/^原证书编号/).filter({ visible: true }).waitFor();
    await p.page.getByRole('heading', { name: '原证书佐证材料' }).waitFor();
    await types(p, '原职业(工种)', '电子商务师');
    await types(p, '原证书取得时间', day(400));
    await presses(p, '保存，下一步');
    await isTold(p, /“原证书取得时间”还没到/, /“原证书佐证材料”还没有上传/);
    await types(p, '原证书取得时间', '20210506');
    await chooses(p, '是否晋级申报', '否');
    await updates(p, '是否晋级申报');
    await p.page.getByRole('heading', { name: '原证书佐证材料' }).waitFor({ state: 'hidden' });
  });
}

here.scene('an application can be taken back and submitted again before anybody claims it', async (enter) => {
  const sent = await application(here.origin, { number: '2026-S-001220' });
  const p = await enter({ cookies: sent.cookies });
  await p.goes(`/my/${sent.id}`);
  await presses(p, '撤回来改');
  await arrives(p, /\/preview/);
  await isAt(p, '预览确认提交');
  await submits(p);
});

here.scene('one trade at a time: the answer names the other application and offers both ways', async (enter) => {
  const sent = await application(here.origin, { number: '2026-S-001217', until: 'started' });
  const p = await enter({ cookies: sent.cookies });
  // A second plan of the same trade and level in the same weeks.
  const first = await application(here.origin, { number: '2026-S-001209', until: 'started', by: sent });
  await p.goes(`/plans/${await planId(here.origin, '2026-S-001220')}`);
  await presses(p, '马上报名');
  await arrives(p, /again=/);
  await isTold(p, '同一时间段不能报考同一工种', /已经报过“.*汽车维修工.*”/);
  await p.page.getByRole('link', { name: '接着填那一份' }).waitFor();
  await p.page.getByText(/^放弃“/).click();
  await presses(p, '确定放弃那一份');
  await arrives(p, /given-up/);
  await presses(p, '马上报名');
  await arrives(p, /\/apply\/[^/]+\/photo/);
  assert.ok(!p.page.url().includes(first.id));
});

here.scene('a photo whose numbers are wrong is refused with each number: T13', async (enter) => {
  const draft = await application(here.origin, { number: '2026-S-001224', until: 'started' });
  const p = await enter({ script: false, cookies: draft.cookies });
  await p.goes(`/apply/${draft.id}/photo`);
  for (const [file, sentence] of [
    ['bytes_29k.jpg', '文件 29 KB，要大于 30 KB。'],
    ['edge_215x300.jpg', '宽 215 像素，要大于 215。'],
    ['ratio_081_405x500.jpg', '宽高比 0.81，不能大于 0.8，照片太宽。'],
    ['zero.jpg', '文件是空的（0 字节）。'],
    ['truncated.jpg', '文件不完整'],
    ['svg_renamed.jpg', '这是矢量图，不是照片。'],
    ['bomb_32000x32000.png', '像素太多'],
  ]) {
    await choosesPhoto(p, file);
    const told = await isTold(p, new RegExp(sentence.replace(/[()（）.]/g, '.')));
    await told.getByText(/请/).first().waitFor();
  }
  // What a phone's camera makes is only too heavy: it is made smaller here, where no script does it.
  await choosesPhoto(p, 'phone_4000x3000_exif6.jpg');
  await sees(p, '已经上传的照片');
  await choosesPhoto(p, 'ok_413x579_40k.jpg');
  await sees(p, '已经上传的照片');
});
