/** int 18h and 19h: nothing else to boot; 19h starts the machine again, which ends the run as a reset. */
import type { Service } from './service.js';

export const noBoot: Service = (_r, { context }) => {
  context.warn('int 0x18: the boot sector says that it cannot boot');
  return 'never';
};

export const bootAgain: Service = (_r, { context }) => {
  context.stop({ kind: 'reset' });
  return 'never';
};
