// Stands on the page where staff sign in: whoever is sent here is signed out, so no list of a door stays open.
// Notes that were not handed in stay sealed; only the same person's next login opens them.
'use strict';
for (const key of Object.keys(sessionStorage)) if (key.startsWith('door ')) sessionStorage.removeItem(key);
indexedDB.databases?.().then((known) => {
  if (!known.some(({ name }) => name === 'door')) return;
  indexedDB.open('door').onsuccess = ({ target: { result: db } }) => {
    const stores = ['lists', 'photos'].filter((name) => db.objectStoreNames.contains(name));
    if (stores.length) {
      const tx = db.transaction(stores, 'readwrite');
      for (const name of stores) tx.objectStore(name).clear();
      tx.oncomplete = () => db.close();
    }
  };
});
