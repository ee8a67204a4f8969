/** Accesses that no device claims: what is said about them, and how often. */
import type { Access } from './bus.js';

/** Ports and pages that no device claims are named up to here: a guest that runs wild touches thousands. */
const TOLD = 8;

/** Tells of the first few, and once that there are more. */
export class UnclaimedTeller {
  private told = 0;

  constructor(private readonly warn: (text: string) => void) {}

  tell(access: Access): void {
    this.told += 1;
    if (this.told <= TOLD) this.warn(describeUnclaimed(access));
    else this.warn('further accesses that no device claims are not reported (--log-ports shows every one)');
  }

  reset(): void {
    this.told = 0;
  }
}

/** `0x42 was written (1 byte, 0x7) but no device claims it: dropped`. */
export function describeUnclaimed(access: Access): string {
  const place = `${access.space === 'port' ? 'port' : 'address'} 0x${access.address.toString(16)}`;
  const bytes = `${access.size} byte${access.size === 1 ? '' : 's'}`;
  const who = access.device === null ? 'no device claims it' : `device ${access.device} does not take this size`;
  return access.direction === 'in'
    ? `${place} was read (${bytes}) but ${who}: it reads as all ones`
    : `${place} was written (0x${access.value.toString(16)}, ${bytes}) but ${who}: the write is dropped`;
}
