// 查询证书: a button of the form. What was typed is kept, what the register knows is filled in; whoever is not found
// goes on typing.
import assert from 'node:assert/strict';
import { everyWay, said, stage } from '../lib/stage.mjs';
import { arrives, chooses, isTold, presses, sees, types, updates } from '../lib/acts.mjs';
import { application, candidate } from '../lib/swift.mjs';
import { someone } from '../lib/people.mjs';
import { axe, fits } from '../lib/browser.mjs';

const here = stage();

/// A draft of somebody with this name, at the form, where a certificate is asked for.
async function goingUp(enter, way, name) {
  const by = await candidate(here.origin, someone({ name }));
  const draft = await application(here.origin, { until: 'photo', number: '2026-S-001202', by });
  const p = await enter({ ...way, cookies: by.cookies });
  await p.goes(`/apply/${draft.id}/form`);
  await chooses(p, '是否晋级申报', '是');
  await updates(p, '是否晋级申报');
  await types(p, '通讯地址', '浙江省杭州市西湖区文三路 90 号');
  return { p, id: draft.id };
}

/// The page after the button: its own address, with script and without.
async function looksUp(p, number) {
  await types(p, '原证书编号', number);
  await presses(p, '查询证书');
  await arrives(p, /#prior_no$/);
}

for (const way of [everyWay[0], everyWay[3]]) {
  here.scene(`a certificate is found, and what was typed is kept (${said(way)})`, async (enter) => {
    const { p, id } = await goingUp(enter, way, '陈立');
    await Promise.all([p.page.waitForNavigation(), looksUp(p, 'Y000033000001234000456')]);
    await sees(p, '系统查到了这本证书，已经填好，不用再传原证书佐证材料。');
    assert.equal(await p.page.getByLabel(/^通讯地址/).inputValue(), '浙江省杭州市西湖区文三路 90 号');
    assert.equal(await p.page.getByLabel(/^原职业\(工种\)/).inputValue(), '碳排放核算员');
    assert.equal(await p.page.getByRole('heading', { name: '原证书佐证材料' }).filter({ visible: true }).count(), 0);
    await fits(p.page, 'form');
    await axe(p.page, 'form');

    // Changed by hand, it is no longer the register's.
    await types(p, '原职业(工种)', '碳排放监测员');
    if (p.script) await sees(p, /已保存 \d\d:\d\d/);
    else await presses(p, '保存，下一步');
    await p.page.waitForLoadState('load');
    await p.goes(`/apply/${id}/preview`);
    await sees(p, '“原证书佐证材料”还没有上传。');
  });

  here.scene(`a certificate that is not found is typed (${said(way)})`, async (enter) => {
    const { p } = await goingUp(enter, way, '陈立');
    await Promise.all([p.page.waitForNavigation(), looksUp(p, 'Y000033000009999000000')]);
    await isTold(p, /没有查到您名下的这个编号/);
    assert.equal(await p.page.getByLabel(/^原证书编号/).inputValue(), 'Y000033000009999000000');
    assert.equal(await p.page.getByLabel(/^通讯地址/).inputValue(), '浙江省杭州市西湖区文三路 90 号');
    await p.page.getByRole('heading', { name: '原证书佐证材料' }).waitFor();
    await axe(p.page, 'form');
  });

  here.scene(`a certificate of somebody else is none (${said(way)})`, async (enter) => {
    const { p } = await goingUp(enter, way, '沈小满');
    await Promise.all([p.page.waitForNavigation(), looksUp(p, 'Y000033000001234000456')]);
    await isTold(p, /没有查到您名下的这个编号/);
  });
}
