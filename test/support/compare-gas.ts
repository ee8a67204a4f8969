/** Assembles a text with ours and with GNU as, and says where they differ: messages, status, sections, relocations, symbols. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
// @ts-expect-error: a script without types
import { compareObjects } from '../../scripts/compare-objects.mjs';
import { assemble, type AssembleOptions } from '../../src/asm/index.js';
import { renderDiagnostic } from '../../src/frame.js';
import { memoryHost } from '../../src/host.js';
import { writeElf } from '../../src/objcopy/elf/write.js';

const scratch = mkdtempSync(path.join(os.tmpdir(), 'tskvm-gas-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));

/** True when GNU as 2.40 is installed: without it there is nothing to compare with. */
export const haveGas = /\b2\.40/.test(spawnSync('as', ['--version'], { encoding: 'utf8' }).stdout ?? '');

/** The differences, one a line; empty when there are none. `args` are the options for as, `options` the same for ours. */
export function differences(source: string, args: readonly string[] = [], options: AssembleOptions = {}): string {
  const name = 'input.s';
  writeFileSync(path.join(scratch, name), source, 'latin1');
  const output = path.join(scratch, 'output.o');
  rmSync(output, { force: true });
  const gas = spawnSync('as', [...args, name, '-o', output], { cwd: scratch, encoding: 'latin1', timeout: 20_000 });
  const ours = assemble([{ name, text: Buffer.from(source, 'latin1') }], { lineTable: false, ...options }, memoryHost({}, scratch));
  const found: string[] = [];
  // gas shows a line break in a message as it is.
  const messages = ours.diagnostics.flatMap(({ severity, fatal, message, at }) =>
    renderDiagnostic({ severity, fatal, message, at: at && { file: at.file, line: at.line } })
      .trimEnd()
      .split('\n'),
  );
  const theirs = gas.stderr.split('\n').filter((line) => line !== '' && !line.endsWith('Assembler messages:'));
  if (messages.join('\n') !== theirs.join('\n')) found.push(`ours: ${messages.join(' | ')}`, `gas:  ${theirs.join(' | ')}`);
  if ((gas.status === 0) !== (ours.object !== null)) found.push(`gas ends in ${gas.status}`);
  else if (ours.object !== null) found.push(...(compareObjects(Buffer.from(writeElf(ours.object)), readFileSync(output)) as string[]));
  return found.join('\n');
}
