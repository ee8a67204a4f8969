/** Chooses an engine. Each is loaded only when it is used. */
import { TskvmError } from '../../diagnostics.js';
import type { LazyRequire } from '../../lazy.js';
import type { Engine, EngineFeature, EngineOptions } from '../engine.js';
import { KvmError } from '../kvm/error.js';
import { KvmEngine } from './kvm.js';

declare const require: LazyRequire;

export const engineChoices = ['auto', 'kvm', 'soft'] as const;
export type EngineChoice = (typeof engineChoices)[number];

/**
 * @param needs features that the machine's options ask for: what an engine lacks is refused by name
 * @throws KvmError for kvm, TskvmError for a missing feature
 */
export function createEngine(
  choice: EngineChoice,
  options: EngineOptions,
  needs: readonly EngineFeature[],
  warn: (text: string) => void,
): Engine {
  if (choice !== 'soft') {
    try {
      const engine = KvmEngine.create(options);
      const missing = needs.find((feature) => !engine.has(feature));
      if (missing === undefined) return engine;
      engine.close();
      const lack = `this machine's KVM lacks what ${featureNames[missing]} needs`;
      const soft = needs.every((feature) => softFeatures.has(feature));
      if (choice === 'kvm' || !soft) throw new TskvmError(lack, 2, soft ? ['Use --engine soft: it has it.'] : []);
      warn(`${lack}: using the soft engine`);
    } catch (error) {
      // KVM works, but not with this much memory: no other engine has more.
      if (choice === 'kvm' || !(error instanceof KvmError) || error.purpose === 'memory') throw error;
      const refused = needs.find((feature) => !softFeatures.has(feature));
      if (refused !== undefined)
        throw new TskvmError(
          `${featureNames[refused]} needs the kvm engine, and KVM does not work here: ${error.message}`,
          error.status,
          error.notes,
        );
      warn(`KVM does not work here (${error.message}): using the soft engine`);
    }
  }
  const refused = needs.find((feature) => !softFeatures.has(feature));
  if (refused !== undefined)
    throw new TskvmError(`${featureNames[refused]} needs the kvm engine`, 2, [
      'Use --engine kvm (tskvm doctor says what this machine lacks).',
    ]);
  const { createSoftEngine } = require('./soft.js') as typeof import('./soft.js');
  return createSoftEngine(options);
}

const softFeatures: ReadonlySet<EngineFeature> = new Set<EngineFeature>(['paging32']);

// prettier-ignore
const featureNames: Record<EngineFeature, string> = {
  'long-mode': 'long mode', 'paging32': '32-bit paging', 'kernel-irqchip': '--irqchip kernel', 'smp': 'more than one vCPU', 'rom': 'read-only memory',
  'breakpoints': 'breakpoints', 'step': 'single-stepping', 'coalesce': 'coalesced I/O', 'huge-memory': 'more than 4 GiB of memory',
};
