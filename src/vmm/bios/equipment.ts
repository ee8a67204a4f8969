/** int 11h and 12h: what the data area says about equipment and conventional memory. */
import { BDA } from './memory.js';
import type { Service } from './service.js';

export const equipment: Service = (r, { memory }) => {
  r.ax = memory.get16(BDA.equipment);
};

export const memorySize: Service = (r, { memory }) => {
  r.ax = memory.get16(BDA.memory);
};
