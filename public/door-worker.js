// Keeps the empty page of one plan's door, without anybody's data, so that it opens where there is no network.
// Its scope is /office/plans/{id}/day and nothing else.
'use strict';

const scope = new URL(self.registration.scope);
const shell = `${scope.pathname.replace(/\/$/, '')}/shell`;
const box = `door ${scope.pathname}`;
/// Longest that a page is waited for where the line is bad, in ms.
const PATIENCE = 6000;

/// Fetches the empty page with its script and its look.
async function keep() {
  const page = await fetch(shell, { cache: 'no-store' });
  if (!page.ok) return;
  const text = await page.clone().text();
  const cache = await caches.open(box);
  await cache.put(shell, page);
  const parts = [...text.matchAll(/(?:src|href)="(\/[^"]+\.(?:js|css|svg))"/g)].map(([, path]) => path);
  await Promise.all(
    parts.map(async (path) => {
      const part = await fetch(path);
      if (part.ok) await cache.put(path, part);
    }),
  );
}

self.addEventListener('install', (event) => event.waitUntil(keep().then(() => self.skipWaiting())));
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
self.addEventListener('message', (event) => {
  if (event.data === 'keep') event.waitUntil(keep().catch(() => {}));
  if (event.data === 'forget') event.waitUntil(caches.delete(box));
});

const late = () => new Promise((_, no) => setTimeout(no, PATIENCE));

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== scope.origin) return;
  if (request.mode === 'navigate') {
    event.respondWith(
      Promise.race([fetch(request), late()]).catch(async () => (await caches.match(shell, { cacheName: box })) ?? Response.error()),
    );
  } else if (/\.(js|css|svg)$/.test(url.pathname)) {
    event.respondWith(fetch(request).catch(async () => (await caches.match(url.pathname, { cacheName: box })) ?? Response.error()));
  }
});
