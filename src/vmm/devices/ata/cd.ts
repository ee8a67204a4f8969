/** An ATAPI CD-ROM drive: packet commands in PIO mode (ATA/ATAPI-6, 8.23; SFF-8020i and MMC-3 for the packets). */
import { CD_SECTOR } from '../../disks/medium.js';
import type { Medium } from '../../disks/medium.js';
import { ABRT, DRDY, DSC, Unit, identifyBytes, identifyText } from './unit.js';
import type { UnitState } from './unit.js';

/** Interrupt reason, in the count register. */
const CD = 1;
const IO = 2;
const PACKET = 12;
/** Sense keys with their additional codes. */
const NO_SENSE = [0, 0] as const;
const NO_MEDIUM = [2, 0x3a] as const;
const BAD_OPERATION = [5, 0x20] as const;
const BAD_ADDRESS = [5, 0x21] as const;
const BAD_FIELD = [5, 0x24] as const;
type Sense = readonly [key: number, code: number];

/** Bytes of a READ that are at hand at once: the rest is read when the host has taken them. */
const STAGE = 32 * CD_SECTOR;

interface CdState {
  sense: Sense;
  /** The byte-count limit of the packet command. */
  limit: number;
  /** Data for the host that is left over from the last block. */
  data: Uint8Array;
  /** Sectors still to be read behind it. */
  lba: number;
  left: number;
  /** What the block is: a packet from the host, data for it. */
  what: 'packet' | 'data' | 'identify';
  ejected: boolean;
}

const cdPowerOn = (): CdState => ({
  sense: NO_SENSE,
  limit: 0xfffe,
  data: new Uint8Array(),
  lba: 0,
  left: 0,
  what: 'identify',
  ejected: false,
});

export class AtapiCd extends Unit {
  protected readonly signature = [0x14, 0xeb] as const;
  private cd = cdPowerOn();

  constructor(private readonly medium: Medium) {
    super();
  }

  override reset(): void {
    super.reset();
    this.cd = { ...cdPowerOn(), ejected: this.cd.ejected };
  }

  protected execute(command: number): void {
    const { state, cd } = this;
    switch (command) {
      case 0x08:
        this.reset();
        return;
      case 0xa0:
        // DMA is not there; overlap neither.
        if ((state.features & 3) !== 0) return this.fail(ABRT);
        cd.limit = (state.mid & 0xff) | ((state.high & 0xff) << 8);
        cd.what = 'packet';
        this.take(PACKET, false);
        state.count = CD;
        return;
      case 0xa1:
        cd.what = 'identify';
        return this.give(identify());
      case 0xef:
        return (state.features & 0xff) === 3 && (state.count & 0xff) < 0x10 ? this.done() : this.fail(ABRT);
      case 0xe0:
      case 0xe1:
      case 0xe6:
        return this.done();
      case 0xe5:
        state.count = 0xff;
        return this.done();
      default:
        // IDENTIFY DEVICE and READ SECTORS answer with the signature, by which hosts know a packet device.
        if (command === 0xec || command === 0x20) [state.count, state.low, state.mid, state.high] = [1, 1, 0x14, 0xeb];
        return this.fail(ABRT);
    }
  }

  protected blockDone(): void {
    const { state, cd } = this;
    if (cd.what === 'packet') this.packet(state.block);
    else if (cd.what === 'data') this.nextData();
    else state.status = DRDY | DSC;
  }

  /** Ends a packet command well: status phase. */
  private finish(): void {
    this.cd.sense = NO_SENSE;
    this.state.count = IO | CD;
    this.done();
  }

  /** CHECK CONDITION. */
  private refuse(sense: Sense): void {
    this.cd.sense = sense;
    this.state.count = IO | CD;
    this.fail((sense[0] << 4) | ABRT);
  }

  /** Data for the host, at most as much as it has room for. */
  private answer(data: Uint8Array, room = data.length): void {
    const { cd } = this;
    cd.sense = NO_SENSE;
    cd.data = data.subarray(0, Math.min(room, data.length));
    cd.left = 0;
    if (cd.data.length === 0) this.finish();
    else this.startData();
  }

  private startData(): void {
    // A limit of 0 has no meaning, and an odd one none but for the last block.
    if (this.cd.limit === 0) this.refuse(BAD_FIELD);
    else this.nextData();
  }

  private nextData(): void {
    const { cd, medium, state } = this;
    if (cd.data.length === 0 && cd.left > 0) {
      const sectors = Math.min(cd.left, STAGE / CD_SECTOR);
      cd.data = new Uint8Array(sectors * CD_SECTOR);
      medium.read(cd.lba, cd.data);
      cd.lba += sectors;
      cd.left -= sectors;
    }
    if (cd.data.length === 0) return this.finish();
    const limit = cd.limit === 1 ? 1 : cd.limit & 0xfffe;
    const block = cd.data.slice(0, limit);
    cd.data = cd.data.subarray(block.length);
    cd.what = 'data';
    state.mid = block.length & 0xff;
    state.high = block.length >> 8;
    this.give(block);
    state.count = IO;
  }

  private packet(packet: Uint8Array): void {
    const { cd } = this;
    const view = new DataView(packet.buffer, packet.byteOffset, PACKET);
    const needsMedium = [0x00, 0x25, 0x28, 0xa8, 0x2b, 0x43, 0x42, 0x51, 0xbe].includes(packet[0]);
    if (needsMedium && cd.ejected) return this.refuse(NO_MEDIUM);
    switch (packet[0]) {
      case 0x00: // TEST UNIT READY
      case 0x1e: // PREVENT/ALLOW MEDIUM REMOVAL
      case 0xbb: // SET CD SPEED
        return this.finish();
      case 0x03: {
        // REQUEST SENSE
        const [key, code] = cd.sense;
        return this.answer(Uint8Array.of(0x70, 0, key, 0, 0, 0, 0, 10, 0, 0, 0, 0, code, 0, 0, 0, 0, 0), packet[4]);
      }
      case 0x12: // INQUIRY
        if ((packet[1] & 1) !== 0) return this.refuse(BAD_FIELD);
        return this.answer(inquiry(), packet[4]);
      case 0x1b: // START STOP UNIT
        if ((packet[4] & 2) !== 0) cd.ejected = (packet[4] & 1) === 0;
        return this.finish();
      case 0x25: {
        // READ CAPACITY: last sector, size of sectors
        const answer = new DataView(new ArrayBuffer(8));
        answer.setUint32(0, this.medium.sectors - 1);
        answer.setUint32(4, CD_SECTOR);
        return this.answer(new Uint8Array(answer.buffer));
      }
      case 0x28: // READ(10)
        return this.read(view.getUint32(2), view.getUint16(7));
      case 0xa8: // READ(12)
        return this.read(view.getUint32(2), view.getUint32(6));
      case 0xbe: // READ CD, user data of mode 1 sectors
        if ((packet[9] & 0xf8) !== 0x10) return packet[9] === 0 ? this.finish() : this.refuse(BAD_FIELD);
        return this.read(view.getUint32(2), view.getUint32(5) & 0xff_ffff);
      case 0x2b: // SEEK(10)
        return view.getUint32(2) < this.medium.sectors ? this.finish() : this.refuse(BAD_ADDRESS);
      case 0x43: // READ TOC
        return this.tableOfContents(packet, view.getUint16(7));
      case 0x46: // GET CONFIGURATION: profile CD-ROM
        return this.answer(Uint8Array.of(0, 0, 0, 4, 0, 0, 0, 8), view.getUint16(7));
      case 0x4a: // GET EVENT STATUS NOTIFICATION, polled: nothing new about the medium
        if ((packet[1] & 1) === 0) return this.refuse(BAD_FIELD);
        return this.answer(Uint8Array.of(0, 6, 4, 0x10, 0, cd.ejected ? 0 : 2, 0, 0), view.getUint16(7));
      case 0x51: {
        // READ DISC INFORMATION: one complete session with one track
        const answer = new Uint8Array(34);
        answer.set([0, 32, 0x0e, 1, 1, 1, 1, 0x20]);
        return this.answer(answer, view.getUint16(7));
      }
      case 0x5a: // MODE SENSE(10): the page of capabilities
        if ((packet[2] & 0x3f) !== 0x2a && (packet[2] & 0x3f) !== 0x3f) return this.refuse(BAD_FIELD);
        return this.answer(capabilities(cd.ejected), view.getUint16(7));
      default:
        return this.refuse(BAD_OPERATION);
    }
  }

  private read(lba: number, count: number): void {
    const { cd, medium } = this;
    if (lba + count > medium.sectors) return this.refuse(BAD_ADDRESS);
    if (count === 0) return this.finish();
    Object.assign(cd, { sense: NO_SENSE, data: new Uint8Array(), lba, left: count });
    return this.startData();
  }

  /** READ TOC: format 0 lists track 1 and the lead-out, format 1 the session. */
  private tableOfContents(packet: Uint8Array, room: number): void {
    const msf = (packet[1] & 2) !== 0;
    const format = packet[2] & 15 || packet[9] >> 6;
    const place = (lba: number): number[] => {
      const frames = lba + 150;
      if (msf) return [0, Math.floor(frames / 4500) & 0xff, Math.floor(frames / 75) % 60, frames % 75];
      return [lba >>> 24, (lba >>> 16) & 0xff, (lba >>> 8) & 0xff, lba & 0xff];
    };
    if (format === 1) return this.answer(Uint8Array.of(0, 10, 1, 1, 0, 0x14, 1, 0, ...place(0)), room);
    const first = packet[6];
    if (format !== 0 || (first > 1 && first !== 0xaa)) return this.refuse(BAD_FIELD);
    const tracks = [0, 0x16, 0xaa, 0, ...place(this.medium.sectors)];
    if (first <= 1) tracks.unshift(0, 0x14, 1, 0, ...place(0));
    return this.answer(Uint8Array.of(0, tracks.length + 2, 1, 1, ...tracks), room);
  }

  override save(): unknown {
    return structuredClone({ state: this.state, cd: this.cd });
  }

  override restore(saved: unknown): void {
    const given = structuredClone(saved as { state: UnitState; cd: CdState });
    this.state = given.state;
    this.cd = given.cd;
  }
}

const ascii = (text: string, length: number): number[] => [...text.padEnd(length, ' ')].map((c) => c.charCodeAt(0));

/** Standard inquiry data: a removable CD-ROM device, ATAPI. */
const inquiry = (): Uint8Array =>
  Uint8Array.of(5, 0x80, 0, 0x21, 31, 0, 0, 0, ...ascii('TSKVM', 8), ...ascii('CD-ROM', 16), ...ascii('1.0', 4));

function capabilities(ejected: boolean): Uint8Array {
  const page = new Uint8Array(28);
  // Reads CD-R, mode 2 forms; lock, eject, tray loader; 706 KB/s.
  page.set([0, 26, ejected ? 0x71 : 0x01, 0, 0, 0, 0, 0, 0x2a, 18, 0x03, 0, 0x70, 0x60, 0x29, 0, 0x02, 0xc2, 0, 2, 2, 0, 0x02, 0xc2]);
  return page;
}

/** IDENTIFY PACKET DEVICE (ATA-6, 8.16): CD-ROM, removable, 12-byte packets, DRQ within 50 µs. */
function identify(): Uint8Array {
  const words = new Uint16Array(256);
  words[0] = 0x85c0;
  identifyText(words, 10, 10, 'TSCD0001');
  identifyText(words, 23, 4, '1.0');
  identifyText(words, 27, 20, 'TSKVM CD-ROM');
  words[49] = 0x0a00;
  words[50] = 0x4000;
  words[51] = 0x0200;
  words[53] = 0x0002;
  words[64] = 0x0003;
  words.fill(120, 65, 69);
  words[80] = 0x0078;
  words[82] = 0x0210;
  words[83] = 0x4000;
  words[84] = 0x4000;
  words[85] = 0x0210;
  words[87] = 0x4000;
  return identifyBytes(words);
}
