/** int 17h: no printer is there; every function answers "time-out". */
import type { Service } from './service.js';

export const printer: Service = (r) => {
  if (r.ah > 2) return 'unknown';
  r.ah = 1;
  return undefined;
};
