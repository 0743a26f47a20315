// 签到 at a door, with and without a network. The list, its photos and every note lie sealed in IndexedDB; the key is
// given by the server to the person signed in and stays in this tab's session. Sentences come with the page.
'use strict';

(async () => {
  const root = document.getElementById('door');
  if (!root) return;
  const { plan, reader } = root.dataset;
  const said = JSON.parse(document.getElementById('door-words').textContent);
  const words = (key, values = {}) => (said[key] ?? key).replace(/\{(\w+)\}/g, (_, name) => values[name] ?? '');
  const base = `/office/plans/${plan}/day`;
  const place = `door ${plan}`;

  // -- What the page is made of ------------------------------------------------------------------------------------
  const make = (tag, attributes = {}, ...children) => {
    const one = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name === 'on') for (const [event, act] of Object.entries(value)) one.addEventListener(event, act);
      else if (value !== false && value != null) one.setAttribute(name, value === true ? '' : value);
    }
    one.append(...children.filter((child) => child != null && child !== false));
    return one;
  };
  const button = (text, act, look = 'btn btn--quiet') => make('button', { type: 'button', class: look, on: { click: act } }, text);
  const line = (text, look = 'meta') => make('p', { class: look }, text);
  const badge = (state, text) => make('span', { class: 'badge', 'data-state': state }, make('span', {}, text));
  const status = make('p', { class: 'meta', role: 'status' });
  const head = make('span', {});
  const body = make('div', { class: 'panel__b stack stack--4' });
  root.replaceChildren(make('div', { class: 'panel__h' }, make('h2', {}, words('title')), head), body);
  root.hidden = false;

  if (!window.isSecureContext || !window.crypto?.subtle || !window.indexedDB || !navigator.serviceWorker) {
    body.replaceChildren(line(words('cannot')));
    return;
  }

  // -- What is kept ------------------------------------------------------------------------------------------------
  const done = (request) => new Promise((yes, no) => ([request.onsuccess, request.onerror] = [() => yes(request.result), () => no(request.error)]));
  const opening = indexedDB.open('door', 1);
  opening.onupgradeneeded = () => ['lists', 'photos', 'notes'].forEach((name) => opening.result.createObjectStore(name));
  let db;
  try {
    db = await done(opening);
  } catch {
    body.replaceChildren(line(words('cannot')));
    return;
  }
  const store = (name, mode = 'readonly') => db.transaction(name, mode).objectStore(name);
  const put = (name, key, value) => done(store(name, 'readwrite').put(value, key));
  const drop = (name, key) => done(store(name, 'readwrite').delete(key));
  const everything = async (name) => {
    const all = store(name);
    const [keys, values] = await Promise.all([done(all.getAllKeys()), done(all.getAll())]);
    return keys.map((key, at) => [key, values[at]]);
  };

  let held = null; // { raw, key, reader }
  const takeKey = async (raw, whose) => {
    const bytes = Uint8Array.from(raw.match(/../g), (pair) => parseInt(pair, 16));
    held = { reader: whose, key: await crypto.subtle.importKey('raw', bytes, 'AES-GCM', false, ['encrypt', 'decrypt']) };
    sessionStorage.setItem(place, JSON.stringify({ raw, reader: whose }));
  };
  const seal = async (value) => {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const bytes = value instanceof ArrayBuffer ? value : new TextEncoder().encode(JSON.stringify(value));
    return { iv, box: await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, held.key, bytes) };
  };
  const unseal = ({ iv, box }) => crypto.subtle.decrypt({ name: 'AES-GCM', iv }, held.key, box);
  const read = async (sealed) => JSON.parse(new TextDecoder().decode(await unseal(sealed)));

  let list = null;
  let silent = false; // the last question reached nobody: a device may well be in a network that leads nowhere
  const connected = () => navigator.onLine && !silent;
  const SKEW_TOLD = 30000; // from so much on a device is told that its clock is wrong, in ms
  let skew = 0; // the server's clock less this device's, in ms
  let waiting = []; // notes not handed in: { id, note, name }
  let sent = []; // what came of those just handed in
  let others = 0; // notes that another login made
  let over = false; // the login ended
  let chosen = null;
  let found = null;
  const now = () => Date.now() + skew;
  const device = (() => {
    let name = localStorage.getItem('door device');
    if (!name) localStorage.setItem('door device', (name = `设备 ${crypto.randomUUID().slice(0, 4).toUpperCase()}`));
    return name;
  })();

  const keepList = async () => put('lists', plan, { reader: list.reader, until: list.until, skew, ...(await seal(list)) });
  const forget = async () => {
    sessionStorage.removeItem(place);
    await drop('lists', plan);
    for (const [key] of await everything('photos')) if (key.startsWith(`${plan}/`)) await drop('photos', key);
    (await navigator.serviceWorker.getRegistration(base))?.active?.postMessage('forget');
    list = null;
    held = null;
    chosen = null;
  };
  const findNotes = async () => {
    waiting = [];
    others = 0;
    for (const [id, kept] of await everything('notes')) {
      if (kept.plan !== plan) continue;
      try {
        if (!held || kept.reader !== held.reader) throw new Error('sealed for somebody else');
        waiting.push({ id, ...(await read(kept)) });
      } catch {
        others += 1;
      }
    }
    waiting.sort((one, other) => one.note.at - other.note.at);
  };

  // -- What the server says ----------------------------------------------------------------------------------------
  const ask = async (path, options = {}) => {
    const begun = Date.now();
    const asked = fetch(`${base}/${path}`, { headers: { accept: 'application/json', ...options.headers }, cache: 'no-store', ...options });
    const answer = await asked.catch((why) => { silent = true; throw why; });
    silent = false;
    if (answer.status === 401 || answer.redirected) {
      over = true;
      await forget();
      throw new Error('signed out');
    }
    if (!answer.ok) throw new Error(`${answer.status}`);
    over = false;
    const told = await answer.json();
    skew = Math.round(told.now - (begun + Date.now()) / 2);
    return told;
  };
  const fetchList = async () => {
    const fresh = await ask('list');
    await takeKey(fresh.key, fresh.reader);
    delete fresh.key;
    if (fresh.people.length === 0) return false;
    list = fresh;
    await findNotes();
    for (const { note } of waiting) apply(note);
    return true;
  };
  const keepHere = async () => {
    if (!(await fetchList())) {
      body.replaceChildren(line(words('none_yet')));
      return;
    }
    await keepList();
    const registration = await navigator.serviceWorker.register('/door-worker.js', { scope: base });
    const worker = registration.installing ?? registration.waiting ?? registration.active;
    if (worker?.state === 'activated') worker.postMessage('keep');
    let count = 0;
    const people = list.people.filter((person) => person.photo);
    status.textContent = words('keeping', { done: 0, all: people.length });
    body.replaceChildren(status);
    const fetchPhotos = async () => {
      for (let person = people.pop(); person; person = people.pop()) {
        const key = `${plan}/${person.id}`;
        if (!(await done(store('photos').getKey(key)))) {
          const answer = await fetch(`${base}/photo/${person.id}`).catch(() => null);
          if (answer?.ok) await put('photos', key, await seal(await answer.arrayBuffer()));
        }
        count += 1;
        status.textContent = words('keeping', { done: count, all: count + people.length });
      }
    };
    await Promise.all([fetchPhotos(), fetchPhotos(), fetchPhotos(), fetchPhotos()]);
    draw();
  };

  let busy = false;
  /// Hands in what waits. The same notes may go twice: the server knows them by their ids.
  const handIn = async () => {
    if (busy || !held || waiting.length === 0) return;
    busy = true;
    try {
      while (waiting.length) {
        const some = waiting.slice(0, 200);
        const batch = { device, clock: now(), notes: some.map(({ note }) => note) };
        const told = await ask('notes', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(batch) });
        const outcomes = new Map(told.notes);
        for (const one of some) {
          if (!outcomes.has(one.id)) continue;
          await drop('notes', one.id);
          sent.unshift({ ...one, outcome: outcomes.get(one.id) });
        }
        waiting = waiting.filter(({ id }) => !outcomes.has(id));
        if (outcomes.size === 0) break;
      }
      sent = sent.slice(0, 20);
      await refresh();
    } catch {
      // No network, or no login: everything stays here.
    }
    busy = false;
    draw();
  };
  const refresh = async () => {
    if (await fetchList()) await keepList();
  };

  // -- What a note changes -----------------------------------------------------------------------------------------
  const session = (id) => list.sessions.find((one) => one.id === id);
  const person = (id) => list.people.find((one) => one.id === id);
  const apply = ({ application, session: at, kind, at: when }) => {
    const seat = person(application)?.seats.find((one) => one.session === at);
    if (!seat || kind === 'misconduct') return;
    const how = kind === 'absent' ? 'absent' : when > session(at).from ? 'late' : 'present';
    if (!seat.came || (kind === 'came' && seat.came[0] !== 'absent' && when < seat.came[1])) seat.came = [how, when];
  };
  const write = async (who, at, kind, text = '') => {
    const note = { id: crypto.randomUUID(), application: who.id, session: at, kind, at: now(), words: text };
    await put('notes', note.id, { plan, reader: held.reader, ...(await seal({ note, name: who.name })) });
    waiting.push({ id: note.id, note, name: who.name });
    apply(note);
    await keepList();
    draw();
    await handIn();
  };
  const unwrite = async ({ id, note }) => {
    await drop('notes', id);
    waiting = waiting.filter((one) => one.id !== id);
    const seat = person(note.application)?.seats.find((one) => one.session === note.session);
    if (seat?.came?.[1] === note.at) seat.came = null;
    await keepList();
    draw();
  };

  // -- What is seen ------------------------------------------------------------------------------------------------
  const clock = new Intl.DateTimeFormat('zh-CN', { timeZone: 'Asia/Shanghai', hour: 'numeric', minute: '2-digit', hour12: false });
  const moment = new Intl.DateTimeFormat('zh-CN', { timeZone: 'Asia/Shanghai', month: 'long', day: 'numeric', hour: 'numeric', minute: '2-digit', hour12: false });
  const time = (at) => clock.format(at);
  /// The seat that the door is about now: the next that is still open, else the last.
  const current = (who) => who.seats.find((seat) => now() <= session(seat.session).to) ?? who.seats.at(-1);

  const search = (typed) => {
    const code = typed.replace(/^.*code=/, '').replace(/[&#].*$/, '').replace(/[\s　]/g, '').replace(/[０-９]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) - 0xfee0));
    if (!code) return [];
    const place = code.match(/^(.+?)[-－—](\d+)$/);
    return list.people.filter(
      (who) =>
        who.ticket.replace(/\s/g, '').endsWith(code) ||
        (code.length > 1 && who.name.includes(code)) ||
        (place && who.seats.some((seat) => seat.seat === Number(place[2]) && seat.room.includes(place[1]))),
    );
  };
  const look = (typed) => {
    const all = search(typed);
    found = { typed, all };
    chosen = all.length === 1 ? all[0].id : null;
    if (chosen) body.querySelector('#door-code').value = '';
    draw();
    body.querySelector(chosen ? '#door-who' : '#door-code')?.focus();
  };

  let camera = null;
  const stopCamera = () => {
    camera?.getTracks().forEach((track) => track.stop());
    camera = null;
    framed?.film.replaceChildren();
  };
  const scan = async () => {
    if (camera) return void (stopCamera(), draw());
    try {
      const detector = new BarcodeDetector({ formats: ['qr_code'] });
      camera = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
      const film = make('video', { playsinline: true, muted: true, width: 320 });
      film.srcObject = camera;
      body.querySelector('#door-film').replaceChildren(film, button(words('scan_stop'), scan));
      await film.play();
      while (camera) {
        const [code] = await detector.detect(film).catch(() => []);
        if (code) {
          stopCamera();
          look(code.rawValue);
        }
        await new Promise((next) => setTimeout(next, 150));
      }
    } catch {
      stopCamera();
      draw();
      body.querySelector('#door-film').replaceChildren(line(words('scan_no')));
    }
  };

  const card = (who) => {
    const seat = current(who);
    const exam = session(seat.session);
    const photo = make('img', { class: 'ph ph--x', width: 96, height: 134, alt: words('photo_of', { name: who.name }), hidden: true });
    done(store('photos').get(`${plan}/${who.id}`)).then(async (kept) => {
      if (!kept) return;
      photo.src = URL.createObjectURL(new Blob([await unseal(kept)], { type: 'image/jpeg' }));
      photo.onload = () => URL.revokeObjectURL(photo.src);
      photo.hidden = false;
    });
    const fact = (name, text) => make('div', {}, make('dt', {}, name), make('dd', { class: 'num' }, text));
    const acts = make('div', { class: 'stack stack--3' });
    const came = seat.came && words(`${seat.came[0]}_at`, { at: time(seat.came[1]) });
    if (came) acts.append(make('p', { class: 'row' }, badge(seat.came[0] === 'absent' ? 'refused' : 'done', came)));
    const times = { opens: time(exam.opens), closes: time(exam.closes), subject: exam.subject };
    if (!seat.came && now() < exam.opens) acts.append(line(words('too_early', times)));
    if ((!seat.came || seat.came[0] === 'absent') && now() >= exam.opens && now() <= exam.closes)
      acts.append(line(words('rule', times)), make('p', {}, button(words('come', times), () => write(who, exam.id, 'came'), 'btn btn--big')));
    if (!seat.came && now() > exam.closes)
      acts.append(line(words('too_late', times)), make('p', {}, button(words('absent', times), () => write(who, exam.id, 'absent'))));
    if (now() >= exam.opens) {
      const what = make('textarea', { class: 'area', rows: 3, id: 'door-what', maxlength: 1000 });
      const wrong = make('p', { class: 'err', role: 'alert' });
      const keep = () => (what.value.trim() ? write(who, exam.id, 'misconduct', what.value.trim()) : (wrong.textContent = words('no_words')));
      acts.append(
        make('details', { class: 'more' }, make('summary', {}, words('misconduct')),
          make('div', { class: 'stack stack--3' }, make('div', { class: 'field' }, make('label', { for: 'door-what' }, words('misconduct_what')), wrong, what), make('p', {}, button(words('misconduct'), keep)))),
      );
    }
    return make('section', { class: 'stack stack--3', 'aria-labelledby': 'door-who' },
      make('h3', { id: 'door-who', tabindex: '-1' }, who.name),
      make('div', { class: 'row' }, photo,
        make('dl', { class: 'kv kv--tight' }, fact(words('ticket'), who.ticket), fact(words('id_no'), who.id_no),
          who.extra_minutes > 0 && fact('', words('extra', { minutes: who.extra_minutes })))),
      make('p', { class: 'strong num' }, words('seat', { subject: exam.subject, room: seat.room, seat: seat.seat })),
      acts);
  };

  const row = (text, right, act) => make('li', {}, make('span', {}, text), right, act);
  const told = ({ note, name }) => words(`note_${note.kind}`, { name, at: time(note.at) });
  const queue = () => {
    const part = make('section', { class: 'stack stack--2', 'aria-labelledby': 'door-queue' }, make('h3', { id: 'door-queue' }, words('queue')));
    if (over) part.append(make('p', { class: 'banner', 'data-state': 'me', role: 'alert' }, make('span', {}, words('sign_in')), make('a', { class: 'btn btn--quiet', href: `/office/sign-in?next=${encodeURIComponent(base)}` }, words('sign_in_link'))));
    part.append(line(words(waiting.length ? 'queue_count' : 'queue_none', { count: waiting.length })));
    if (others) part.append(line(words('other', { count: others })));
    if (waiting.length)
      part.append(
        make('ul', { class: 'tasks tasks--plain' }, ...waiting.map((one) => row(told(one), badge('others', words('not_sent')), button(words('wrong'), () => unwrite(one), 'btn btn--text btn--small')))),
        make('p', {}, button(words('send'), handIn)),
      );
    if (sent.length) {
      part.append(make('h3', {}, words('sent')), make('ul', { class: 'tasks tasks--plain' }, ...sent.map((one) => row(told(one), make('span', { class: 'meta' }, words(`outcome_${one.outcome}`))))));
      if (sent.some(({ outcome }) => outcome === 'conflict')) part.append(line(words('conflicts'), 'strong'));
      if (reader) part.append(make('p', {}, make('a', { href: base }, words('reload'))));
    }
    return part;
  };

  /// The form stays the same one while everything around it is drawn anew: a press on it is never lost.
  let framed = null;
  const frame = () => {
    if (framed) return framed;
    const form = make('form', { class: 'toolbar', role: 'search', on: { submit: (event) => { event.preventDefault(); look(body.querySelector('#door-code').value); } } },
      make('div', { class: 'field' }, make('label', { for: 'door-code' }, words('find')), make('input', { class: 'input w-20 num', id: 'door-code', autocomplete: 'off', maxlength: 200 })),
      make('button', { class: 'btn', type: 'submit' }, words('find_button')),
      'BarcodeDetector' in window && navigator.mediaDevices && button(words('scan'), scan));
    framed = { form, film: make('div', { id: 'door-film', class: 'row' }), above: make('div', {}), below: make('div', { class: 'stack stack--4' }) };
    return framed;
  };

  const draw = () => {
    head.replaceChildren(badge(connected() ? 'done' : 'others', words(connected() ? 'online' : 'offline')));
    const drawnForm = [...document.querySelectorAll('form[role=search]')].find((form) => !root.contains(form));
    if (drawnForm) drawnForm.hidden = !!list;
    if (!list) {
      const kept = waiting.length + others;
      const told = kept ? line(words('unsent_stays', { count: kept })) : null;
      const act = reader && !over ? make('p', {}, button(words('keep'), () => keepHere().catch(() => draw()), 'btn')) : null;
      body.replaceChildren(...[line(words(reader && !over ? 'offer' : 'empty')), told, act, over && queue()].filter(Boolean));
      return;
    }
    const off = Math.abs(skew);
    const minutes = Math.floor(off / 60000);
    const by = `${minutes ? `${minutes} 分 ` : ''}${Math.round((off % 60000) / 1000)} 秒`;
    const hits = make('div', { class: 'stack stack--2' });
    if (found && !chosen) {
      if (found.all.length === 0 && found.typed.trim()) hits.append(make('p', { class: 'banner', 'data-state': 'refused', role: 'alert' }, make('span', {}, words('nobody', { code: found.typed.trim() }))));
      else if (found.all.length) {
        hits.append(line(words('many', { count: found.all.length })));
        hits.append(make('ul', { class: 'tasks tasks--plain' }, ...found.all.slice(0, 12).map((who) => row(`${who.name}　${who.ticket.slice(-6)}`, button(words('find_button'), () => { chosen = who.id; draw(); }, 'btn btn--quiet btn--small')))));
      }
    }
    const { form, film, above, below } = frame();
    above.replaceChildren(...[off > SKEW_TOLD && line(words(skew < 0 ? 'skew_fast' : 'skew_slow', { by }), 'meta t-me')].filter(Boolean));
    above.hidden = !above.firstChild;
    below.replaceChildren(
      ...[hits, chosen && person(chosen) && card(person(chosen)), queue(),
        make('div', { class: 'row between' }, line(words('until', { people: list.people.length, until: moment.format(list.until) })),
          button(words('wipe'), async () => { await forget(); await findNotes(); draw(); }, 'btn btn--text btn--small'))].filter(Boolean),
    );
    if (!form.isConnected) body.replaceChildren(above, form, film, below);
  };

  // -- The beginning -----------------------------------------------------------------------------------------------
  const kept = await done(store('lists').get(plan));
  const keptKey = JSON.parse(sessionStorage.getItem(place) ?? 'null');
  if (kept && (kept.until < Date.now() + kept.skew || (reader && kept.reader !== reader))) {
    await forget();
  } else if (kept && keptKey?.reader === kept.reader) {
    await takeKey(keptKey.raw, keptKey.reader);
    try {
      list = await read(kept);
      skew = kept.skew;
    } catch {
      await forget();
    }
  }
  await findNotes();
  const again = async () => {
    if (list) {
      await handIn();
      if (waiting.length === 0) await refresh().catch(() => {});
    }
    draw();
  };
  if (!list && kept && !reader) {
    root.hidden = false;
    body.replaceChildren(line(words('locked')));
  } else if (!list && reader && (others > 0 || kept)) {
    // The same person signed in again: the key comes back with the login, and what was noted goes out.
    await keepHere().catch(() => {});
    draw();
    await handIn();
  } else {
    draw();
    if (list && reader) (await navigator.serviceWorker.getRegistration(base))?.active?.postMessage('keep');
    await again();
  }
  addEventListener('online', again);
  addEventListener('offline', draw);
  setInterval(() => navigator.onLine && (waiting.length ? handIn() : list && !chosen && refresh().then(draw, draw)), 60000);
  document.addEventListener('submit', (event) => event.target.action?.endsWith('/api/office/sign-out') && forget());
})();
