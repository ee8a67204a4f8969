/** The assembler: noise, mutated sources and random programs; where GNU as 2.40 is, with its verdict and bytes. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
// @ts-expect-error: a script without types
import { compareObjects } from '../../../scripts/compare-objects.mjs';
import { assemble } from '../../../src/asm/index.js';
import { renderDiagnostic } from '../../../src/frame.js';
import { memoryHost } from '../../../src/host.js';
import { writeElf } from '../../../src/objcopy/elf/write.js';
import { generateProgram } from '../program-generator.js';
import { latin1, mutate, noise, type Target } from './target.js';

const words = [
  '.macro m a,b', '.endm', '.rept 3', '.endr', '.if 1', '.else', '.endif', '.irp x,1,2', '.irpc c,abc', '.altmacro', '.section .x,"awMS",@progbits,1',
  '.pushsection .y', '.popsection', '.previous', '.subsection 2', '.org .+9', '.org 5', '.p2align 4,,7', '.balign 16', '.skip 4', '.fill 3,2,1', '.space L1-.',
  '.uleb128 L1-L2', '.sleb128 -5', '.set x, y', 'x = y', 'y = x', '.equiv x, 4', '.comm c,8,4', '.lcomm d,4', '.weak w', '.globl L1', '.type f,@function', '.size f,.-f',
  '.cfi_startproc', '.cfi_endproc', '.cfi_def_cfa_offset 16', '.cfi_offset %rbx,-16', '.file 1 "a.c"', '.loc 1 3', '.line 4', '.code16', '.code32', '.code64', '.intel_syntax noprefix',
  '.att_syntax', '.arch i386', '.reloc 0,R_X86_64_NONE', '.symver f,f@V', '.string "a\\n"', '.ascii "b"', '.quad L1', '.long L1-.', '.octa 1<<70', '.float 1.5', '.tfloat 2e9',
  '.word 1b', '1:', '1b', '1f', 'L1', 'L2:', 'rep movsb', 'lock', 'jmp 1f', 'jmp L1', 'call f@PLT', 'mov %eax,%gs:4', 'lea L1(%rip),%rax', 'movabs $L1,%rax', 'vaddps %zmm1,%zmm2,%zmm3{%k1}{z}',
  '%st(1)', '%cr8', '(%rax,%rcx,8)', '$L1-L2', '@GOTPCREL(%rip)', '\\@', '\\a', '\\()', '.include "x"', '.incbin "x"', '.print "p"', '.end', '.struct 4', '.offset', '.bss', '.data', '.text 1',
]; // prettier-ignore

let scratch = '';
function folder(): string {
  if (scratch === '') {
    scratch = mkdtempSync(path.join(os.tmpdir(), 'tskvm-fuzz-asm-'));
    process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));
  }
  return scratch;
}

let gas: boolean | undefined;
const haveGas = (): boolean => (gas ??= /\b2\.40/.test(spawnSync('as', ['--version'], { encoding: 'utf8' }).stdout ?? ''));

let samples: Uint8Array[] | undefined;
function sources(): Uint8Array[] {
  samples ??= readdirSync('examples', { recursive: true })
    .map((name) => path.join('examples', String(name)))
    .filter((name) => /\.[sS]$/.test(name))
    .map((name) => readFileSync(name));
  return samples;
}

export const asm: Target = {
  name: 'asm',
  about: 'the assembler: noise, mutated sources, random programs, compared with GNU as',
  generate(random) {
    const kind = random.next();
    if (kind < 0.1) return noise(random, 400);
    if (kind < 0.2) return noise(random, 400, ' \n\t.:;,$%()"\'\\#/*+-@=<>[]{}0123456789abcdefxirlmoq');
    if (kind < 0.3) return latin1(Array.from({ length: random.range(2, 25) }, () => random.pick(words)).join('\n') + '\n');
    const program = latin1(generateProgram(random.below(2 ** 31), { size: random.range(3, 30), mistakes: 0.01 }));
    if (kind < 0.55) return program;
    return mutate(random, random.chance(0.7) ? program : random.pick(sources()), words);
  },
  check(input) {
    const ours = assemble([{ name: 'input.s', text: input }], { lineTable: false }, memoryHost({}, folder()));
    for (const diagnostic of ours.diagnostics) renderDiagnostic(diagnostic);
    const bytes = ours.object === null ? null : writeElf(ours.object);
    if (!haveGas()) return null;
    writeFileSync(path.join(folder(), 'input.s'), input);
    rmSync(path.join(folder(), 'out.o'), { force: true });
    const limited = 'ulimit -t 5; ulimit -v 1500000; ulimit -f 100000; exec as input.s -o out.o';
    const theirs = spawnSync('sh', ['-c', limited], { cwd: folder(), encoding: 'latin1', timeout: 4_000, maxBuffer: 64 << 20 });
    // A crash, a limit or an internal error of gas says nothing about us.
    if (theirs.signal !== null || theirs.error !== undefined || (theirs.status ?? 9) > 1) return null;
    if (/[Ii]nternal error|memory exhausted|File size|can't write|out of memory/.test(theirs.stderr)) return null;
    const message = (text: string): string => text.split('\n').find((line) => /Error|Fatal/.test(line)) ?? '';
    if ((theirs.status === 0) !== (bytes !== null)) {
      const said =
        bytes === null ? message(ours.diagnostics.map((d) => renderDiagnostic(d).split('\n')[0]).join('\n')) : message(theirs.stderr);
      return `${bytes === null ? 'we refuse what gas takes' : 'we take what gas refuses'}: ${said.replace(/^\S+ /, '')}`;
    }
    if (bytes === null) return null;
    const differences = compareObjects(Buffer.from(bytes), readFileSync(path.join(folder(), 'out.o'))) as string[];
    return differences.length === 0 ? null : `the objects differ: ${differences.slice(0, 4).join('\n')}`;
  },
};
