// Every page of the product, brought into each of its states: for pictures and for axe.
import { adds, application, candidate, decides, planId, staff } from './swift.mjs';
import { someone } from './people.mjs';
import { paper } from './pictures.mjs';
import { monthsAgo } from './time.mjs';
import { deskTour } from './tour-desk.mjs';
import { examTour } from './tour-exam.mjs';
import { proceduresTour } from './tour-procedures.mjs';
import { claims, choosesPhoto, decides as picks, presses, sees, types } from './acts.mjs';

/// All pages: name, path, cookies of whoever looks, `status` where it is not 200, and `then` for what is done on
/// the page first (with script).
export async function tour(origin) {
  const person = (name) => candidate(origin, someone({ name }));
  const clean = { years_occ: '7', 'jobs.0.occ': '碳排放管理员', 'jobs.0.from': monthsAgo(86) };
  const [open, upcoming, full, closed] = await Promise.all(
    ['2026-S-001201', '2026-S-001205', '2026-S-001208', '2026-S-001222'].map((number) => planId(origin, number)),
  );
  const [reviewer, manager, authority] = [await staff(origin, '周敏'), await staff(origin, '吴桐'), await staff(origin, '叶舟')];
  const fresh = await person('白云川');
  const empty = await application(origin, { by: await person('沈小满'), until: 'started' });
  const photo = await application(origin, { by: await person('何知秋'), until: 'photo' });
  const form = await application(origin, { by: await person('郑一航'), until: 'evidence', answers: { upgrade: 'yes', years_occ: '很久', no_employer: 'no' } });
  const ready = await application(origin, { by: await person('吴思远'), until: 'signed', answers: clean });
  const sending = await application(origin, { by: await person('孙若兰'), answers: clean });
  const returned = await application(origin, { by: await person('周文清') });
  await decides(reviewer, returned.id, 'return', { targets: ['document:evidence', 'field:address'], remark: '请补上身份证反面，地址写到门牌号。' });
  const again = await application(origin, { by: await person('冯雨桐') });
  await decides(reviewer, again.id, 'return');
  await adds(again, again.id, [paper('scan_3pages.pdf')]);
  const approved = await application(origin, { by: await person('陈知白'), answers: clean });
  await decides(reviewer, approved.id, 'approve');
  const rejected = await application(origin, { by: await person('许明') });
  await decides(reviewer, rejected.id, 'reject', { reason: '毕业证书上的专业和本职业不相关。' });
  for (const name of ['钱小雨', '李思成', '王佳怡', '赵子墨']) await application(origin, { by: await person(name), answers: name > '李' ? clean : {} });
  await application(origin, { by: ready, number: '2026-S-001211', until: 'photo' });
  await application(origin, { by: ready, number: '2026-S-001217' });
  const qr = await application(origin, { by: await person('韩冬'), until: 'evidence' });
  const link = decodeURIComponent((await qr.hands.posts('/api/apply/request-signature', { id: qr.id })).match(/link=([^#&]+)/)[1]);

  const guest = [];
  const page = (name, path, cookies = guest, more = {}) => ({ name, path, cookies, ...more });
  const wizard = (name, who, step, more) => page(name, `/apply/${who.id}/${step}`, who.cookies, more);
  const mine = (name, who, query = '', more) => page(name, `/my/${who.id}${query}`, who.cookies, more);
  const desk = (name, path, more) => page(name, path, reviewer.cookies, more);
  const missing = { status: 404 };
  return [
    page('home', '/'),
    page('home-found', '/?q=碳排放&level=4&city=330100'),
    page('home-nothing', '/?q=没有这种工作'),
    page('plan', `/plans/${open}`),
    page('procedure', '/p/jx-gongqin'),
    page('plan-upcoming', `/plans/${upcoming}`),
    page('plan-full', `/plans/${full}`),
    page('plan-closed', `/plans/${closed}`),
    page('eligibility', `/plans/${open}/eligibility`),
    page('eligibility-not-yet', `/plans/${open}/eligibility`, guest, {
      async then(p) {
        const job = p.page.getByRole('group', { name: '第 1 份工作' });
        await job.getByLabel('职业（工种）').selectOption('碳排放管理员');
        await job.getByLabel('开始年月').fill(monthsAgo(36));
        await presses(p, '看结果');
        await sees(p, /还不能报/);
      },
    }),
    page('sign-up', '/sign-up'),
    page('sign-up-errors', '/sign-up', guest, {
      async then(p) {
        await types(p, '证件号码', '330102199004120012');
        await presses(p, '注册');
        await p.page.getByRole('alert').first().waitFor();
      },
    }),
    page('sign-in', '/sign-in'),
    page('sign-in-fresh', '/sign-in?fresh=1'),
    page('sign-in-error', '/sign-in', guest, {
      async then(p) {
        await types(p, '证件号码', '330102199004120012');
        await types(p, '密码', 'nothing-like-it');
        await presses(p, '登录');
        await sees(p, '没有登录成功');
      },
    }),
    page('privacy', '/privacy'),
    page('not-found', '/nowhere', guest, missing),
    page('profile', '/profile', ready.cookies),
    wizard('photo-empty', empty, 'photo'),
    wizard('photo-chosen', empty, 'photo', {
      async then(p) {
        await choosesPhoto(p, '张三.JPG');
        await p.page.getByRole('button', { name: '用这张照片，下一步' }).waitFor();
      },
    }),
    wizard('photo-refused', empty, 'photo', {
      async then(p) {
        await choosesPhoto(p, 's1_90x120.jpg');
        await sees(p, /90×120/);
      },
    }),
    wizard('photo-kept', photo, 'photo'),
    wizard('form-empty', photo, 'form'),
    wizard('form-errors', form, 'form?check=1'),
    wizard('form-filled', ready, 'form'),
    wizard('sign', form, 'sign'),
    wizard('sign-signed', ready, 'sign'),
    wizard('sign-code', qr, `sign?link=${encodeURIComponent(link)}`),
    wizard('preview-missing', form, 'preview'),
    wizard('preview', ready, 'preview'),
    wizard('wizard-over', sending, 'preview'),
    page('sign-phone', `/sign/${encodeURIComponent(link)}`),
    page('sign-phone-over', '/sign/used-up'),
    page('mine-empty', '/my', fresh.cookies),
    page('mine', '/my', ready.cookies),
    mine('case-submitted', sending, '?submitted=1'),
    mine('case-waiting', sending),
    mine('case-withdraw', sending, '?withdraw=1'),
    mine('case-draft', ready),
    mine('case-returned', returned),
    wizard('form-returned', returned, 'form'),
    mine('case-correcting', again),
    mine('case-approved', approved),
    mine('case-rejected', rejected),
    page('office-sign-in', '/office/sign-in'),
    page('office-invite-over', '/office/invite/used-up'),
    desk('office-queue', '/office'),
    desk('office-queue-clean', '/office?check=clean'),
    desk('office-queue-returned', '/office?tab=returned'),
    desk('office-queue-nothing', '/office?q=没有这个人'),
    desk('office-case', `/office/cases/${sending.id}`),
    desk('office-case-returning', `/office/cases/${sending.id}`, {
      async then(p) {
        if (await p.page.getByRole('button', { name: /^开始审/ }).isVisible()) await claims(p);
        await picks(p, '退回补正');
      },
    }),
    desk('office-case-rejecting', `/office/cases/${sending.id}`, {
      then: (p) => picks(p, '不通过'),
    }),
    desk('office-case-decided', `/office/cases/${rejected.id}`),
    desk('office-not-found', '/office/cases/1', missing),
    desk('office-dashboard', '/office/dashboard'),
    page('office-dashboard-region', '/office/dashboard', authority.cookies),
    page('office-staff', '/office/staff', manager.cookies),
    desk('office-me', '/office/me'),
    ...(await deskTour(origin)),
    ...(await proceduresTour(origin)),
    ...(await examTour(origin)),
  ];
}
