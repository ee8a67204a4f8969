/** Two sources, linked into one flat image at 0x1000: prints its bytes. */
import { assemble, link, memoryHost } from 'tskvm';

const objectOf = (name: string, source: string) => {
  const { object } = assemble([{ name, text: new TextEncoder().encode(source) }], { abi: '32' }, memoryHost({}));
  if (!object) throw new Error(`${name} does not assemble`);
  return { name, object };
};
const files = [objectOf('start.s', 'call main\nhlt\n'), objectOf('main.s', '.globl main\nmain: mov $42, %eax\nret\n')];
const { image, diagnostics } = link(files, { sectionStarts: new Map([['.text', 0x1000n]]), omagic: true, flat: true, entry: '0x1000' });
for (const { message } of diagnostics) console.error(message);
for (const { address, data } of image?.chunks ?? []) {
  console.log(`0x${address.toString(16)}: ${Array.from(data, (byte) => byte.toString(16).padStart(2, '0')).join(' ')}`);
}
