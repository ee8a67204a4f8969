/** The fuzz targets, and one case of one of them. */
import { asm } from './asm.js';
import { biosTarget } from './bios.js';
import { cpp } from './cpp.js';
import { deviceTarget } from './devices.js';
import { guests } from './guests.js';
import { linker } from './link.js';
import { objcopyTarget } from './objcopy.js';
import { ports } from './ports.js';
import { thrown, type Target } from './target.js';

export { Random } from '../random.js';
export { kindOf } from './target.js';
export type { Target } from './target.js';

export const targets: readonly Target[] = [asm, cpp, linker, objcopyTarget, deviceTarget, biosTarget, guests, ports];

/** null, or the finding; an exception is one. */
export async function checkCase(target: Target, input: Uint8Array): Promise<string | null> {
  try {
    return await target.check(input);
  } catch (error) {
    return thrown(error);
  }
}
