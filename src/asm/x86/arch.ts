/** CPUs and extensions: what -march, -mtune and .arch name (gas manual, node i386-Arch). */
import type { ArchState, CodeState } from './types.js';

/** The state of no -march: everything is allowed. */
export function defaultArch(): ArchState {
  return { features: new Set(['*']), cpu: 'unknown', tune: 'unknown', jumps: true };
}

/** Whether the CPU and extensions in force have a feature. */
export function hasFeature(state: CodeState, feature: string): boolean {
  const { features } = state.arch;
  if (features.has('*') || features.has(feature)) return true;
  return feature.includes('/') && feature.split('/').some((one) => features.has(one));
}
