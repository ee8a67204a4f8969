// Writes docs/as.md: every directive and option that GNU as 2.40 has for x86 ELF, and where ours differs. The lists come from
// the code (directives/index.ts, commands/shared/as-options.ts); what gas has stands below, and where `as` is installed it is
// asked whether the list is right. Usage: node scripts/as-docs.mjs [--check]
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';

const root = path.dirname(import.meta.dirname);

/** What gas 2.40 calls a pseudo-op when it is made for x86 ELF. */
const gasDirectives = `
  ..mri .2byte .4byte .8byte .abort .align .allow_index_reg .altmacro .arch .ascii .asciz .att_mnemonic .att_syntax
  .attach_to_group .balign .balignl .balignw .bfloat16 .bss .bundle_align_mode .bundle_lock .bundle_unlock .byte
  .cfi_adjust_cfa_offset .cfi_def_cfa .cfi_def_cfa_offset .cfi_def_cfa_register .cfi_endproc .cfi_escape .cfi_fde_data
  .cfi_inline_lsda .cfi_label .cfi_lsda .cfi_negate_ra_state .cfi_offset .cfi_personality .cfi_personality_id
  .cfi_register .cfi_rel_offset .cfi_remember_state .cfi_restore .cfi_restore_state .cfi_return_column .cfi_same_value
  .cfi_sections .cfi_signal_frame .cfi_startproc .cfi_undefined .cfi_val_encoded_addr .cfi_val_offset .cfi_window_save
  .code16 .code16gcc .code32 .code64 .comm .common .common.s .data .dc .dc.a .dc.b .dc.d .dc.l .dc.s .dc.w .dc.x .dcb
  .dcb.b .dcb.d .dcb.l .dcb.s .dcb.w .dcb.x .debug .dfloat .disallow_index_reg .double .ds .ds.b .ds.d .ds.l .ds.p .ds.s
  .ds.w .ds.x .eject .else .elsec .elseif .end .endc .endfunc .endif .endm .endr .equ .equiv .eqv .err .error .exitm
  .extern .fail .ffloat .file .fill .float .format .func .global .globl .gnu_attribute .hfloat .hidden .hword .ident .if
  .ifb .ifc .ifdef .ifeq .ifeqs .ifge .ifgt .ifle .iflt .ifnb .ifnc .ifndef .ifne .ifnes .ifnotdef .incbin .include .int
  .intel_mnemonic .intel_syntax .internal .irep .irepc .irp .irpc .largecomm .lcomm .lflags .line .linefile .linkonce
  .list .llen .loc .loc_mark_labels .local .long .lsym .macro .mexit .mri .name .noaltmacro .noformat .nolist .noopt .nop
  .nopage .nops .octa .offset .operand_check .optim .org .p2align .p2alignl .p2alignw .page .plen .popsection .previous
  .print .protected .psize .purgem .pushsection .quad .reloc .rep .rept .rva .sbttl .sect .sect.s .section .section.s .set
  .short .single .size .skip .sleb128 .slong .space .spc .sse_check .stabd .stabn .stabs .string .string16 .string32
  .string64 .string8 .struct .subsection .symver .text .tfloat .this_gcc_requires_the_gnu_assembler .title .tls_common
  .ttl .type .uleb128 .value .version .vtable_entry .vtable_inherit .warning .weak .weakref .word .xcom .xdef .xref
  .xstabs .zero
`
  .trim()
  .split(/\s+/);

const mri = 'refused unless its argument is 0: MRI mode is the syntax of another assembler';
/** Directives that do not do all that gas's do. */
const directiveNotes = {
  '.mri': mri,
  '..mri': mri,
};

/** Options that do not do all that gas's do; by the name in our table. */
const optionNotes = {
  '--compress-debug-sections':
    'the same sections; the streams in them inflate to the same, but need not be the same bytes; `zstd` is refused',
  '--mri': 'refused: MRI mode is the syntax of another assembler',
  '-M': 'refused: MRI mode is the syntax of another assembler',
  '--emulation': 'refused, as by the gas of Linux distributions',
  '--help': 'our own text',
  '--target-help': 'our own text',
  '--version': 'our own text',
  '--dump-config': 'our own text',
  '--statistics': 'our own text',
  '--profile': 'ours alone',
  '-D': 'accepted and ignored; gas says how it aligns branches',
  '-f': 'accepted and ignored: sources are read the same way with and without it',
};

const entry = `
export { directiveNames, findDirective } from './src/asm/directives/index.js';
export { longOptions, machineOptions, shortOptions } from './src/commands/shared/as-options.js';
`;
const bundled = await build({
  stdin: { contents: entry, resolveDir: root },
  bundle: true,
  write: false,
  platform: 'node',
  format: 'cjs',
  loader: { '.bin': 'binary' },
});
const module = { exports: {} };
new Function('module', 'exports', 'require', bundled.outputFiles[0].text)(module, module.exports, createRequire(import.meta.url));
const { directiveNames, findDirective, longOptions, machineOptions, shortOptions } = module.exports;

const ours = directiveNames().filter((name) => findDirective(name) !== undefined);
const all = [...new Set([...gasDirectives, ...ours])].sort();
const missing = gasDirectives.filter((name) => findDirective(name) === undefined);
const extra = ours.filter((name) => !gasDirectives.includes(name));
if (missing.length > 0) throw new Error(`directives that gas has and we have not: ${missing.join(' ')}`);
const checking = process.argv.includes('--check');
if (!checking) checkWithGas();

/** Each name of ours must be one of gas's, by what gas itself says of it. */
function checkWithGas() {
  const version = spawnSync('as', ['--version'], { encoding: 'utf8' }).stdout ?? '';
  if (!/\b2\.40/.test(version)) return;
  const output = path.join(mkdtempSync(path.join(tmpdir(), 'tskvm-as-docs-')), 'out.o');
  for (const name of all) {
    const { stderr } = spawnSync('as', ['-o', output, '-'], { input: `${name}\n`, encoding: 'utf8' });
    if (stderr.includes('unknown pseudo-op')) throw new Error(`gas has no ${name}`);
  }
}

const spelled = ({ name, argument, placeholder }, dash, separator) =>
  `${dash}${name}${argument === undefined ? '' : argument === 'optional' ? `[${separator}${placeholder ?? 'ARG'}]` : `${separator}${placeholder ?? 'ARG'}`}`;
const cell = (text) => text.replaceAll('|', '\\|');
function optionRows(list, dash, separator) {
  return list.map((option) => {
    const name = option.letter ?? option.name;
    const key = dash + name;
    const what = option.help ?? '';
    const shown = spelled({ ...option, name }, dash, separator);
    return `| \`${cell(shown)}\` | ${cell(what)} | ${cell(optionNotes[key] ?? 'same')} |`;
  });
}
const isShort = ({ name }) => /^(32|64|x32)$/.test(name) === false && /^(a|al|ac|ad)$/.test(name);
const longRows = optionRows(
  longOptions.filter((option) => !isShort(option)),
  '--',
  '=',
);
const text = `<!-- written by scripts/as-docs.mjs -->

# tskvm as

A drop-in for GNU as 2.40 on x86 ELF: the same sections, relocations, symbols and messages. This page lists every directive
and option of gas, with "same" or with what is different and why. What is not supported is refused by name, never ignored.
Instructions: [isa.md](isa.md).

## Limits

Sources that no machine should try to assemble end in an error that says so: more than 256 MiB in the sections with contents,
a repetition of more than 256 MiB of text, a macro call that leads to more than a million others, repetitions nested 1,000 deep, expressions nested deeper than 400 parentheses, of
more than 2,000 operators or 512 KiB, alignments of sections with contents over 2**28, 10,000 errors. gas itself runs until
memory is used up.

## Directives

${all.length} names${extra.length > 0 ? '' : ', all those of gas'}. They do what gas's do, except:

| directive | difference |
|---|---|
${Object.entries(directiveNotes)
  .map(([name, note]) => `| \`${name}\` | ${note} |`)
  .join('\n')}

${columns(all)}

## Options

| option | what it does | compared with gas |
|---|---|---|
${longRows.join('\n')}
${optionRows(shortOptions, '-', ' ').join('\n')}

### Of x86

| option | what it does | compared with gas |
|---|---|---|
${optionRows(machineOptions, '-', '=')
  .map((row) => row.replace('`-divide', '`--divide'))
  .join('\n')}

\`@FILE\` stands for the words in FILE, as with gas.
`;

/** The names as a table of six columns. */
function columns(names) {
  const rows = [];
  for (let i = 0; i < names.length; i += 6) {
    const row = names.slice(i, i + 6).map((name) => `\`${name}\`${directiveNotes[name] ? '' : ' same'}`);
    while (row.length < 6) row.push('');
    rows.push(`| ${row.join(' | ')} |`);
  }
  return `| | | | | | |\n|---|---|---|---|---|---|\n${rows.join('\n')}`;
}

const file = path.join(root, 'docs/as.md');
if (!checking) writeFileSync(file, text);
else if (readFileSync(file, 'utf8') !== text) {
  console.error('docs/as.md is out of date: run node scripts/as-docs.mjs');
  process.exit(1);
}
