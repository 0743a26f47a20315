// Takes code out of a module that nothing can reach, but that no compiler sees: every view carries its ways of
// being drawn as pointers in a table, and those for drawing over a page that is still arriving, or over a
// template, are never asked for here: parts are taken over at once, from a page that is whole
// (`app::part::browser::draw`). Their bodies become a trap; wasm-opt then drops what only they needed.

const NEVER = /::(hydrate_async|hydrate_from_template)(::|$)/;
// Ends the module at once, should it ever be called: no locals, `unreachable`, `end`.
const TRAP = Buffer.from([3, 0x00, 0x00, 0x0b]);
const SECTION = { custom: 0, imports: 2, code: 10 };
const FUNCTION_NAMES = 1;

function reader(bytes) {
  let at = 0;
  const number = () => {
    let value = 0;
    let shift = 0;
    let byte;
    do {
      byte = bytes[at++];
      value += (byte & 0x7f) * 2 ** shift;
      shift += 7;
    } while (byte & 0x80);
    return value;
  };
  return {
    byte: () => bytes[at++],
    number,
    text: () => {
      const length = number();
      at += length;
      return bytes.toString("utf8", at - length, at);
    },
    limits: () => {
      const bounded = number() & 1;
      number();
      if (bounded) number();
    },
    take: (length) => bytes.subarray(at, (at += length)),
    more: () => at < bytes.length,
  };
}

function written(number) {
  const out = [];
  do {
    const low = number & 0x7f;
    number >>>= 7;
    out.push(number ? low | 0x80 : low);
  } while (number);
  return Buffer.from(out);
}

/** How many functions a module gets from outside: its own are numbered after them. */
function imported(section) {
  const from = reader(section);
  let functions = 0;
  for (let left = from.number(); left > 0; left--) {
    from.text();
    from.text();
    const kind = from.byte();
    if (kind === 0) {
      from.number();
      functions++;
    } else if (kind === 1) {
      from.byte();
      from.limits();
    } else if (kind === 2) {
      from.limits();
    } else if (kind === 3) {
      from.take(2);
    } else {
      throw new Error(`import of unknown kind ${kind}`);
    }
  }
  return functions;
}

/** Numbers of the functions that are never called. What ends a value may be shared, so it stays. */
function neverCalled(section) {
  const from = reader(section);
  const never = new Set();
  if (from.text() !== "name") return never;
  while (from.more()) {
    const kind = from.byte();
    const part = reader(from.take(from.number()));
    if (kind !== FUNCTION_NAMES) continue;
    for (let left = part.number(); left > 0; left--) {
      const number = part.number();
      const name = part.text();
      if (NEVER.test(name) && !name.startsWith("core::ptr::")) never.add(number);
    }
  }
  return never;
}

/** The module without the bodies that are never run, and how many those were. Needs the names of functions. */
export function prune(module) {
  const from = reader(module);
  const head = from.take(8);
  const sections = [];
  while (from.more()) {
    const id = from.byte();
    sections.push({ id, body: from.take(from.number()) });
  }
  const before = sections.filter(({ id }) => id === SECTION.imports).reduce((sum, { body }) => sum + imported(body), 0);
  const never = new Set(sections.filter(({ id }) => id === SECTION.custom).flatMap(({ body }) => [...neverCalled(body)]));
  const whole = [head];
  for (const { id, body } of sections) {
    const kept = id === SECTION.code ? withTraps(body, before, never) : body;
    whole.push(Buffer.from([id]), written(kept.length), kept);
  }
  return { module: Buffer.concat(whole), pruned: never.size };
}

function withTraps(code, before, never) {
  const from = reader(code);
  const count = from.number();
  const bodies = [written(count)];
  for (let number = before; number < before + count; number++) {
    const length = from.number();
    const body = from.take(length);
    bodies.push(never.has(number) ? TRAP : Buffer.concat([written(length), body]));
  }
  return Buffer.concat(bodies);
}
