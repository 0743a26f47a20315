// The pages around the exam: plans and their dates, lists, rooms and tickets, scores, certificates, notices.
import { planId, quickly, staff } from './swift.mjs';

/// A candidate of the demonstration, signed in by one click.
async function persona(origin, name) {
  const hands = quickly(origin);
  const page = await hands.reads('/sign-in');
  const button = [...page.matchAll(/name="account" value="([^"]+)"[\s\S]*?<button[\s\S]*?<\/button>/g)].find(([text]) => text.includes(name));
  if (!button) throw new Error(`nobody called ${name} is in the demonstration`);
  await hands.posts('/demo/sign-in', { account: button[1], next: '' });
  return { hands, cookies: hands.cookies() };
}

/// Everybody of the demonstration signs in with it, who is not offered by one click.
const PASSWORD = 'jikao-yanshi-2026';

/// Somebody of the demonstration by number, and the one application.
async function applicant(origin, idNo) {
  const hands = quickly(origin);
  await hands.posts('/api/account/sign-in', { id_no: idNo, password: PASSWORD, next: '' });
  const mine = (await hands.reads('/my')).match(/href="(\/my\/[0-9a-f-]{36})/);
  if (!mine) throw new Error(`${idNo} has applied for nothing`);
  return { cookies: hands.cookies(), path: mine[1] };
}

/// The pages, as the tour names them.
export async function examTour(origin) {
  const [mao, wu, jin, admin] = await Promise.all(['毛伟', '吴桐', '金岚', '技考运行'].map((name) => staff(origin, name)));
  const yu = await persona(origin, '于小山');
  // Who was offered a seat, who waits for one, and who sits an exam today.
  const [offered, waits, sits] = [await applicant(origin, '330106199203050122'), await applicant(origin, '330106199508110245'), await applicant(origin, '330110199902080640')];
  const page = (name, path, cookies = [], more = {}) => ({ name, path, cookies, ...more });
  const first = (html, pattern, what) => {
    const found = html.match(pattern);
    if (!found) throw new Error(`no ${what} on the page`);
    return found[1];
  };
  const anyPlan = /href="\/office\/plans\/([0-9a-f-]{36})"/;
  const [qz, carbon, full] = await Promise.all(['2026-QZ-00001', '2026-S-001201', '2026-S-001208'].map((number) => planId(origin, number)));
  const waiting = first(await jin.hands.reads('/office/plans'), anyPlan, 'plan that waits');
  const draft = [...(await mao.hands.reads('/office/plans')).matchAll(new RegExp(anyPlan, 'g'))].map(([, id]) => id);
  const own = first(await yu.hands.reads('/my/certificates'), /href="(\/my\/certificates\/[^"?]+)"/, 'certificate');
  const of = (plan, part = '') => `/office/plans/${plan}${part}`;
  return [
    page('verify', '/verify'),
    page('notices', '/notices'),
    page('place-offered', offered.path, offered.cookies),
    page('place-offered-list', '/my', offered.cookies),
    page('place-waiting', waits.path, waits.cookies),
    page('ticket', `${sits.path}/ticket`, sits.cookies, { plain: true }),
    page('case-seated', sits.path, sits.cookies),
    page('case-scored', first(await yu.hands.reads('/my'), /href="(\/my\/[0-9a-f-]{36})/, 'application'), yu.cookies),
    page('my-certificates', '/my/certificates', yu.cookies),
    page('my-certificate', own, yu.cookies),
    page('my-messages', '/my/messages', yu.cookies),
    page('my-message-ways', '/my/messages/ways', yu.cookies),
    page('status', '/status'),
    page('office-messages', '/office/messages', wu.cookies),
    page('office-message-notice', '/office/messages/notice', wu.cookies),
    page('office-message-templates', '/office/messages/templates', wu.cookies),
    page('office-message-endpoints', '/office/messages/endpoints', wu.cookies),
    page('office-plans', '/office/plans', mao.cookies),
    page('office-plans-authority', '/office/plans', jin.cookies),
    page('office-agencies', '/office/agencies', admin.cookies),
    ...draft.slice(0, 5).map((id, at) => page(`office-plan-${at + 1}`, of(id), mao.cookies)),
    page('office-plan-edit', of(draft[0], '/edit'), mao.cookies),
    page('office-plan-filing', of(waiting, '/filing'), jin.cookies),
    page('office-plan-change', of(carbon, '/change'), wu.cookies),
    page('office-plan-notices', of(qz, '/notices'), mao.cookies),
    page('office-plan', of(carbon), wu.cookies),
    page('office-roster', of(qz, '/roster'), mao.cookies),
    page('office-rooms', of(carbon, '/rooms'), wu.cookies),
    page('office-day', of(carbon, '/day'), wu.cookies),
    page('office-certificates', of(carbon, '/certificates'), wu.cookies),
    page('office-scores', `/office/scores?plan=${carbon}`, wu.cookies),
    page('office-money', '/office/money', wu.cookies),
    page('office-money-day', '/office/money/day', wu.cookies),
    page('office-money-fiscal', '/office/money/fiscal', wu.cookies),
    page('office-money-settlement', '/office/money/settlement', wu.cookies),
    page('office-bill', of(qz, '/bill'), mao.cookies),
    page('office-cockpit', '/office/cockpit?year=2027', jin.cookies),
    page('office-reports', '/office/reports', mao.cookies),
    page('office-region-money', '/office/reports/money', jin.cookies),
    page('office-sampling', '/office/sampling', jin.cookies),
    page('plan-full', `/plans/${full}`),
  ];
}
