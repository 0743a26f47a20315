// The desk's pages of the five procedures, each brought into its states.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './server.mjs';
import { candidate, hiddenOf, planId, staff, submits, decides } from './swift.mjs';
import { someone } from './people.mjs';
import { photo } from './pictures.mjs';
import { presses, sees, types } from './acts.mjs';

const qz = { education: '大学专科和专科学校', source: 'enterprise', employer: '衢州某某护理院', post: '养老护理员', address: '浙江省衢州市柯城区上街 1 号', ethnicity: '汉族', years_occ: '6', years_work: '8', condition: '1' };
const keyed = (name, answers) => Object.fromEntries(Object.entries(answers).map(([key, value]) => [`${name}[${key}]`, value]));

/// Types a person in for the agency; with `confirm` the person confirms at once.
export async function collected(origin, member, { name, confirm = true }) {
  const who = someone({ name });
  const plan = await planId(origin, '2026-QZ-00001');
  const shown = await member.hands.posts('/api/office/collect', { plan, name, id_kind: 'RIC', id_no: who.idNo, mobile: who.mobile, ...keyed('answers', qz) });
  const link = (await member.hands.reads(shown)).match(/value="[^"]*(\/confirm\/[^"]+)"/)[1];
  if (!confirm) return { who, shown, link };
  const person = await candidate(origin);
  const { hands } = person;
  await hands.posts('/api/confirm/prove', { token: link.split('/').pop(), answer: who.mobile.slice(-4) });
  await hands.uploads(`${link}/photo`, 'photo', [['照片.jpg', readFileSync(photo('ok_413x579_40k.jpg'))]]);
  const { token, revision } = hiddenOf(await hands.reads(link), '/api/confirm/save');
  await hands.posts('/api/confirm/save', { token, revision, truthful: 'yes', then: 'confirm', ...keyed('answers', qz) });
  return { who, shown };
}

/// An application for a plan of zhhn, handed in.
export async function ofZhhn(origin, number, name) {
  const person = await candidate(origin, someone({ name }));
  const { hands } = person;
  const id = (await hands.posts('/api/plan/start', { plan: await planId(origin, number) })).match(/\/apply\/([^/]+)/)[1];
  await hands.posts('/api/apply/notice', { id });
  await hands.uploads(`/upload/${id}/photo`, 'photo', [['一寸.jpg', readFileSync(photo('ok_413x579_40k.jpg'))]]);
  await submits(person, id);
  return { ...person, id };
}

/// The pages, as the tour names them.
export async function deskTour(origin) {
  const [mao, liang, wu, admin] = await Promise.all(['毛伟', '梁颖', '吴桐', '技考运行'].map((name) => staff(origin, name)));
  const page = (name, path, by, more = {}) => ({ name, path, cookies: by.cookies, ...more });
  const plan = await planId(origin, '2026-QZ-00001');
  const { link } = await collected(origin, mao, { name: '杜若', confirm: false });
  const { who } = await collected(origin, mao, { name: '柳青' });
  await collected(origin, mao, { name: '江离' });
  // A number is a secret: it is sent by a form, and the address that follows names the case alone.
  const atCounter = await mao.hands.posts('/api/office/counter-find', { number: who.idNo });
  const found = atCounter.match(/case=([0-9a-f-]{36})/)[1];
  const opinion = { id: found, key: 'training', electronic: 'yes', text: '同意申报', ...keyed('fields', { hours: '120', operator: '周平' }) };

  const [waiting, first] = [await ofZhhn(origin, '2026-H-000001', '黎昕'), await ofZhhn(origin, '2026-H-000001', '苏木')];
  await ofZhhn(origin, '2026-H-000003', '温言');
  await decides(liang, waiting.id, 'approve');
  const zhhn = await planId(origin, '2026-H-000001');

  const profile = (change) => readFileSync(join(root, 'server', 'profiles', 'zynl.toml'), 'utf8').replace(/^version = 1$/m, 'version = 2').replace(...change);
  const checks = (text, words) => async (p) => {
    await p.page.getByLabel('程序文件（TOML）').fill(text);
    await presses(p, '检查并试走');
    await sees(p, words);
  };
  const prepares = async (p) => {
    const people = ['苏合', '常山', '白芷'].map((name) => someone({ name }));
    const list = people.map(({ name, idNo, mobile }) => `${name}\t居民身份证\t${idNo}\t${mobile}`);
    await types(p, '名单', [...list, '错一位\t居民身份证\t330106199506120411\t'].join('\n'));
    await presses(p, '预录并生成激活码');
    await sees(p, '激活码只显示这一次');
  };
  await mao.hands.posts('/api/office/opinion', opinion);
  const fine = profile(['correction_days = 5', 'correction_days = 4']);
  const wrong = profile(['correction_days = 5', 'correction_days = "five"']);
  return [
    page('confirm', link, { cookies: [] }),
    page('office-collect', '/office/collect', mao),
    page('office-collect-form', `/office/collect?plan=${plan}`, mao),
    page('office-counter', '/office/counter', mao),
    page('office-counter-case', `/office/counter?case=${found}`, mao),
    page('office-case-opinions', `/office/cases/${found}/opinions`, mao),
    page('office-opinions', `/office/opinions?plan=${plan}`, mao),
    page('office-case-counter', `/office/cases/${found}`, mao),
    page('office-case-zhhn', `/office/cases/${first.id}`, liang),
    page('office-people', '/office/people', liang),
    page('office-people-codes', '/office/people', liang, { then: prepares }),
    page('office-people-merge', '/office/people', admin),
    page('office-profiles', '/office/profiles', wu),
    page('office-profiles-one', '/office/profiles?one=zhhn@1', wu),
    page('office-profiles-rehearse', '/office/profiles?one=zhhn@1&with=rehearse', wu),
    page('office-profiles-compare', '/office/profiles?one=zynl@1&with=zhhn@1', wu),
    page('office-profiles-draft', '/office/profiles', wu, { then: checks(fine, '发布这一版') }),
    page('office-profiles-wrong', '/office/profiles', wu, { then: checks(wrong, /correction_days/) }),
    page('office-dashboard-file', `/office/dashboard?file=${zhhn}#filing`, liang),
    page('office-dashboard-acts', '/office/dashboard', liang),
  ];
}
