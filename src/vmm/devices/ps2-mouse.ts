/** A PS/2 mouse behind the keyboard controller: IBM's protocol, with the wheel of the IntelliMouse and its five-button form. */

const ACK = 0xfa;
const RESEND = 0xfe;
const PASSED = 0xaa;
/** Sample rates that, set one after the other, turn the wheel and the further buttons on. */
const WHEEL = [200, 100, 80] as const;
const FIVE_BUTTONS = [200, 200, 80] as const;
/** What one packet can carry. */
const MOST = 255;

export interface MouseState {
  /** 0 plain, 3 with wheel, 4 with wheel and five buttons. */
  id: number;
  rate: number;
  resolution: number;
  scaling: boolean;
  reporting: boolean;
  mode: 'stream' | 'remote' | 'wrap';
  /** Command that waits for its parameter, or 0. */
  expected: number;
  /** The last three sample rates. */
  rates: number[];
  buttons: number;
  /** Movement that has not been reported. */
  x: number;
  y: number;
  z: number;
}

/** What happens to the mouse: movement (to the right, up, wheel towards the user) and buttons held (left 1, right 2, middle 4). */
export interface MouseEvent {
  readonly x?: number;
  readonly y?: number;
  readonly z?: number;
  readonly buttons?: number;
}

const powerOn = (): MouseState => ({
  id: 0,
  rate: 100,
  resolution: 2,
  scaling: false,
  reporting: false,
  mode: 'stream',
  expected: 0,
  rates: [],
  buttons: 0,
  x: 0,
  y: 0,
  z: 0,
});

export class Ps2Mouse {
  state = powerOn();

  /** `send` puts bytes into the controller's queue. */
  constructor(private readonly send: (...bytes: number[]) => void) {}

  reset(): void {
    this.state = powerOn();
  }

  /** Settings back to what the command F6h makes of them; the buttons stay as they are held. */
  private defaults(): void {
    const { id, buttons } = this.state;
    this.state = { ...powerOn(), id, buttons };
  }

  /** A byte from the host. */
  write(value: number): void {
    const { state } = this;
    if (state.mode === 'wrap' && value !== 0xff && value !== 0xec) return this.send(value);
    const { expected } = state;
    state.expected = 0;
    if (expected === 0xf3) return this.setRate(value);
    if (expected === 0xe8) {
      if (value > 3) return this.send(RESEND);
      state.resolution = value;
      return this.send(ACK);
    }
    switch (value) {
      case 0xe6:
      case 0xe7:
        state.scaling = value === 0xe7;
        return this.send(ACK);
      case 0xe8:
      case 0xf3:
        state.expected = value;
        return this.send(ACK);
      case 0xe9:
        return this.send(ACK, this.status(), state.resolution, state.rate);
      case 0xea:
        state.mode = 'stream';
        return this.send(ACK);
      case 0xeb:
        return this.send(ACK, ...this.packet());
      case 0xec:
        state.mode = 'stream';
        return this.send(ACK);
      case 0xee:
        state.mode = 'wrap';
        return this.send(ACK);
      case 0xf0:
        state.mode = 'remote';
        return this.send(ACK);
      case 0xf2:
        return this.send(ACK, state.id);
      case 0xf4:
        state.reporting = true;
        return this.send(ACK);
      case 0xf5:
        state.reporting = false;
        return this.send(ACK);
      case 0xf6:
        this.defaults();
        return this.send(ACK);
      case 0xff:
        this.reset();
        return this.send(ACK, PASSED, 0);
      default:
        return this.send(RESEND);
    }
  }

  private setRate(value: number): void {
    const { state } = this;
    state.rate = value;
    state.rates = [...state.rates, value].slice(-3);
    if (String(state.rates) === String(WHEEL)) state.id = Math.max(state.id, 3);
    if (String(state.rates) === String(FIVE_BUTTONS)) state.id = 4;
    this.send(ACK);
  }

  private status(): number {
    const { buttons, reporting, scaling, mode } = this.state;
    const shown = ((buttons & 1) << 2) | ((buttons & 4) >> 1) | ((buttons & 2) >> 1);
    return shown | (scaling ? 0x10 : 0) | (reporting ? 0x20 : 0) | (mode === 'remote' ? 0x40 : 0);
  }

  /** The mouse is moved, or its buttons are. True: a packet is due. */
  happen({ x = 0, y = 0, z = 0, buttons }: MouseEvent): boolean {
    const { state } = this;
    const clip = (value: number): number => Math.max(-0x8000, Math.min(0x7fff, value));
    state.x = clip(state.x + x);
    state.y = clip(state.y + y);
    state.z = clip(state.z + z);
    const pressed = buttons !== undefined && buttons !== state.buttons;
    state.buttons = buttons ?? state.buttons;
    return pressed || state.x !== 0 || state.y !== 0 || (state.z !== 0 && state.id !== 0);
  }

  /** Reports in stream mode: as many packets as the movement needs. */
  report(): void {
    const { state } = this;
    if (!state.reporting || state.mode !== 'stream') return;
    do this.send(...this.packet());
    while (state.x !== 0 || state.y !== 0);
  }

  /** Flags (overflow, signs, buttons), movement, wheel. What did not fit is left for the next one. */
  private packet(): number[] {
    const { state } = this;
    const take = (name: 'x' | 'y' | 'z', most: number): number => {
      const value = Math.max(-most - (name === 'z' ? 1 : 0), Math.min(most, state[name]));
      state[name] -= value;
      return state.scaling && state.mode === 'stream' && name !== 'z' ? doubled(value) : value;
    };
    const x = take('x', state.scaling ? MOST >> 1 : MOST);
    const y = take('y', state.scaling ? MOST >> 1 : MOST);
    const z = state.id === 0 ? 0 : take('z', 7);
    if (state.id === 0) state.z = 0;
    const flags = 8 | (state.buttons & 7) | (x < 0 ? 0x10 : 0) | (y < 0 ? 0x20 : 0);
    const wheel = state.id === 4 ? (z & 15) | ((state.buttons & 0x18) << 1) : z & 0xff;
    return [flags, x & 0xff, y & 0xff, ...(state.id === 0 ? [] : [wheel])];
  }
}

/** Scaling 2:1 of the data sheet: small movements are damped, large ones doubled. */
function doubled(value: number): number {
  const size = Math.abs(value);
  return Math.sign(value) * ([0, 1, 1, 3, 6, 9][size] ?? size * 2);
}

const buttonNames: Readonly<Record<string, number>> = { left: 1, right: 2, middle: 4 };

/**
 * `10:-5;left;wheel:1;right+`: movements (x to the right, y up), clicks, and buttons held (+) and let go (-).
 * @throws RangeError for anything else
 */
export function mouseEvents(text: string): MouseEvent[] {
  let held = 0;
  return text
    .split(';')
    .filter((word) => word !== '')
    .flatMap((word): MouseEvent[] => {
      const move = /^(-?\d{1,5}):(-?\d{1,5})$/.exec(word);
      if (move) return [{ x: Number(move[1]), y: Number(move[2]) }];
      const wheel = /^wheel:(-?\d{1,3})$/.exec(word);
      if (wheel) return [{ z: Number(wheel[1]) }];
      const [, name, way] = /^([a-z]+)([+-]?)$/.exec(word) ?? [];
      const bit = buttonNames[name ?? ''];
      if (bit === undefined) throw new RangeError(`mouse: \`${word}' is no movement: write 10:-5, wheel:1, left, right+ or middle-`);
      const down = held | bit;
      const up = held & ~bit;
      held = way === '+' ? down : up;
      return way === '+' ? [{ buttons: down }] : way === '-' ? [{ buttons: up }] : [{ buttons: down }, { buttons: up }];
    });
}
