// A Jikao of one's own: demo data in a temporary folder, a free port, the server's log kept for reading.
import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';
import { mkdtempSync, rmSync, readFileSync, writeFileSync, openSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createServer } from 'node:net';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/// A free port for a server that is started later, and perhaps again. It lies below those that the system gives to whoever
/// connects: while a server is down nobody else gets its port.
export async function freePort() {
  for (let tries = 0; tries < 1_000; tries++) {
    const port = 10_000 + Math.floor(Math.random() * 10_000);
    const free = await new Promise((done) => {
      const probe = createServer().once('error', () => done(false)).listen(port, '127.0.0.1', () => probe.close(() => done(true)));
    });
    if (free) return port;
  }
  throw new Error('no free port');
}

/// Longest that a server may take to start, with everything of the demonstration, in seconds. A busy machine may need it.
const START = 240;

export async function startServer({ env = {} } = {}) {
  const data = mkdtempSync(join(tmpdir(), 'jikao-e2e-'));
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const logFile = join(data, 'server.log');
  const log = openSync(logFile, 'a');
  const binary = process.env.JIKAO_BINARY ?? join(root, 'target', 'debug', 'jikao');
  const settings = {
    ...process.env,
    JIKAO_DATA: join(data, 'var'),
    JIKAO_LISTEN: `127.0.0.1:${port}`,
    JIKAO_ORIGIN: origin,
    JIKAO_DIST: process.env.JIKAO_DIST ?? join(root, 'dist'),
    ...env,
  };
  const start = () => spawn(binary, ['demo'], { cwd: root, env: settings, stdio: ['ignore', log, log] });
  let child = start();
  const ready = async () => {
    for (let i = 0; i < START * 10; i++) {
      if (child.exitCode !== null) throw new Error(`the server ended: ${readFileSync(logFile, 'utf8').slice(-2000)}`);
      try {
        // The port is open before everything of the demonstration is there.
        if ((await fetch(`${origin}/demo/furnished`)).ok) return;
      } catch {
        // not listening yet
      }
      await new Promise((next) => setTimeout(next, 100));
    }
    throw new Error(`the server did not start within ${START} s: ${readFileSync(logFile, 'utf8').slice(-2000)}`);
  };
  await ready();
  const clock = async (hands) => {
    const answer = await fetch(`${origin}/demo/clock`, {
      method: 'POST',
      headers: { origin, 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(hands),
      redirect: 'manual',
    });
    if (answer.status >= 400) throw new Error(`clock: ${answer.status}`);
  };
  return {
    origin,
    /// Runs another command on the same data, `['results', 'import']` with the text of its file, and gives what it says.
    async imports(command, text) {
      const file = join(data, 'import.csv');
      writeFileSync(file, text);
      return (await promisify(execFile)(binary, [...command, file], { cwd: root, env: settings })).stdout;
    },
    log: () => readFileSync(logFile, 'utf8'),
    // Moves the rehearsal clock: `at` as Shanghai wall time, "2026-12-06 23:59:50".
    setClock: (at) => clock({ at }),
    // Lets so many minutes pass at once.
    passes: (minutes) => clock({ minutes: String(minutes) }),
    async kill(signal = 'SIGKILL') {
      const gone = new Promise((done) => child.once('exit', done));
      child.kill(signal);
      await gone;
    },
    async restart() {
      child = start();
      await ready();
    },
    async stop() {
      if (child.exitCode === null) await this.kill('SIGTERM');
      rmSync(data, { recursive: true, force: true });
    },
  };
}
