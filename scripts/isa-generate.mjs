// Writes the row tables of the vector and later extensions, src/asm/x86/opcodes/NAME.generated.ts, from the facts in the
// npm package iced-x86 (opcode, map, prefix, W, L, operands, modes, CPUID features of every form) and from what is GNU
// as's own and stands below: feature names, suffixes, order of preference, forms that it has not or encodes otherwise.
// Usage: node scripts/isa-generate.mjs [--check]
import { createRequire } from 'node:module';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const require = createRequire(import.meta.url);
const iced = require('iced-x86');
const directory = path.join(path.dirname(import.meta.dirname), 'src/asm/x86/opcodes');

// iced's CPUID feature → gas's -march extension; null: not an extension of these tables.
const features = {
  MMX: 'mmx',
  SSE: 'sse',
  SSE2: 'sse2',
  SSE3: 'sse3',
  SSSE3: 'ssse3',
  SSE4_1: 'sse4.1',
  SSE4_2: 'sse4.2',
  SSE4A: 'sse4a',
  AES: 'aes',
  PCLMULQDQ: 'pclmul',
  SHA: 'sha',
  GFNI: 'gfni',
  AVX: 'avx',
  AVX2: 'avx2',
  FMA: 'fma',
  F16C: 'f16c',
  VAES: 'vaes',
  VPCLMULQDQ: 'vpclmulqdq',
  AVX512F: 'avx512f',
  AVX512VL: 'avx512vl',
  AVX512CD: 'avx512cd',
  AVX512ER: 'avx512er',
  AVX512PF: 'avx512pf',
  AVX512DQ: 'avx512dq',
  AVX512BW: 'avx512bw',
  AVX512_IFMA: 'avx512ifma',
  AVX512_VBMI: 'avx512vbmi',
  AVX512_VBMI2: 'avx512_vbmi2',
  AVX512_4FMAPS: 'avx512_4fmaps',
  AVX512_4VNNIW: 'avx512_4vnniw',
  AVX512_VPOPCNTDQ: 'avx512_vpopcntdq',
  AVX512_VNNI: 'avx512_vnni',
  AVX512_BITALG: 'avx512_bitalg',
  AVX512_BF16: 'avx512_bf16',
  AVX512_VP2INTERSECT: 'avx512_vp2intersect',
  AVX512_FP16: 'avx512_fp16',
  AVX_VNNI: 'avx_vnni',
  AVX_IFMA: 'avx_ifma',
  AVX_VNNI_INT8: 'avx_vnni_int8',
  AVX_NE_CONVERT: 'avx_ne_convert',
  AMX_TILE: 'amx_tile',
  AMX_INT8: 'amx_int8',
  AMX_BF16: 'amx_bf16',
  AMX_FP16: 'amx_fp16',
  D3NOW: '3dnow',
  D3NOWEXT: '3dnowa',
  XOP: 'xop',
  FMA4: 'fma4',
  TBM: 'tbm',
  LWP: 'lwp',
  BMI1: 'bmi',
  BMI2: 'bmi2',
  ADX: 'adx',
  MPX: 'mpx',
  PADLOCK_PMM: 'padlock',
  PADLOCK_PHE: 'padlock',
  PADLOCK_RNG: 'padlock',
  PADLOCK_ACE: 'padlock',
  AESKLE: 'kl',
  KL: 'kl',
  WIDE_KL: 'widekl',
  RAO_INT: 'rao_int',
  PREFETCHITI: 'prefetchi',
  CMPCCXADD: 'cmpccxadd',
  MSRLIST: 'msrlist',
  WRMSRNS: 'wrmsrns',
  UINTR: 'uintr',
  HRESET: 'hreset',
  TDX: 'tdx',
  SEV_SNP: 'snp',
  SEV_ES: 'sev_es',
  INVLPGB: 'invlpgb',
  RMPQUERY: 'rmpquery',
  ENQCMD: 'enqcmd',
  MOVDIR64B: 'movdir64b',
  MOVDIRI: 'movdiri',
  PTWRITE: 'ptwrite',
  WAITPKG: 'waitpkg',
  CLDEMOTE: 'cldemote',
  SERIALIZE: 'serialize',
  TSXLDTRK: 'tsxldtrk',
  MCOMMIT: 'mcommit',
  CLZERO: 'clzero',
  RDPRU: 'rdpru',
  MONITORX: 'mwaitx',
};

// Which table a mnemonic's rows stand in: the first rule whose pattern matches its first row's features.
const tables = [
  ['amd', /^(3dnow|xop|fma4|tbm|lwp|sse4a)/, '3DNow!, SSE4a, XOP, FMA4, TBM, LWP (AMD64 manual volumes 3 to 6)'],
  ['bmi', /^(bmi|adx)/, 'BMI, BMI2, ADX (SDM volume 2)'],
  ['avx512', /avx512/, 'what only EVEX encodes, and the mask instructions (SDM volume 2)'],
  ['avx', /avx|fma|f16c|vaes|vpclmul/, 'VEX instructions, with the EVEX forms of the same mnemonics (SDM volume 2)'],
  ['sse', /^(mmx|s?sse|aes|pclmul|sha|gfni)/, 'MMX, SSE to SSE4.2, AES, PCLMUL, SHA, GFNI in their legacy encodings (SDM volume 2)'],
  ['extensions', /./, 'AMX, MPX, Key Locker, PadLock and the small extensions since (SDM volume 2, AMD64 manual volume 3)'],
];

// gas encodes the 64-bit register without REX.W (W0), and takes an l or q suffix only on some of these.
const withoutW = /^v?(movmskp[sd]|pmovmskb|pextr[bw]|pinsr[bw]|extractps)$/;
// Register-width suffixes: l on 32-bit rows, q on 64-bit rows.
const widthSuffixed =
  /^(ad[co]x|andn|bextr|bl(c|s).*|bzhi|v?cvtt?s[sdh]2u?si|v?cvtu?si2s[sdh]|movdiri|v?movmskp[sd]|movnti|mulx|pdep|pext|v?pmovmskb|ptwrite|rorx|s[ah][lr]x|t1mskc|tzmsk)$/;
const notSuffixed = /^vcvtt?(s[sd]2usi|sh2u?si)$/;
// An integer source in memory has no size without a suffix; gas's order makes it 32 bits where it does not complain.
const lengthSuffixed = /^(vcvt(u?dq2ph|neps2bf16|t?pd2u?dq|pd2p[sh]|ps2phx|u?qq2p[sh])|vfpclassp[sdh])$/;

// These stand in the hand-kept tables.
const handKept = new Set(
  ['general', 'branch', 'string', 'system', 'x87'].flatMap((name) =>
    readFileSync(path.join(directory, `${name}.ts`), 'utf8')
      .split('\n')
      .map((line) => (line.includes('|') ? line.split(' ')[0] : '')),
  ),
);
// -O2 may exchange the sources for a shorter VEX prefix.
const commutative =
  /^v((and|or|xor)p[sd]|padd(u?s)?[bwdq]|pand|pavg[bw]|pcmpeq[bwd]|pmaddwd|pmaxsw|pmaxub|pminsw|pminub|pmulhu?w|pmullw|pmuludq|por|psadbw|pxor)$/;
// Later extensions whose instructions AMD's older one had too: either is enough.
const alsoAmd = /^(maskmovq|movntq|pavg[bw]|pextrw|pinsrw|pm(ax|in)(sw|ub)|pmovmskb|pmulhuw|prefetch(nta|t[012])|psadbw|pshufw|sfence)$/;

/** One row, as an object: what the columns are made of. */
function rowOf(name, code) {
  const op = iced.CodeExt.opCode(code);
  const instruction = new iced.Instruction();
  instruction.code = code;
  const cpuid = [...instruction.cpuidFeatures()].map((f) => iced.CpuidFeature[f]);
  instruction.free();
  if (!op.isInstruction || cpuid.some((f) => !Object.hasOwn(features, f))) return null;
  const [, written, operandText] = /^(\S+) ?(.*)$/.exec(op.instructionString.toLowerCase());
  const mnemonic = written.replace(/^(v?pcmpestr[im])64$/, '$1');
  if (handKept.has(mnemonic)) return null;
  let operands = operandText === '' ? [] : operandText.split(', ');
  if (op.ignoresRoundingControl) operands = operands.map((o) => o.replace('{er}', ''));
  let encoding = op.opCodeString;
  const flags = [];
  // `11:rrr:bbb` (AMX): ModRM.reg and rm are registers in this order, VEX.vvvv the third.
  encoding = encoding.replace(/!?\(?11\)?:(rrr|[01]{3}):(bbb|[01]{3})/, (_, reg, rm) => {
    if (rm === '000' && mnemonic === 'tilezero') flags.push('reg=0');
    else if (operands.length === 3 && operands[0] === 'tmm1') flags.push('rm=1', 'v=2');
    return reg === 'rrr' ? '/r' : `/${parseInt(reg, 2)}`;
  });
  encoding = encoding.replace(/(\/[0-7]) \/vsib/, '$1').replace('/vsib', '/r');
  const form = iced.EncodingKind[op.encoding];
  const memory = /(?:^|[^a-z])m(\d+)(?!bcst|\d|byte)/.exec(operandText);
  const disp8 = /^N(\d+)/.exec(iced.TupleType[op.tupleType]);
  if (form === 'EVEX' && disp8) {
    const natural = /vm\d/.test(operandText) ? (encoding.includes('.W1') ? 8 : 4) : memory ? Number(memory[1]) / 8 : 0;
    if (natural !== 0 && natural !== Number(disp8[1])) flags.push(`N${disp8[1]}`);
  }
  const in64 = op.mode64;
  const in32 = op.mode16 || op.mode32;
  return { name, mnemonic, operands, encoding, form, in64, in32, cpuid, features: featureText(cpuid), flags };
}

/** Features joined by `+`; gas's spelling, implied ones left out. */
function featureText(cpuid) {
  const list = cpuid.map((f) => features[f]);
  // Foundation last, VL after what it widens: avx512bw+avx512vl.
  const extension = list.filter((f) => f !== 'avx512f' && f !== 'avx512vl');
  const base = list.includes('avx512vl') ? ['avx512vl'] : [];
  if (extension.length === 0 && list.includes('avx512f')) extension.push('avx512f');
  return [...extension, ...base].join('+');
}

// Codes of iced whose form gas 2.40 has under the same mnemonic with another encoding, or has not.
const absent =
  /^(VEX_Vmovq_rm64_xmm_never)$|_(16|32)$|^(Lfence|Mfence|Sfence)_|^Prefetchreserved|_alt(_|$)|^Xsha512|^EVEX_Vmovw_(xmm_r64m16|r64m16_xmm)$|^Vmgexit_F2$/;
const keepAddressSize = /^(Umonitor|Movdir64b|Enqcmds?)_/;

function collect() {
  const rows = [];
  for (const [name, code] of Object.entries(iced.Code)) {
    if (typeof code !== 'number' || absent.test(name)) continue;
    const row = rowOf(name, code);
    if (row !== null) rows.push(...adjust(row));
  }
  return rows;
}

/** What GNU as makes of one of iced's forms: usually one row, sometimes several or none. */
function adjust(row) {
  const { mnemonic, operands } = row;
  // No operands and the address size implied (clzero, monitorx, …): one row without address size.
  if (/\ba(16|32|64) /.test(row.encoding) && !keepAddressSize.test(row.name)) {
    if (!/\ba64 /.test(row.encoding)) return [];
    row.encoding = row.encoding.replace(/\ba64 /, '');
    row.in32 = true;
  }
  // Implied registers need not and cannot be written, except %xmm0, %ecx and the like where gas takes them.
  row.operands = operands.filter((o) => !/^<(edx|eax|xmm\d-\d)>$/.test(o));
  if (row.features === 'padlock') row.flags.push('rep');
  const wide = row.operands.some((o) => /^(r64|r\/m64)/.test(o) || o === 'm64') && /o64|\.W1/.test(row.encoding);
  if (withoutW.test(mnemonic) && row.operands.some((o) => /^r64/.test(o))) {
    row.encoding = row.encoding.replace('o64 ', '').replace('.W1', '.W0');
    row.operands = row.operands.map((o) => o.replace(/^r64\/m\d+/, 'r64'));
    if (/^v?p(ext|ins)rw$/.test(mnemonic)) row.flags.push(/ (C4|C5) /.test(row.encoding) ? 'suf=q' : 'suf=');
  }
  // gas ignores W where the SDM says 0.
  if (withoutW.test(mnemonic) || /^vpblendvb$|^vmovw$/.test(mnemonic)) row.encoding = row.encoding.replace('.W0', '.WIG');
  if (/^v?p(ext|ins)rw$/.test(mnemonic) && row.operands.some((o) => /^r32/.test(o))) {
    const split = row.operands.findIndex((o) => o === 'r32/m16');
    if (/ (C4|C5) /.test(row.encoding) && split >= 0)
      return [
        { ...row, operands: row.operands.with(split, 'r32'), flags: [...row.flags, 'suf=l'] },
        { ...row, operands: row.operands.with(split, 'm16'), flags: [...row.flags] },
      ];
    if (/ C5 /.test(row.encoding)) row.flags.push('suf=l');
  }
  if (widthSuffixed.test(mnemonic) && !notSuffixed.test(mnemonic)) {
    const is64 = row.operands.some((o) => /^(r64|r\/m64)/.test(o));
    row.flags.push(`suf=${is64 ? 'q' : 'l'}`);
  } else if (wide && row.encoding.includes('o64') && !row.flags.some((f) => f.startsWith('suf'))) row.flags.push('suf=');
  if (/^v?(pextr[bw]|extractps)$/.test(mnemonic) && row.operands[0] === 'r64' && !/ C5 /.test(row.encoding))
    row.flags.push('rm=0', 'reg=1');
  // What gas takes for the `ptr` of these: nothing, or what the register holds.
  if (/^(ld|st)tilecfg$|256kl$/.test(mnemonic)) row.flags.push('ptr=0');
  if (/^vfn?m(add|sub)s[sd]$/.test(mnemonic) && /m(32|64)$/.test(operands.at(-1))) row.flags.push('ptr+16');
  if (/^vp?maskmov[psdq]/.test(mnemonic) && isStore(row)) row.flags.push('v=1', 'reg=2');
  if (/^vfc?m(add|ul)c[ps]h$|^tdp/.test(mnemonic)) row.flags.push('distinct');
  if (lengthSuffixed.test(mnemonic)) {
    const source = row.operands.find((o) => /^[xyz]mm2\/m/.test(o));
    const ambiguous = source !== undefined && (row.operands[0].startsWith('xmm') || row.operands[0].startsWith('k'));
    if (ambiguous) row.flags.push(`suf=${source[0]}`);
  }
  if (/^v?pcmpestr[im]$/.test(mnemonic)) {
    // The register operands' width is a suffix, in 64-bit code only.
    if (/o64|\.W1/.test(row.encoding)) row.flags.push('suf=q');
    else
      return [
        { ...row, in32: false, flags: [...row.flags, 'suf=l'] },
        { ...row, in64: false, flags: [...row.flags] },
      ];
  }
  if (alsoAmd.test(mnemonic) && row.features === 'sse') row.features = 'sse/3dnowa';
  if (row.form === 'VEX' && commutative.test(mnemonic)) row.flags.push('comm');
  return [row];
}

// What iced does not list, or not so; a group here replaces what iced gives for its mnemonic.
const replaced = `
# gas's movd takes 64-bit registers too
movd | mm, r/m32 | NP 0F 6E /r | | mmx |
movd | mm, r/m64 | NP o64 0F 6E /r | 64 | mmx | suf=
movd | xmm, r/m32 | 66 0F 6E /r | | sse2 |
movd | xmm, r/m64 | 66 o64 0F 6E /r | 64 | sse2 | suf=
movd | r/m32, mm | NP 0F 7E /r | | mmx |
movd | r/m64, mm | NP o64 0F 7E /r | 64 | mmx | suf=
movd | r/m32, xmm | 66 0F 7E /r | | sse2 |
movd | r/m64, xmm | 66 o64 0F 7E /r | 64 | sse2 | suf=
vmovd | xmm1, r/m32 | VEX.128.66.0F.W0 6E /r | | avx |
vmovd | xmm1, r64 | VEX.128.66.0F.W1 6E /r | 64 | avx |
vmovd | r/m32, xmm1 | VEX.128.66.0F.W0 7E /r | | avx |
vmovd | r64, xmm1 | VEX.128.66.0F.W1 7E /r | 64 | avx | rm=0 reg=1
vmovd | xmm1, r/m32 | EVEX.128.66.0F.W0 6E /r | | avx512f |
vmovd | r/m32, xmm1 | EVEX.128.66.0F.W0 7E /r | | avx512f |
movq | mm, mm/m64 | NP 0F 6F /r | | mmx | swap load
movq | mm/m64, mm | NP 0F 7F /r | | mmx | swap store
movq | xmm1, xmm2/m64 | F3 0F 7E /r | | sse2 | swap load
movq | xmm2/m64, xmm1 | 66 0F D6 /r | | sse2 | swap store
movq | mm, r/m64 | NP o64 0F 6E /r | 64 | mmx | suf=
movq | r/m64, mm | NP o64 0F 7E /r | 64 | mmx | suf=
movq | xmm, r/m64 | 66 o64 0F 6E /r | 64 | sse2 | suf=
movq | r/m64, xmm | 66 o64 0F 7E /r | 64 | sse2 | suf=
vmovq | xmm1, xmm2/m64 | VEX.128.F3.0F.WIG 7E /r | | avx | swap load
vmovq | xmm1/m64, xmm2 | VEX.128.66.0F.WIG D6 /r | | avx | swap store
vmovq | xmm1, r/m64 | VEX.128.66.0F.W1 6E /r | 64 | avx |
vmovq | r/m64, xmm1 | VEX.128.66.0F.W1 7E /r | 64 | avx |
vmovq | xmm1, r/m64 | EVEX.128.66.0F.W1 6E /r | 64 | avx512f |
vmovq | r/m64, xmm1 | EVEX.128.66.0F.W1 7E /r | 64 | avx512f |
vmovq | xmm1, xmm2/m64 | EVEX.128.F3.0F.W1 7E /r | | avx512f | swap load
vmovq | xmm1/m64, xmm2 | EVEX.128.66.0F.W1 D6 /r | | avx512f | swap store
tpause | r32 | 66 0F AE /6 | | waitpkg |
tpause | r32, EDX, EAX | 66 0F AE /6 | | waitpkg | same
umwait | r32 | F2 0F AE /6 | | waitpkg |
umwait | r32, EDX, EAX | F2 0F AE /6 | | waitpkg | same
mwaitx | | NP 0F 01 FB | | mwaitx |
mwaitx | EAX, ECX, EBX | NP 0F 01 FB | | mwaitx | same
mwaitx | RAX, RCX, RBX | NP 0F 01 FB | 64 | mwaitx | same
encodekey128 | r32, r32 | o32 F3 0F 38 FA /r | | kl | suf=
encodekey256 | r32, r32 | o32 F3 0F 38 FB /r | | kl | suf=
loadiwkey | xmm1, xmm2 | F3 0F 38 DC /r | | kl |
xstorerng | | 0F A7 C0 | | padlock | rep
xstore-rng | | 0F A7 C0 | | padlock | rep
xcrypt-ecb | | F3 0F A7 C8 | | padlock | rep
xcrypt-cbc | | F3 0F A7 D0 | | padlock | rep
xcrypt-ctr | | F3 0F A7 D8 | | padlock | rep
xcrypt-cfb | | F3 0F A7 E0 | | padlock | rep
xcrypt-ofb | | F3 0F A7 E8 | | padlock | rep
${implied('clzero', '0F 01 FC', 'clzero', [])}
${implied('monitorx', 'NP 0F 01 FA', 'mwaitx', ['CX', 'DX'])}
${implied('invlpgb', 'NP 0F 01 FE', 'invlpgb', ['CX', 'DX'])}
${implied('pvalidate', 'F2 0F 01 FF', 'snp', ['CX', 'DX'])}
${implied('psmash', 'F3 0F 01 FF', 'snp', [], true)}
${implied('rmpadjust', 'F3 0F 01 FE', 'snp', ['CX', 'DX'], true)}
${implied('rmpquery', 'F3 0F 01 FD', 'rmpquery', ['CX', 'DX'], true)}
${implied('rmpupdate', 'F2 0F 01 FE', 'snp', ['CX'], true)}
`;

// gas's tables are looser here than the processor: these follow the rows of their mnemonic.
const added = `
vcvttps2dq | ymm1, xmm2 | VEX.256.F3.0F.WIG 5B /r | | avx |
vcvttps2dq | xmm1, ymm2 | VEX.256.F3.0F.WIG 5B /r | | avx |
vcvtusi2sd | xmm1, xmm2, r64 | EVEX.LIG.F2.0F.W0 7B /r | 64 | avx512f | suf=l
vcvtusi2sd | xmm1, xmm2, r32 | EVEX.LIG.F2.0F.W1 7B /r | 64 | avx512f | suf=q
`;

// Where the address is in rAX and may be written, its width is the address size; the rest may be written in 32 or 64 bits.
function implied(mnemonic, encoding, feature, others, only64 = false) {
  const rows = [`${mnemonic} | | ${encoding} | ${only64 ? '64' : ''} | ${feature} |`];
  const combinations = (letters) => others.reduce((list, o) => list.flatMap((l) => letters.map((x) => [...l, `${x}${o}`])), [[]]);
  const add = (address, size, modes, letters) => {
    for (const rest of combinations(letters))
      rows.push(`${mnemonic} | ${[address, ...rest].join(', ')} | a${size} ${encoding} | ${modes} | ${feature} | same`);
  };
  add('RAX', 64, '64', ['E', 'R']);
  add('EAX', 32, '64', ['E', 'R']);
  if (!only64) {
    add('EAX', 32, '32', ['E']);
    add('AX', 16, '32', ['E']);
  }
  return rows.join('\n');
}

// Other names of a group, with the same rows.
const conditions = {
  b: ['c', 'nae'],
  nb: ['ae', 'nc'],
  be: ['na'],
  nbe: ['a'],
  z: ['e'],
  nz: ['ne'],
  l: ['nge'],
  nl: ['ge'],
  le: ['ng'],
  nle: ['g'],
  p: ['pe'],
  np: ['po'],
};
const aliases = Object.entries(conditions).flatMap(([name, others]) => others.map((o) => [`cmp${o}xadd`, `cmp${name}xadd`]));

const order = { Legacy: 0, D3NOW: 0, VEX: 1, XOP: 1, EVEX: 2 };
// VEX forms that came after the EVEX ones: only {vex} chooses them.
const lateVex = /avx_vnni$|avx_ifma|avx_ne_convert/;

function rank(row, hasEvex) {
  if (row.form === 'VEX' && hasEvex && lateVex.test(row.features)) return 3;
  return order[row.form] ?? 0;
}

/** Memory or register into the first operand is the direction that gas prefers for registers. */
const isStore = (row) => /\/m\d|^m\d/.test(row.operands[0] ?? '') && !/\/m\d|^m\d/.test(row.operands[1] ?? '') && row.operands.length >= 2;

const opcodeOf = (row) => parseInt(/ ([0-9A-F]{2}) \/r/.exec(row.encoding)?.[1] ?? '0', 16);
const registersOf = (row) => row.operands.map((o) => o.replace(/\d.*$/, '').replace(/ .*|\/.*/, '')).join();

/** Two forms with the same register operands and lengths, of which one is the other's store. */
function isMirror(a, b) {
  if (registersOf(a) !== registersOf(b) || opcodeOf(a) === opcodeOf(b)) return false;
  if (/^v?pextrw$/.test(a.mnemonic)) return a.operands[0].startsWith(b.operands[0].slice(0, 3));
  if (!/mov/.test(a.mnemonic)) return false;
  const registers = (r) => r.operands.every((o) => /^([xyz]?mm|bnd)/.test(o));
  return registers(a) && registers(b) && a.encoding.split(' ')[0] === b.encoding.split(' ')[0];
}

/** gas lists the stores of these first, which its messages show. */
const storeFirst = (mnemonic) => (/^vp?maskmov[psdq]/.test(mnemonic) ? -1 : 1);

function format(row) {
  const modes = row.in64 && row.in32 ? '' : row.in64 ? '64' : '32';
  const columns = [row.mnemonic, row.operands.join(', '), row.encoding, modes, row.features, row.flags.join(' ')];
  return columns.join(' | ').replace(/ +/g, ' ').trimEnd();
}

function generate() {
  const groups = new Map();
  for (const row of collect()) {
    if (!groups.has(row.mnemonic)) groups.set(row.mnemonic, []);
    groups.get(row.mnemonic).push(row);
  }
  const texts = new Map(tables.map(([name]) => [name, new Map()]));
  for (const [mnemonic, rows] of groups) {
    const hasEvex = rows.some((r) => r.form === 'EVEX');
    // Only registers: FMA4 prefers the form whose last operand is in ModRM.rm, XOP's shifts and rotates are each other's mirror.
    if (rows[0].features === 'fma4') rows.sort((a, b) => Number(b.encoding.includes('.W1')) - Number(a.encoding.includes('.W1')));
    if (/^vp(rot|sh[al])[bwdq]$/.test(mnemonic))
      for (const row of rows)
        if (row.operands.every((o) => o.startsWith('xmm'))) row.flags.push('swap', row.encoding.includes('.W1') ? 'store' : 'load');
    rows.sort((a, b) => rank(a, hasEvex) - rank(b, hasEvex) || storeFirst(mnemonic) * (Number(isStore(a)) - Number(isStore(b))));
    for (const row of rows) if (rank(row, hasEvex) === 3) row.flags.push('vex');
    for (const row of rows) {
      // A register form that has its mirror image (mov…): which direction it is, for {load}, {store} and shorter prefixes.
      const mirror = rows.find((r) => r !== row && r.form === row.form && isMirror(r, row));
      if (mirror === undefined) continue;
      const store = /^v?pextrw$/.test(mnemonic) ? / 15 /.test(row.encoding) : opcodeOf(row) > opcodeOf(mirror);
      row.flags.push('swap', store ? 'store' : 'load');
      if (store && row.operands.length === 3 && /^vmovs/.test(mnemonic)) row.flags.push('rm=0', 'v=1', 'reg=2');
    }
    const first = rows[0].features;
    const [table] = tables.find(([, pattern]) => pattern.test(first));
    texts.get(table).set(mnemonic, rows.map(format));
  }
  const own = new Map();
  for (const line of replaced.trim().split('\n')) {
    if (line.startsWith('#')) continue;
    const mnemonic = line.slice(0, line.indexOf(' '));
    if (!own.has(mnemonic)) own.set(mnemonic, []);
    own.get(mnemonic).push(line.replace(/ +/g, ' ').trimEnd());
  }
  for (const [mnemonic, lines] of own) {
    if (handKept.has(mnemonic)) continue;
    const table = [...texts.values()].find((t) => t.has(mnemonic)) ?? texts.get('extensions');
    table.set(mnemonic, lines);
  }
  for (const line of added.trim().split('\n')) {
    const mnemonic = line.slice(0, line.indexOf(' '));
    [...texts.values()]
      .find((t) => t.has(mnemonic))
      .get(mnemonic)
      .push(line);
  }
  for (const [alias, mnemonic] of aliases) {
    const table = [...texts.values()].find((t) => t.has(mnemonic));
    table.set(
      alias,
      table.get(mnemonic).map((line) => alias + line.slice(mnemonic.length)),
    );
  }
  return texts;
}

let differ = 0;
for (const [name, groups] of generate()) {
  const [, , title] = tables.find(([n]) => n === name);
  const lines = [...groups.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, rows]) => rows);
  const text = `// Generated by scripts/isa-generate.mjs from the facts in iced-x86; do not edit.
/** Rows (see ../rows.ts): ${title}. */
// prettier-ignore
export const ${name}Rows = \`
${lines.join('\n')}
\`;
`;
  const file = path.join(directory, `${name}.ts`);
  if (process.argv.includes('--check')) {
    if (readFileSync(file, 'utf8') !== text) {
      console.error(`${file} is not what scripts/isa-generate.mjs makes`);
      differ += 1;
    }
  } else {
    writeFileSync(file, text);
    console.log(`${path.relative('.', file)}: ${lines.length} rows`);
  }
}
process.exitCode = differ > 0 ? 1 : 0;
