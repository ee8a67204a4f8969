/** A row of eight LEDs at one port: each write shows the row; a read gives what is lit. */
import { defineDevice, type DeviceContext } from 'tskvm';

export default (options: { on?: string; off?: string }) => {
  const { on = '●', off = '○' } = options;
  let context: DeviceContext;
  let lit = 0;
  return defineDevice({
    name: 'leds',
    description: 'eight LEDs; options on=, off=: how they look',
    ports: [{ start: 0x10, length: 1 }],
    attach(given) {
      context = given;
    },
    reset() {
      lit = 0;
    },
    out(_offset, value) {
      lit = value;
      const row = Array.from({ length: 8 }, (_, bit) => ((lit >> (7 - bit)) & 1 ? on : off)).join(' ');
      context.output(new TextEncoder().encode(`${row}\n`));
    },
    in: () => lit,
  });
};
