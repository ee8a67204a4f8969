import { TskvmError } from '../../diagnostics.js';
import type { Engine, EngineOptions } from '../engine.js';

export function createSoftEngine(_options: EngineOptions): Engine {
  throw new TskvmError('the soft engine is being written');
}
