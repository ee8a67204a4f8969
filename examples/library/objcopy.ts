/** `objcopy -O binary` in memory: prints the bytes of a flat image. */
import { assemble, memoryHost, objcopy, parseObjcopyOptions, toBytes, writeElf } from 'tskvm';

const host = memoryHost({});
const { object } = assemble([{ name: 'a.s', text: new TextEncoder().encode('mov $1, %al\nhlt\n') }], { abi: '32' }, host);
if (!object) throw new Error('it does not assemble');
const options = parseObjcopyOptions(['-O', 'binary', 'a.o', 'a.bin'], host.readFile);
const { file, messages } = objcopy(writeElf(object), options, 'a.bin', host);
for (const message of messages) console.error(message);
if (file) console.log(Array.from(toBytes(file), (byte) => byte.toString(16).padStart(2, '0')).join(' '));
