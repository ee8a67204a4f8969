/** Assembles a line in memory and prints its bytes: b0 48 e6 f1 f4. */
import { assemble, memoryHost } from 'tskvm';

const text = new TextEncoder().encode('mov $0x48, %al\noutb %al, $0xf1\nhlt\n');
const { object, diagnostics } = assemble([{ name: 'hello.s', text }], { abi: '32' }, memoryHost({}));
for (const { message, at } of diagnostics) console.error(`${at?.file}:${at?.line}: ${message}`);
const code = object?.sections.find(({ name }) => name === '.text')?.data ?? [];
console.log(Array.from(code, (byte) => byte.toString(16).padStart(2, '0')).join(' '));
