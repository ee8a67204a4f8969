/** Assembles a guest, gives it a device of our own and runs it: prints `the guest says 72`. */
import { assemble, createMachine, defineDevice, flatten, memoryHost } from 'tskvm';

const source = 'mov $0x48, %al\noutb %al, $0x10\nhlt\n';
const { object } = assemble([{ name: 'guest.s', text: new TextEncoder().encode(source) }], { abi: '32' }, memoryHost({}));
if (!object) throw new Error('it does not assemble');

const listener = defineDevice({
  name: 'listener',
  ports: [{ start: 0x10, length: 1 }],
  out: (_offset, value) => console.log(`the guest says ${value}`),
});

const machine = createMachine({ memory: 1 << 20, devices: [{ definition: listener }], timeout: 1 });
machine.load(flatten(object).image);
const { ending } = await machine.run();
console.log(ending.kind);
machine.close();
