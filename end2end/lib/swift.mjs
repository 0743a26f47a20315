// The quick way to a scene: the same plain forms that a browser without script sends, posted directly. Every
// step fails loudly, so that a scene never begins somewhere else than it thinks.
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { photo, paper, signaturePng } from './pictures.mjs';
import { someone } from './people.mjs';

/// A browser without script and without windows: it keeps its cookies and posts forms.
export function quickly(origin) {
  const jar = new Map();
  const keep = (answer) => {
    for (const line of answer.headers.getSetCookie()) {
      const [pair] = line.split(';');
      const at = pair.indexOf('=');
      const [name, value] = [pair.slice(0, at), pair.slice(at + 1)];
      if (value === '') jar.delete(name);
      else jar.set(name, value);
    }
  };
  const headers = () => ({ origin, accept: 'text/html', cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') });
  const hands = {
    /// Cookies for a browser context.
    cookies: () => [...jar].map(([name, value]) => ({ name, value, url: origin })),
    /// The text of a page.
    async reads(path) {
      const answer = await fetch(origin + path, { headers: headers(), redirect: 'manual' });
      keep(answer);
      if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${answer.headers.get('location') ?? ''}`);
      return answer.text();
    },
    /// Posts a form; the answer is where it leads. A refusal leads back with `again=` and is an error here.
    async posts(path, body) {
      const form = body instanceof FormData ? body : new URLSearchParams(body);
      const answer = await fetch(origin + path, { method: 'POST', headers: headers(), body: form, redirect: 'manual' });
      keep(answer);
      const to = answer.headers.get('location') ?? '';
      if (answer.status < 300 || answer.status >= 400 || /[?&](again|__err)=/.test(to)) {
        const words = to ? await hands.reads(to).catch(() => '') : await answer.text();
        const why = words.replace(/<script[\s\S]*?<\/script>|<[^>]*>/g, ' ').replace(/\s+/g, ' ').slice(0, 600);
        throw new Error(`${path}: ${answer.status} to ${to}: ${why}`);
      }
      return to;
    },
    /// Sends files as an upload page does.
    uploads(path, field, files, words = {}) {
      const form = new FormData();
      for (const [name, bytes] of files) form.append(field, new Blob([bytes]), name);
      for (const [name, value] of Object.entries(words)) form.append(name, value);
      return hands.posts(path, form);
    },
  };
  return hands;
}

const unescape = (text) => text.replace(/&quot;/g, '"').replace(/&#x27;|&#39;/g, "'").replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&');

/// The hidden fields of the form that goes to `action`, from the text of a page.
export function hiddenOf(html, action) {
  const form = html.match(new RegExp(`<form[^>]*action="[^"]*${action}"[\\s\\S]*?</form>`))?.[0];
  if (!form) throw new Error(`no form to ${action} on the page`);
  const fields = {};
  for (const [input] of form.matchAll(/<input[^>]*type="hidden"[^>]*>/g)) {
    const part = (name) => unescape(input.match(new RegExp(`\\b${name}="([^"]*)"`))?.[1] ?? '');
    if (part('name')) fields[part('name')] = part('value');
  }
  return fields;
}

/// The id of the plan with this number.
export async function planId(origin, number) {
  const page = await quickly(origin).reads(`/?state=all&q=${encodeURIComponent(number)}`);
  const id = page.match(/\/plans\/([0-9a-f-]{36})/)?.[1];
  if (!id) throw new Error(`no plan ${number}`);
  return id;
}

/// A new candidate, signed in.
export async function candidate(origin, who = someone()) {
  const hands = quickly(origin);
  const form = { id_kind: 'RIC', name: who.name, id_no: who.idNo, mobile: who.mobile, password: who.password, password_again: who.password, agreed: 'yes', birth: '', gender: '' };
  await hands.posts('/api/account/sign-up', { next: '', ...Object.fromEntries(Object.entries(form).map(([key, value]) => [`form[${key}]`, value])) });
  await hands.posts('/api/account/sign-in', { id_no: who.idNo, password: who.password, next: '' });
  return { who, hands, cookies: hands.cookies() };
}

/// Answers of somebody without an employer who applies by years of work.
export const plainAnswers = {
  source: 'society',
  education: '大学专科',
  address: '浙江省杭州市西湖区文三路 90 号 3 幢 402 室',
  no_employer: 'yes',
  years_occ: '6',
  upgrade: 'no',
  apply_mode: 'regular',
  condition: '1',
};

const steps = ['started', 'photo', 'form', 'evidence', 'signed', 'submitted'];

/// An application of a new (or the given) candidate, brought forward to `until`: started, photo, form, evidence,
/// signed or submitted.
export async function application(origin, { number = '2026-S-001201', until = 'submitted', by, answers = {} } = {}) {
  const person = by ?? (await candidate(origin));
  const { hands } = person;
  const reached = (step) => steps.indexOf(until) >= steps.indexOf(step);
  const id = (await hands.posts('/api/plan/start', { plan: await planId(origin, number) })).match(/\/apply\/([^/]+)/)[1];
  if (reached('photo')) await hands.uploads(`/upload/${id}/photo`, 'photo', [['张三.JPG', readFileSync(photo('张三.JPG'))]]);
  if (reached('form')) {
    const { revision } = hiddenOf(await hands.reads(`/apply/${id}/form`), '/api/apply/save');
    const typed = Object.entries({ ...plainAnswers, ...answers }).map(([key, value]) => [`answers[${key}]`, value]);
    await hands.posts('/api/apply/save', { id, revision, go: 'update:source', ...Object.fromEntries(typed) });
  }
  if (reached('evidence')) await adds(person, id, [paper('ordinary_1page.pdf')]);
  if (reached('signed')) await hands.uploads(`/upload/${id}/signature`, 'signature', [['signature.png', signaturePng()]], { agreed: 'yes' });
  if (reached('submitted')) await submits(person, id);
  return { ...person, id };
}

/// Hands in evidence.
export const adds = ({ hands }, id, files, requirement = 'evidence') =>
  hands.uploads(`/upload/${id}/documents/${requirement}`, 'file', files.map((file) => [basename(file), readFileSync(file)]));

/// Presses the button of the preview.
export async function submits({ hands }, id) {
  const fields = hiddenOf(await hands.reads(`/apply/${id}/preview`), '/api/apply/submit');
  return hands.posts('/api/apply/submit', fields);
}

/// A member of the demonstration's staff, signed in by one click.
export async function staff(origin, name) {
  const hands = quickly(origin);
  const page = await hands.reads('/office/sign-in');
  const button = [...page.matchAll(/name="staff" value="([^"]+)"[\s\S]*?<button[\s\S]*?<\/button>/g)].find(([text]) => text.includes(name));
  if (!button) throw new Error(`nobody called ${name} works here`);
  await hands.posts('/demo/sign-in', { staff: button[1] });
  return { hands, cookies: hands.cookies() };
}

/// Takes a case and decides it: `approve`, `return` with a remark on the evidence, or `reject`.
export async function decides({ hands }, id, choice, { remark = '扫描件看不清，请重新拍或扫描。', targets = ['document:evidence'], reason = '材料与本人信息不符' } = {}) {
  await hands.posts('/api/office/claim', { id });
  const { seen } = hiddenOf(await hands.reads(`/office/cases/${id}`), '/api/office/decide');
  const form = new URLSearchParams({ id, seen, choice, then: 'stay', own_words: choice === 'reject' ? reason : '' });
  if (choice === 'return') {
    for (const target of targets) {
      form.append('targets[]', target);
      form.append(`remarks[${target}]`, remark);
    }
    form.append('until', new Date(Date.now() + 4 * 86_400_000 + 8 * 3_600_000).toISOString().slice(0, 10));
  }
  return hands.posts('/api/office/decide', form);
}
