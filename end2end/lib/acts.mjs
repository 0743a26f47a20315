// What candidates and reviewers do on pages, in their words: controls are found by what they are called.
import assert from 'node:assert/strict';
import { photo, paper, signaturePng } from './pictures.mjs';

const literal = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/// Clicks; where that leads to another page, until all of it is there.
async function clicks(p, control) {
  await control.click();
  await p.page.waitForLoadState('load');
}

/// Presses the button that begins with these words.
export const presses = (p, words, inside = p.page) => clicks(p, inside.getByRole('button', { name: new RegExp(`^${literal(words)}`) }));

/// Follows the link that begins with these words.
export const follows = (p, words, inside = p.page) => clicks(p, inside.getByRole('link', { name: new RegExp(`^${literal(words)}`) }).first());

/// Changes something on a page that saves by itself, and waits until the server has kept it.
export async function isKept(p, changes) {
  const kept = p.page.waitForResponse((answer) => answer.url().endsWith('/api/apply/save') && answer.ok());
  await changes();
  await kept;
  await sees(p, /已保存/);
}

/// Types into the field whose label begins with these words.
export const types = (p, label, text, inside = p.page) => inside.getByLabel(new RegExp(`^${literal(label)}`)).first().fill(text);

/// A question that is answered by cards, by its legend.
export const question = (p, legend) => p.page.getByRole('group', { name: new RegExp(`^${literal(legend)}`) });

/// Chooses a card of a question.
export const chooses = (p, legend, card) => question(p, legend).getByText(card, { exact: true }).click();

/// Waits until these words are seen.
export const sees = (p, words, options = {}) => p.page.getByText(words, options).filter({ visible: true }).first().waitFor();

/// Waits until these words are gone.
export async function seesNoMore(p, words) {
  await p.page.waitForFunction((text) => !document.body.innerText.includes(text), words);
}

/// Waits until the page has this heading.
export const isAt = (p, heading) => p.page.getByRole('heading', { level: 1, name: heading }).waitFor();

/// Waits for an address, and until the page there is awake.
export async function arrives(p, address) {
  await p.page.waitForURL(address, { waitUntil: 'load' });
  await p.awake();
}

/// The summary of what is wrong stands first on the page, has the focus (with script), and says how much.
export async function isTold(p, ...sentences) {
  const summary = p.page.getByRole('alert').filter({ has: p.page.getByRole('heading') }).first();
  await summary.waitFor();
  for (const sentence of sentences) await summary.getByText(sentence).first().waitFor();
  return summary;
}

export async function signsUp(p, who) {
  await types(p, '姓名', who.name);
  await types(p, '证件号码', who.idNo);
  await types(p, '手机号码', who.mobile);
  await types(p, '密码', who.password);
  await types(p, '再输一次密码', who.password);
  await p.page.getByLabel('我已阅读并同意').check();
  await presses(p, '注册');
  await arrives(p, /\/sign-in\?.*fresh=1/);
}

export async function signsIn(p, who, to) {
  await types(p, '证件号码', who.idNo);
  await types(p, '密码', who.password);
  await presses(p, '登录');
  await arrives(p, to);
}

/// Chooses a photo. With script the studio prepares it; without, the file goes as it is.
export async function choosesPhoto(p, name) {
  await p.page.getByLabel('选照片', { exact: true }).setInputFiles(photo(name));
  if (!p.script) await presses(p, '上传选好的照片');
}

export async function usesPhoto(p, name = '张三.JPG') {
  await choosesPhoto(p, name);
  if (p.script) await presses(p, '用这张照片，下一步');
  else {
    await sees(p, '已经上传的照片');
    await p.page.getByRole('link', { name: '下一步', exact: true }).click();
  }
  await arrives(p, /\/form/);
}

/// Without script the questions that depend on an answer appear after 更新.
export async function updates(p, label) {
  if (p.script) return;
  await p.page.getByRole('button', { name: new RegExp(`^更新\\s*：${literal(label)}`) }).click();
  await p.page.waitForLoadState('load');
}

/// Fills the form for somebody without an employer who applies by years of work.
export async function fillsForm(p) {
  await chooses(p, '考生类别', '社会人员');
  await p.page.getByLabel(/^文化程度/).selectOption('大学专科');
  await types(p, '通讯地址', '浙江省杭州市西湖区文三路 90 号 3 幢 402 室');
  await chooses(p, '无工作单位', '是');
  await types(p, '本职业工作年限', '6');
  await chooses(p, '是否晋级申报', '否');
  await chooses(p, '申报方式', '常规申报');
  await chooses(p, '符合申报条件', '条件（1）');
}

/// Chooses files for a document and waits until all are kept.
export async function handsIn(p, document, ...names) {
  await p.page.getByLabel(new RegExp(`^选择文件：${literal(document)}`)).setInputFiles(names.map((name) => paper(name)));
  const need = p.page.getByRole('region', { name: document });
  if (!p.script) await presses(p, '上传选好的文件', p.page.locator('form', { has: p.page.getByLabel(new RegExp(`^选择文件：${literal(document)}`)) }));
  // A file on its way shows its name, too; one that is kept can be opened.
  for (const name of names) await need.or(p.page.locator('body')).getByRole('link', { name: `打开 ${name}` }).first().waitFor();
}

/// The names of the files handed in, in their order.
export const filesInOrder = (p) => p.page.getByRole('link', { name: /^打开 / }).evaluateAll((links) => links.map((link) => link.textContent.replace(/^\s*打开\s*/, '').trim()));

/// Signs on the pad with the mouse, or (without script) with a picture of a signature.
export async function signs(p) {
  if (p.script) await drawsName(p);
  else await p.page.getByLabel(/^不方便手写/).setInputFiles({ name: '签名.png', mimeType: 'image/png', buffer: signaturePng() });
  await p.page.getByLabel('我已逐条阅读，同意以上承诺').check();
  await presses(p, '同意并用这个签名');
}

export async function drawsName(p) {
  const pad = p.page.getByLabel('手写签名区');
  await pad.scrollIntoViewIfNeeded();
  const box = await pad.boundingBox();
  const at = (x, y) => [box.x + box.width * x, box.y + box.height * y];
  for (const stroke of [[[0.1, 0.3], [0.4, 0.3], [0.15, 0.8]], [[0.5, 0.2], [0.5, 0.8]], [[0.6, 0.5], [0.9, 0.5], [0.7, 0.85]]]) {
    await p.page.mouse.move(...at(...stroke[0]));
    await p.page.mouse.down();
    for (const point of stroke.slice(1)) await p.page.mouse.move(...at(...point), { steps: 6 });
    await p.page.mouse.up();
  }
}

/// From the signature to the preview.
export async function goesOnToPreview(p) {
  if (!p.script) {
    await sees(p, '已签名');
    await p.page.getByRole('link', { name: '下一步', exact: true }).click();
  }
  await arrives(p, /\/preview/);
}

/// Submits and returns the reference number that is shown.
export async function submits(p, words = '提交') {
  await presses(p, words);
  await arrives(p, /\/my\/[^?]+\?submitted=1/);
  await isAt(p, '已提交');
  const shown = await p.page.getByText(/^报名号/).first().locator('..').innerText();
  const number = shown.match(/\d{4}-S-\d{6}-\d{4}/)?.[0];
  assert.ok(number, `no reference number in “${shown}”`);
  return number;
}

/// Signs in at the desk as a persona of the demonstration.
export async function signsInAtDesk(p, name) {
  await p.goes('/office/sign-in');
  await presses(p, name);
  await arrives(p, /\/office$/);
}

/// Takes the open case.
export async function claims(p) {
  await presses(p, '开始审');
  await p.page.getByRole('radiogroup', { name: '决定' }).waitFor();
}

/// Picks a decision: 通过, 退回补正 or 不通过.
export const decides = (p, word) => p.page.getByRole('radiogroup', { name: '决定' }).getByText(word, { exact: true }).click();
