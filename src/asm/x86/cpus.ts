/**
 * CPUs and extensions as GNU as 2.40 names them (gas manual, node i386-Arch): data only.
 * A CPU's text is the CPU that it grew from, if any, and what it has more.
 */

// prettier-ignore
export const cpus: Readonly<Record<string, string>> = {
  i8086: '',
  i186: 'i8086 186',
  i286: 'i186 286',
  i386: 'i286 386',
  i486: 'i386 486',
  i586: 'i486 586 fp 387',
  pentium: 'i586',
  i686: 'i586 686 687 cmov fxsr',
  pentiumpro: 'i686 nop',
  pentiumii: 'pentiumpro mmx',
  pentiumiii: 'pentiumii sse',
  pentium4: 'pentiumiii clflush sse2',
  prescott: 'pentium4 cx16 sse3 fisttp',
  nocona: 'prescott syscall 64',
  yonah: 'prescott',
  core: 'prescott',
  merom: 'nocona ssse3',
  core2: 'merom',
  corei7: 'merom popcnt rdtscp sse4.1 sse4.2',
  iamcu: 'i586',
  k6: 'i586 mmx syscall',
  k6_2: 'k6 3dnow prfchw',
  athlon: 'k6_2 3dnowa 686 687 nop',
  sledgehammer: 'athlon fxsr rdtscp sse sse2 64',
  opteron: 'sledgehammer',
  k8: 'sledgehammer',
  amdfam10: 'sledgehammer fisttp lzcnt popcnt sse3 sse4a',
  bdver1: 'corei7 aes avx fma4 lwp lzcnt pclmul prfchw sse4a svme xop xsave',
  bdver2: 'bdver1 bmi f16c fma tbm',
  bdver3: 'bdver2 fsgsbase xsaveopt',
  bdver4: 'bdver3 avx2 bmi2 movbe mwaitx rdrnd',
  znver1: 'corei7 adx aes avx avx2 bmi bmi2 clflushopt clzero f16c fma fsgsbase lzcnt movbe mwaitx pclmul prfchw rdrnd rdseed sha smap sse4a svme xsave xsavec xsaveopt xsaves',
  znver2: 'znver1 clwb mcommit rdpid rdpru wbnoinvd',
  znver3: 'znver2 invlpgb invpcid ospke sev_es snp tlbsync vaes vpclmulqdq',
  znver4: 'znver3 avx512_bf16 avx512_bitalg avx512_vbmi2 avx512_vnni avx512_vpopcntdq avx512bw avx512cd avx512dq avx512f avx512ifma avx512vbmi avx512vl gfni rmpquery',
  btver1: 'merom lzcnt popcnt prfchw rdtscp sse4a svme',
  btver2: 'btver1 aes avx bmi f16c movbe pclmul sse4.1 sse4.2 xsave xsaveopt',
  generic32: 'i386',
  generic64: 'pentium4 syscall 64',
};

/** What an extension needs: enabling it enables those, disabling one of those disables it. */
// prettier-ignore
export const needs: Readonly<Record<string, string>> = {
  8087: 'fp', 287: 'fp', 387: 'fp', 687: '387',
  cmov: '', fxsr: '', mmx: '', sse: 'fxsr', sse2: 'sse', sse3: 'sse2', sse4a: 'sse3', ssse3: 'sse3', 'sse4.1': 'ssse3', 'sse4.2': 'sse4.1',
  avx: 'xsave', avx2: 'avx', avx512f: 'avx2', avx512cd: 'avx512f', avx512er: 'avx512f', avx512pf: 'avx512f', avx512dq: 'avx512f',
  avx512bw: 'avx512f', avx512vl: 'avx512f', vmx: '', vmfunc: 'vmx', smx: '', xsave: '', xsaveopt: 'xsave', xsavec: 'xsave', xsaves: 'xsavec',
  aes: 'sse2', pclmul: 'sse2', fsgsbase: '', rdrnd: '', f16c: 'avx', bmi2: '', fma: 'avx', fma4: 'avx', xop: 'fma4', lwp: 'xsave',
  movbe: '', cx16: '', ept: 'vmx', lzcnt: '', popcnt: '', hle: '', rtm: '', invpcid: '', clflush: '', nop: '', syscall: '', rdtscp: '',
  '3dnow': 'mmx', '3dnowa': '3dnow', padlock: '', svme: '', bmi: '', tbm: '', adx: '', rdseed: '', prfchw: '', smap: '', mpx: 'xsave',
  sha: 'sse2', clflushopt: '', prefetchwt1: '', se1: '', clwb: '', avx512ifma: 'avx512f', avx512vbmi: 'avx512bw', avx512_4fmaps: 'avx512f',
  avx512_4vnniw: 'avx512f', avx512_vpopcntdq: 'avx512f', avx512_vbmi2: 'avx512bw', avx512_vnni: 'avx512f', avx512_bitalg: 'avx512bw',
  avx_vnni: 'avx2', clzero: '', mwaitx: '', ospke: 'xsave', rdpid: '', ptwrite: '', ibt: '', shstk: '', gfni: 'sse2', vaes: 'avx2',
  vpclmulqdq: 'avx2', wbnoinvd: '', pconfig: '', waitpkg: '', cldemote: '', amx_tile: 'xsave', amx_int8: 'amx_tile', amx_bf16: 'amx_tile',
  amx_fp16: 'amx_tile', movdiri: '', movdir64b: '', avx512_bf16: 'avx512bw', avx512_vp2intersect: 'avx512f', tdx: '', enqcmd: '',
  serialize: '', rdpru: '', mcommit: '', sev_es: 'svme', tsxldtrk: 'rtm', kl: 'sse2', widekl: 'kl', uintr: '', hreset: '',
  avx512_fp16: 'avx512bw', prefetchi: '', avx_ifma: 'avx2', avx_vnni_int8: 'avx2', cmpccxadd: '', wrmsrns: '', msrlist: '',
  avx_ne_convert: 'avx2', rao_int: '', rmpquery: 'snp', snp: 'sev_es',
  // Without a name of their own: CPUs have them.
  186: '', 286: '', 386: '', 486: '', 586: '', 686: '', 64: '', fp: '', fisttp: '687', invlpgb: '', tlbsync: '',
};

/** Enabled along with an extension, but it survives without them. */
export const alongWith: Readonly<Record<string, string>> = {
  'sse4.2': 'popcnt',
  avx: 'sse4.2',
  xop: 'sse4a',
  '3dnow': 'prfchw',
};

/** Switched off along with another, though it does not need it. */
export const fallsWith: Readonly<Record<string, string>> = { 8087: 'fp', 287: '387' };

/** Names that stand for others; `87` and `tsx`-like ones only in one direction. */
export const groups: Readonly<Record<string, string>> = {
  sse4: 'sse4.1 sse4.2',
  clmul: 'pclmul',
  pacifica: 'svme',
  abm: 'popcnt lzcnt',
  tsx: 'rtm hle',
};

/** Features that no extension name stands for. */
export const unnamed: ReadonlySet<string> = new Set([
  '186',
  '286',
  '386',
  '486',
  '586',
  '686',
  '64',
  'fp',
  'fisttp',
  'snp',
  'invlpgb',
  'tlbsync',
]);
