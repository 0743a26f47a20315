// At the desk. Whoever writes is there: writing keeps the login alive as a press of a button does. And some minutes before
// a login ends however much is done with it, a line says so.
'use strict';
{
  const EVERY = 4 * 60_000;
  const BEFORE = 10 * 60_000;
  let told = Date.now();
  document.addEventListener('input', () => {
    if (Date.now() - told < EVERY) return;
    told = Date.now();
    const headers = { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' };
    fetch('/api/office/viewer', { method: 'POST', headers }).catch(() => {});
  });
  const line = document.getElementById('login-ends');
  if (line) setTimeout(() => { line.hidden = false; }, Math.max(0, Number(line.dataset.left) - BEFORE));
}
