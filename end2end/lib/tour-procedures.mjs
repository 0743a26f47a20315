// Candidates' pages of the procedures beside the first one, each in its states: for pictures and for axe.
import { readFileSync } from 'node:fs';
import { adds, candidate, decides, hiddenOf, planId, staff } from './swift.mjs';
import { someone } from './people.mjs';
import { photo, paper } from './pictures.mjs';
import { chooses, presses, sees, types } from './acts.mjs';

const guest = [];
const page = (name, path, cookies = guest, more = {}) => ({ name, path, cookies, ...more });

/// An application of somebody new, or of `by`.
async function started(origin, number, by) {
  const person = by ?? (await candidate(origin));
  const id = (await person.hands.posts('/api/plan/start', { plan: await planId(origin, number) })).match(/\/apply\/([^/]+)/)[1];
  return { ...person, id };
}

async function fills({ hands, id }, answers) {
  const { revision } = hiddenOf(await hands.reads(`/apply/${id}/form`), '/api/apply/save');
  const typed = Object.entries(answers).map(([key, value]) => [`answers[${key}]`, value]);
  await hands.posts('/api/apply/save', { id, revision, go: 'next', ...Object.fromEntries(typed) });
}

async function submits({ hands, id }, more = {}) {
  const fields = hiddenOf(await hands.reads(`/apply/${id}/preview`), '/api/apply/submit');
  return hands.posts('/api/apply/submit', { ...fields, ...more });
}

/// 日常鉴定: gate, profile, photo, site, documents, consents, the fee.
async function zjDaily(origin) {
  const fresh = await candidate(origin);
  const plan = await planId(origin, '2026-R-000001');
  const ready = async () => {
    const person = await candidate(origin);
    await person.hands.posts('/api/account/update', { mobile: '', address: '浙江省杭州市西湖区文三路 90 号', education: '大学专科', next: '' });
    await person.hands.uploads('/upload/profile/photo', 'photo', [['张三.JPG', readFileSync(photo('张三.JPG'))]]);
    return started(origin, '2026-R-000001', person);
  };
  const atSite = async () => {
    const draft = await ready();
    const site = (await draft.hands.reads(`/apply/${draft.id}/site`)).match(/name="site"[^>]*value="([^"]+)"/)[1];
    await draft.hands.posts('/api/apply/site', { id: draft.id, site });
    return draft;
  };
  const filled = async () => {
    const draft = await atSite();
    await fills(draft, { exam_kind: 'first', condition: '3', source: 'student', employer: '钱塘职业技术学院', delivery: 'pickup' });
    return draft;
  };
  const complete = async () => {
    const draft = await filled();
    for (const key of ['id_card', 'education', 'application_form']) await adds(draft, draft.id, [paper('ordinary_1page.pdf')], key);
    return draft;
  };
  const sent = async () => {
    const draft = await complete();
    await submits(draft, { 'consents[notice]': 'yes', 'consents[portal]': 'yes' });
    return draft;
  };
  const [choosing, form, documents, preview, submitted, approved] = [await ready(), await atSite(), await filled(), await complete(), await sent(), await sent()];
  await decides(await staff(origin, '鲁宁'), approved.id, 'approve');
  const step = (name, who, at, more) => page(`zj-${name}`, `/apply/${who.id}/${at}`, who.cookies, more);
  return [
    page('zj-procedure', '/p/zj-daily'),
    page('zj-plan', `/plans/${plan}`),
    page('zj-gate', `/plans/${plan}`, fresh.cookies, {
      async then(p) {
        await presses(p, '马上报名');
        await sees(p, /未完成无法报名/);
      },
    }),
    page('zj-profile', `/profile?next=/plans/${plan}`, fresh.cookies),
    page('zj-head-photo', `/profile/photo?next=/plans/${plan}`, fresh.cookies),
    page('zj-head-photo-kept', '/profile/photo?done=kept&next=/my', submitted.cookies),
    step('site', choosing, 'site'),
    step('site-missing', choosing, 'site', {
      async then(p) {
        await presses(p, '选好了，下一步');
        await sees(p, /还没有选报名机构/);
      },
    }),
    step('photo', form, 'photo'),
    step('form', form, 'form'),
    step('form-resit', form, 'form', {
      async then(p) {
        await chooses(p, '考试类型', '补考');
        await sees(p, /不能报补考/);
      },
    }),
    step('documents', documents, 'documents?kept=1'),
    page('zj-tasks', `/my/${documents.id}`, documents.cookies),
    step('preview', preview, 'preview'),
    page('zj-submitted', `/my/${submitted.id}?submitted=1`, submitted.cookies),
    page('zj-waiting', `/my/${submitted.id}`, submitted.cookies),
    step('site-change', submitted, 'site'),
    page('zj-approved', `/my/${approved.id}`, approved.cookies),
  ];
}

/// 工勤人员: entry, 报名序号, what is fixed, the ladder, 90×120, the call to pay.
async function jxGongqin(origin) {
  const begun = async () => {
    const draft = await started(origin, '2026-GQ-0002');
    await draft.hands.posts('/api/apply/entry', { id: draft.id, 'answers[unit_kind]': 'province', 'answers[special_trade]': 'no' });
    return draft;
  };
  const complete = async () => {
    const draft = await begun();
    await fills(draft, { employer: '江西省某某学校', parent_dept: '省教育厅', prior_level: '4', exam_kind: 'normal' });
    await draft.hands.uploads(`/upload/${draft.id}/photo`, 'photo', [['张三.JPG', readFileSync(photo('张三.JPG'))]]);
    return draft;
  };
  const [first, form, ready, sent, approved] = [await started(origin, '2026-GQ-0001'), await begun(), await complete(), await complete(), await complete()];
  await submits(sent);
  await submits(approved);
  const counter = await staff(origin, '熊立');
  await counter.hands.posts('/api/office/claim', { id: approved.id });
  const { seen } = hiddenOf(await counter.hands.reads(`/office/counter?case=${approved.id}`), '/api/office/counter-check');
  const looked = ['id_card', 'education', 'prior_certificate', 'application_form'].map((key) => ['looked_at[]', key]);
  await counter.hands.posts('/api/office/counter-check', new URLSearchParams([['id', approved.id], ['seen', seen], ['then', 'approve'], ...looked]));
  const step = (name, who, at, more) => page(`jx-${name}`, `/apply/${who.id}/${at}`, who.cookies, more);
  return [
    page('jx-plan', `/plans/${await planId(origin, '2026-GQ-0002')}`),
    page('jx-sign-in-number', '/sign-in?way=number'),
    page('jx-find-number', '/sign-in?way=find'),
    page('jx-number-found', '/sign-in?way=find', guest, {
      async then(p) {
        await types(p, '证件号码', sent.who.idNo);
        await types(p, '手机号码', sent.who.mobile);
        await presses(p, '找回');
        await sees(p, '用报名序号登录');
      },
    }),
    page('jx-registration-number', '/registration-number', sent.cookies),
    step('entry', first, 'entry'),
    step('entry-wrong', first, 'entry', {
      async then(p) {
        await chooses(p, '所在单位', '市直属单位');
        await chooses(p, '报考的是林业或地质勘探行业特有工种吗', '是');
        await presses(p, '下一步');
        await sees(p, /不在此报名/);
      },
    }),
    step('form', form, 'form'),
    step('form-ladder', form, 'form', {
      async then(p) {
        await chooses(p, '原级别', '五级/初级工');
        await presses(p, '同意并确认修改');
        await sees(p, /要一级一级往上报/);
      },
    }),
    step('photo', form, 'photo?kept=1'),
    step('photo-kept', ready, 'photo'),
    step('preview', ready, 'preview'),
    page('jx-submitted', `/my/${sent.id}?submitted=1`, sent.cookies),
    page('jx-waiting', `/my/${sent.id}`, sent.cookies),
    page('jx-approved', `/my/${approved.id}`, approved.cookies),
  ];
}

/// What the other procedures have of their own: the notice, the accounts and the links that an agency makes.
async function others(origin) {
  const draft = await started(origin, '2026-H-000001');
  const goingUp = await candidate(origin, someone({ name: '陈立' }));
  const up = await started(origin, '2026-S-001202', goingUp);
  await fills(up, { upgrade: 'yes' });
  return [
    page('zhhn-procedure', '/p/zhhn'),
    page('zhhn-notice', `/apply/${draft.id}/notice`, draft.cookies),
    page('zhhn-form', `/apply/${draft.id}/form`, draft.cookies),
    page('zhhn-documents', `/apply/${draft.id}/documents`, draft.cookies),
    page('activate', '/activate'),
    page('forgot', '/forgot'),
    page('qz-procedure', '/p/qz-institution'),
    page('confirm-over', '/confirm/used-up'),
    page('form-lookup', `/apply/${up.id}/form`, up.cookies),
    page('form-lookup-refused', `/apply/${up.id}/form`, up.cookies, {
      async then(p) {
        await types(p, '原证书编号', 'Y000033000009999000000');
        await presses(p, '查询证书');
        await sees(p, /没有查到您名下的这个编号/);
      },
    }),
  ];
}

/// All of them.
export async function proceduresTour(origin) {
  return [...(await zjDaily(origin)), ...(await jxGongqin(origin)), ...(await others(origin))];
}
