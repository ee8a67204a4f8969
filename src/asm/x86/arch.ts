/** CPUs and extensions in force: what -march, -mtune and .arch set, and what rows and registers ask (gas manual, node i386-Arch). */
import { alongWith, cpus, fallsWith, groups, needs, unnamed } from './cpus.js';
import type { ArchState, CodeState } from './types.js';

/** No -march: everything is allowed, and only nops are chosen as for the oldest CPU of the mode. */
export function defaultArch(bits: 16 | 32 | 64): ArchState {
  return { features: new Set(['*']), cpu: '', extensions: '', tune: '', jumps: true, nop: bits === 64 };
}

/** Whether the CPU and extensions in force have a feature, or one of those that `/` separates. */
export function hasFeature(state: CodeState, feature: string): boolean {
  const { features } = state.arch;
  if (features.has('*') || features.has(feature)) return true;
  return feature.includes('/') && feature.split('/').some((one) => features.has(one));
}

/** Features of a CPU by its name, or undefined. */
function cpuFeatures(name: string): Set<string> | undefined {
  const text = Object.hasOwn(cpus, name) ? cpus[name] : undefined;
  if (text === undefined) return undefined;
  const result = new Set<string>();
  for (const word of text.split(' ')) {
    const inherited = cpuFeatures(word);
    if (inherited !== undefined) for (const feature of inherited) result.add(feature);
    else if (word !== '') result.add(word);
  }
  return result;
}

function enable(features: Set<string>, name: string): void {
  features.add(name);
  for (const text of [needs[name], alongWith[name]]) {
    if (text === undefined || text === '') continue;
    for (const other of text.split(' ')) if (!features.has(other)) enable(features, other);
  }
}

function disable(features: Set<string>, name: string): void {
  features.delete(name);
  if (Object.hasOwn(fallsWith, name)) disable(features, fallsWith[name]);
  for (const other in needs) if (features.has(other) && needs[other].split(' ').includes(name)) disable(features, other);
}

/** The extensions that a name stands for, and whether it switches them off; null: no such name. */
function extension(name: string): { names: readonly string[]; on: boolean } | null {
  const known = (word: string): readonly string[] | null =>
    Object.hasOwn(groups, word) ? groups[word].split(' ') : Object.hasOwn(needs, word) && !unnamed.has(word) ? [word] : null;
  const on = known(name);
  if (on !== null) return { names: on, on: true };
  if (!name.startsWith('no')) return null;
  if (name === 'no87') return { names: ['8087'], on: false };
  const off = known(name.slice(2));
  if (off === null) return null;
  // Lock elision's instructions stay when transactions go by their common name.
  return { names: name === 'notsx' ? ['hle'] : off, on: false };
}

/** `arch` with one extension more or less (`avx512f`, `nosse2`); null: no such extension. */
export function withExtension(arch: ArchState, name: string): ArchState | null {
  const found = extension(name);
  if (found === null) return null;
  const features = new Set(arch.features);
  if (features.delete('*')) for (const feature in needs) features.add(feature);
  for (const one of found.names) {
    if (found.on) enable(features, one);
    else disable(features, one);
  }
  if (name === 'notsx') features.delete('rtm');
  const nop = found.names.includes('nop') ? found.on : arch.nop;
  return { ...arch, features, nop, extensions: `${arch.extensions}.${name}` };
}

/** `arch` with another CPU; null: no such CPU. */
export function withCpu(arch: ArchState, name: string): ArchState | null {
  const features = cpuFeatures(name);
  if (features === undefined) return null;
  return { ...arch, features, cpu: name, extensions: '', tune: arch.tuned === true ? arch.tune : name, nop: features.has('nop') };
}

/** -march=CPU+EXT…; null: invalid. */
export function parseMarch(text: string, bits: 16 | 32 | 64): ArchState | null {
  const [cpu, ...extensions] = text.split('+');
  let arch: ArchState | null = defaultArch(bits);
  if (cpu !== '') arch = /^i(8086|186|286)$/.test(cpu) ? null : withCpu(arch, cpu);
  for (const name of extensions) if (arch !== null) arch = withExtension(arch, name);
  return arch;
}

/** -mtune=CPU; null: invalid. */
export function withTune(arch: ArchState, name: string): ArchState | null {
  return Object.hasOwn(cpus, name) ? { ...arch, tune: name, tuned: true } : null;
}

/** `x86_64.nosse`: the CPU and extensions in force, for messages. */
export function archName(state: CodeState): string {
  const { cpu, extensions } = state.arch;
  return (cpu !== '' ? cpu : state.abi === '32' ? 'i386' : state.abi === 'x32' ? 'x86_64:32' : 'x86_64') + extensions;
}
