/** One source through GNU as and through ours: acceptance, messages, and what readelf shows of the objects. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { assemble, type AssembleOptions } from '../../src/asm/index.js';
import { nodeHost } from '../../src/host-node.js';
import { writeElf } from '../../src/objcopy/elf/write.js';

export interface Outcome {
  readonly accepted: boolean;
  /** `line: Error: text`, in the order of their lines. */
  readonly messages: readonly string[];
  readonly printed: string;
}

export class GasComparison {
  readonly directory = mkdtempSync(path.join(tmpdir(), 'gas-'));

  close(): void {
    rmSync(this.directory, { recursive: true });
  }

  /** A file beside the sources, for .include and .incbin. */
  file(name: string, content: string | Uint8Array): string {
    const at = path.join(this.directory, name);
    writeFileSync(at, content, typeof content === 'string' ? 'latin1' : undefined);
    return at;
  }

  gas(source: string, options: readonly string[] = []): Outcome {
    const object = path.join(this.directory, 'gas.o');
    const { status, stdout, stderr } = spawnSync('as', ['--64', ...options, source, '-o', object], {
      encoding: 'latin1',
      maxBuffer: 1 << 28,
    });
    const messages = stderr.split('\n').flatMap((line) => {
      const match = /^[^:]*:(?:(\d+):)? (?:Fatal )?((?:Error|Warning): .*)$/.exec(line);
      return match === null ? [] : [`${match[1] ?? 0}: ${match[2]}`];
    });
    return { accepted: status === 0, messages: messages.sort(), printed: stdout };
  }

  ours(source: string, options: AssembleOptions = {}): Outcome {
    const result = assemble(
      [{ name: source, text: readFileSync(source) }],
      { abi: '64', lineTable: false, includePaths: [this.directory], ...options },
      nodeHost,
    );
    const messages = result.diagnostics.map((d) => `${d.at?.line ?? 0}: ${d.severity === 'error' ? 'Error' : 'Warning'}: ${d.message}`);
    if (result.object !== null) writeFileSync(path.join(this.directory, 'ours.o'), writeElf(result.object));
    return { accepted: result.object !== null, messages: messages.sort(), printed: result.printed ?? '' };
  }

  /**
   * The objects that `gas` and `ours` wrote last, to be compared: symbols, relocations, section headers and contents as
   * readelf prints them. Readelf is spared when the files are the same.
   */
  objects(): { gas: string; ours: string } {
    const [gas, ours] = ['gas.o', 'ours.o'].map((name) => path.join(this.directory, name));
    if (readFileSync(gas).equals(readFileSync(ours))) return { gas: 'the same file', ours: 'the same file' };
    return { gas: this.dump(gas), ours: this.dump(ours) };
  }

  private dump(object: string): string {
    const sections = spawnSync('readelf', ['-SW', object], { encoding: 'utf8' }).stdout;
    const names = [...sections.matchAll(/^ *\[ *\d+\] (\.[^ ]+) +PROGBITS/gm)].flatMap((match) => ['-x', match[1]]);
    return spawnSync('readelf', ['-rsSW', ...names, object], { encoding: 'latin1', maxBuffer: 1 << 28 }).stdout;
  }
}
