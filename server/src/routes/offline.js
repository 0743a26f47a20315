// Proves the code of a certificate in this page alone: base 32, then Ed25519 by WebCrypto. See domain::certificate::payload.
const known = JSON.parse(document.getElementById('known').textContent);
const form = document.getElementById('ask');
const code = document.getElementById('code');
const answer = document.getElementById('answer');
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const LEVELS = ['专项能力', '一级/高级技师', '二级/技师', '三级/高级工', '四级/中级工', '五级/初级工'];

form.hidden = false;
document.getElementById('updated').textContent = `密钥和撤销名单取于 ${known.updated}。`;

function bytes(text) {
  const out = [];
  let bits = 0, count = 0;
  for (const letter of text) {
    const value = LETTERS.indexOf(letter);
    if (value < 0) return null;
    bits = (bits << 5) | value;
    count += 5;
    if (count >= 8) {
      count -= 8;
      out.push((bits >> count) & 255);
      bits &= (1 << count) - 1;
    }
  }
  return count < 5 && bits === 0 ? new Uint8Array(out) : null;
}

const fromBase64url = (text) => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (one) => one.charCodeAt(0));

function say(state, verdict, advice, facts = []) {
  answer.hidden = false;
  answer.dataset.state = state;
  document.getElementById('verdict').textContent = verdict;
  document.getElementById('advice').textContent = advice;
  const list = document.getElementById('facts');
  list.replaceChildren();
  for (const [name, value] of facts) {
    const dt = document.createElement('dt');
    const dd = document.createElement('dd');
    dt.textContent = name;
    dd.textContent = value;
    list.append(dt, dd);
  }
  answer.scrollIntoView({ block: 'nearest' });
}

async function check(typed) {
  const text = typed.normalize('NFKC').split('c=').pop().replace(/\s/g, '').toUpperCase();
  const all = bytes(text);
  const malformed = () => say('refused', '这不是证书上的码，或没有粘贴完整', '请再扫一次，把得到的文字整段粘贴过来。');
  if (!all || all.length <= 64) return malformed();
  const statement = all.slice(0, -64);
  let lines;
  try {
    lines = new TextDecoder('utf-8', { fatal: true }).decode(statement).split('\n');
  } catch {
    return malformed();
  }
  if (/^JKC(?!1$)/.test(lines[0])) return say('me', '这个码的版本这一页还不认识', '请联网后再打开一次这一页，或用证书查验。');
  if (lines[0] !== 'JKC1' || lines.length !== 9) return malformed();
  const [, id, number, edition, name, tail, what, level, day] = lines;
  const key = known.keys.find((one) => one.kid === id);
  if (!key) return say('refused', '签名用的不是公布的密钥', '证书可能不是这里发的，或这一页太旧。请联网后再查。');
  let proved;
  try {
    const imported = await crypto.subtle.importKey('raw', fromBase64url(key.x), { name: 'Ed25519' }, false, ['verify']);
    proved = await crypto.subtle.verify({ name: 'Ed25519' }, imported, all.slice(-64), statement);
  } catch {
    return say('me', '这个浏览器算不了这种签名', '要 Chrome 137、Edge 137、Firefox 129、Safari 17 或更新的。有网络时，用证书查验就行。');
  }
  if (!proved) return say('refused', '签名对不上，内容被改过', '这个码不是发证机构签的。请不要采信。');
  const date = `${day.slice(0, 4)}年${Number(day.slice(4, 6))}月${Number(day.slice(6))}日`;
  const facts = [
    ['持证人', name],
    ['证件号码后四位', tail],
    ['职业（工种）', what],
    ['技能等级', LEVELS[Number(level)] ?? level],
    ['证书编号', number],
    ['发证机构', known.agencies[number.slice(0, 13)] ?? number.slice(0, 13)],
    ['发证日期', date],
    ['版', `第 ${edition} 版`],
  ];
  const revoked = known.revoked[number];
  if (revoked) return say('refused', '证书已撤销', `${revoked} 撤销。这张证书不能再用。`, facts);
  say('done', '签名是真的', `和手里的证书逐项对一遍。到 ${known.updated} 为止没有撤销；更正和补发要联网才查得到，有网络时请到 ${known.verify} 再查一次。`, facts);
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  check(code.value);
});

if ('BarcodeDetector' in window) {
  document.getElementById('camera').hidden = false;
  document.getElementById('photo').addEventListener('change', async (event) => {
    const [file] = event.target.files;
    if (!file) return;
    try {
      const found = await new BarcodeDetector({ formats: ['qr_code'] }).detect(await createImageBitmap(file));
      if (!found.length) throw new Error('none');
      code.value = found[0].rawValue;
      check(code.value);
    } catch {
      say('me', '照片里没有读出码', '请靠近一点、放平再拍，或把扫到的文字粘贴过来。');
    }
  });
}
