/** int 17h: the data area lists no printer port, so that every function is refused. */
import type { Service } from './service.js';

export const printer: Service = (r) => {
  r.carry = true;
  return r.ah > 2 ? 'unknown' : undefined;
};
