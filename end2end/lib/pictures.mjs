// Files that people choose: those of the fixtures, and a signature drawn here.
import { deflateSync } from 'node:zlib';
import { join } from 'node:path';
import { root } from './server.mjs';

/// A photo of the fixtures.
export const photo = (name) => join(root, 'server', 'testkit', 'fixtures', 'photos', name);
/// A paper of the fixtures.
export const paper = (name) => join(root, 'server', 'testkit', 'fixtures', 'documents', name);

const TABLE = Array.from({ length: 256 }, (_, n) => {
  for (let bit = 0; bit < 8; bit++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
  return n >>> 0;
});
const crc = (bytes) => (bytes.reduce((sum, byte) => TABLE[(sum ^ byte) & 255] ^ (sum >>> 8), 0xffffffff) ^ 0xffffffff) >>> 0;

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'ascii'), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc(body), body.length + 4);
  return out;
}

/// A signature as a PNG: a few black strokes on white.
export function signaturePng(width = 600, height = 240) {
  const rows = Buffer.alloc((width + 1) * height, 255);
  for (let y = 0; y < height; y++) rows[y * (width + 1)] = 0;
  const dot = (x, y) => {
    for (let dy = -4; dy <= 4; dy++)
      for (let dx = -4; dx <= 4; dx++)
        if (dx * dx + dy * dy <= 16) rows[(Math.round(y) + dy) * (width + 1) + 1 + Math.round(x) + dx] = 0;
  };
  for (let step = 0; step <= 900; step++) {
    const at = step / 900;
    dot(60 + at * 460, 120 + Math.sin(at * 19) * 70);
    dot(100 + at * 120, 50 + at * 130);
    dot(360 + Math.sin(at * 6) * 60, 60 + at * 120);
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 0, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}
