import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { demangle } from '../../src/objcopy/demangle/index.js';

const test = suite('demangle');
const dir = mkdtempSync(path.join(tmpdir(), 'tskvm-demangle-'));
test.after(() => rmSync(dir, { recursive: true }));

const NAMES = `
_Z1fv _Z1fiPKcz _ZN1a1b1cEv _ZNK1a1bIiE1cEv _ZN1aC1ERKS_ _ZN1aD0Ev _ZN1aIiEC2IdEET_ _ZN1acvbEv _ZN1acvT_IiEEv _ZN1aplERKS_ _ZlsRSoRK1a
_ZN12_GLOBAL__N_11xE _ZSt4cout _ZNSs6appendEPKc _ZNSsC1ERKSs _ZNSolsEi _ZTV1a _ZTI1a _ZTS1a _ZTT1a _ZTC1a0_1b _ZGVZ1fvE1x _ZZ1fvE1x_0
_ZZ1fvENKUlvE_clEv _ZZ1fvENKUlT_E_clIiEEDaS_ _ZN1aUt_C1Ev _ZThn8_N1a1fEv _ZTv0_n24_N1a1fEv _ZTch0_h8_N1a1fEv _Z1fPFiPFvcEE _Z1fRA3_KiPA2_A3_i
_Z1fM1aFivEMS_iMS_KFvvE _Z1fIiJcdEEvT_DpT0_ _Z1fIJEEviDpT_ _Z1fIXadL_ZN1a1gEvEEEvv _Z1fILb1ELj5ELin3ELl7ELc65EEvv _Z1fIiEDTplfp_fp0_ET_S0_
_ZN1aB5cxx111bB3xyzEv _Z1fPKVi _Z1fOT_ _Z1gIRiEvOT_ _Z1fDnDiDsDu _Z1fDF16_ _Z1fDv4_f _Z1fu7__int24 _Z1fPDoFvvE _Z1fIN1aIiJEEEEvT_ _Z3foov.cold
_Z3foov.isra.0.constprop.1 _ZNSt6vectorIiSaIiEE9push_backEOi _ZStplIcSt11char_traitsIcESaIcEENSt7__cxx1112basic_stringIT_T0_T1_EERKS8_SA_
_ZSt4moveIRSsEONSt16remove_referenceIT_E4typeEOS2_ _ZN1aILZ1fvEE1gEv _ZNSt8functionIFivEEC4IZ4mainEUlvE_vEEOT_ _Z1fIXsr3std7is_voidIT_EE5valueEvS_
_ZN4core3fmt5write17h0123456789abcdefE _ZN4core3ops8function6FnOnce40call_once$u7b$$u7b$vtable.shim$u7d$$u7d$17hfedcba9876543210E
_Z _ZN _Z1 _Z9f _ZNE _ZS_ _Z1fS9_ _ZN1aS_E _ZN1aE1 _Z1fT_ main _Zfoo _ZN1a1bEv@plt .._Z1fv $_Z1fv
`;

test('names are those of GNU nm -C', () => {
  const names = NAMES.trim().split(/\s+/);
  const object = path.join(dir, 'a.o');
  execFileSync('as', ['-o', object, '-'], { input: names.map((name) => `.globl "${name.replace('@plt', '')}"\n`).join('') });
  const read = (options: string): string[] => execFileSync('nm', [options, object], { encoding: 'latin1' }).split('\n');
  const plain = read('-p');
  const readable = read('-pC');
  let compared = 0;
  plain.forEach((line, i) => {
    const name = line.slice(19);
    if (name === '') return;
    compared += 1;
    assert.is(demangle(name) ?? name, readable[i]?.slice(19), name);
  });
  assert.ok(compared > 70, String(compared));
});

test('names that would grow without end are left alone', () => {
  // Each argument is twice the one before.
  const id = (index: number): string => `S${index.toString(36).toUpperCase()}_`;
  let name = '_Z1f1aI1bE';
  for (let i = 1; i < 40; i++) name += `S_I${id(i)}${id(i)}E`;
  assert.is(demangle(name), null);
  assert.is(demangle(`_Z1f${'P'.repeat(100_000)}i`), null);
  assert.is(demangle(`_ZN${'1a'.repeat(50_000)}E`), null);
});

test.run();
