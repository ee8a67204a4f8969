// Compares our encoder with GNU as, statement by statement: bytes, accepted or rejected, messages.
// Used by the instruction sweeps; needs `as` 2.40 in the PATH.
import { build } from 'esbuild';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const root = path.dirname(import.meta.dirname);

/** Loads the encoder from its sources. */
export async function loadEncoder() {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'x86-'));
  const outfile = path.join(dir, 'x86.mjs');
  await build({
    entryPoints: [path.join(root, 'src/asm/x86/testing.ts')],
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    outfile,
    logLevel: 'error',
  });
  const module = await import(pathToFileURL(outfile));
  rmSync(dir, { recursive: true });
  return module;
}

/** A host for single statements: symbols are undefined, constants are folded, `@NAME` is kept. */
export function makeHost(state) {
  const symbols = new Map();
  const host = {
    state,
    errors: [],
    warnings: [],
    error: (message) => host.errors.push(message),
    warning: (message) => host.warnings.push(message),
    parseExpression(text) {
      const reloc = /^([\w.$]+)@(\w+)\s*([+-].*)?$/.exec(text);
      if (reloc) return { kind: 'reloc', operator: reloc[2].toUpperCase(), operand: host.parseExpression(reloc[1]) };
      if (/^[\s\d\w()+\-*~<>]+$/.test(text) && !/[a-z_]/i.test(text.replace(/0x[0-9a-f]+/gi, ''))) {
        return { kind: 'constant', value: BigInt.asIntN(64, evaluate(text)) };
      }
      let symbol = symbols.get(text);
      if (!symbol) symbols.set(text, (symbol = { kind: 'symbol', symbol: { name: text } }));
      return symbol;
    },
  };
  return host;
}

function evaluate(text) {
  return BigInt(Function(`return ${text.replace(/0x[0-9a-f]+|\d+/gi, (n) => `${n}n`)}`)());
}

/** Assembles all statements in one run of as; [{ bytes, errors, warnings }] by statement. */
export function gasAll(statements, args = [], head = '') {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'x86-'));
  try {
    const source = path.join(dir, 'a.s');
    const headLines = head === '' ? 0 : head.split('\n').length;
    writeFileSync(source, `${head === '' ? '' : `${head}\n`}${statements.join('\n')}\n`);
    const listing = path.join(dir, 'a.lst');
    const run = spawnSync(
      'as',
      [
        ...args,
        `-aln=${listing}`,
        '--listing-lhs-width=6',
        '--listing-cont-lines=50',
        '--listing-rhs-width=20',
        source,
        '-o',
        path.join(dir, 'a.o'),
      ],
      {
        encoding: 'utf8',
        maxBuffer: 1 << 30,
      },
    );
    const results = statements.map(() => ({ bytes: '', errors: [], warnings: [] }));
    for (const line of run.stderr.split('\n')) {
      const m = /^[^:]*:(\d+): (Error|Warning): (.*)$/.exec(line);
      if (!m) continue;
      const result = results[m[1] - 1 - headLines];
      if (result) result[m[2] === 'Error' ? 'errors' : 'warnings'].push(m[3]);
    }
    for (const line of readFileSync(listing, 'latin1').split('\n')) {
      const m = /^ *(\d+) (?:[0-9a-f]{4}|\?{4}| {4}) ([0-9A-F ]+?) *(?:\t|$)/.exec(line);
      if (!m) continue;
      const result = results[m[1] - 1 - headLines];
      if (result) result.bytes += m[2].replaceAll(' ', '').toLowerCase();
    }
    return results;
  } finally {
    rmSync(dir, { recursive: true });
  }
}

/** Bytes with pc-relative fields zeroed: with REL relocations gas stores the addend there. */
export function maskRelative(bytes, ours) {
  let masked = bytes;
  for (const { offset, size, pcrel } of ours.fixups) {
    if (pcrel && ours.bytes.length === bytes.length)
      masked = masked.slice(0, offset * 2) + '00'.repeat(size) + masked.slice((offset + size) * 2);
  }
  return masked;
}

/** Ours, in the same shape. Jumps that relaxation sizes are shown as near ones. */
export function oursAll(encoder, statements, options = {}, change = {}) {
  const state = Object.assign(encoder.createState(options), change);
  return statements.map((text) => {
    const host = makeHost(state);
    const encoded = encoder.encodeInstruction(text, 1, host);
    let bytes = '';
    const fixups = [...(encoded?.fixups ?? [])];
    if (encoded !== null) {
      bytes = Buffer.from(encoded.bytes).toString('hex');
      if (encoded.branch) {
        const { kind, condition, bits } = encoded.branch.branch;
        const size = bits === 16 ? 2 : 4;
        fixups.push({ offset: bytes.length / 2 + (kind === 'jmp' ? 1 : 2), size, pcrel: true });
        bytes += (kind === 'jmp' ? 'e9' : `0f${(0x80 | condition).toString(16)}`) + '00'.repeat(size);
      }
    }
    return { bytes, errors: host.errors, warnings: host.warnings, fixups };
  });
}
