import * as assert from 'uvu/assert';
import { suite } from 'uvu';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { boardDevices, devices as builtin } from '../../../src/vmm/devices/index.js';
import { uartDevice } from '../../../src/vmm/devices/uart.js';
import { createMachine } from '../../../src/vmm/machine.js';
import { build } from '../guest.js';
import { bench } from './bench.js';

const test = suite('16550A');

/** With its FIFOs on, 115200 baud, interrupts let through. */
function uart(ier = 0, fcr = 0xc7) {
  const device = uartDevice();
  const b = bench(device);
  b.out(0x3fb, 0x83);
  b.out(0x3f8, 1);
  b.out(0x3f9, 0);
  b.out(0x3fb, 3);
  b.out(0x3fa, fcr);
  b.out(0x3fc, 0x0b);
  b.out(0x3f9, ier);
  const come = (...bytes: number[]): void => {
    b.state.input.push(...bytes);
    b.listen();
  };
  return { ...b, device, come };
}

test('the receive FIFO interrupts at its level, or after four characters of rest', () => {
  const u = uart(1);
  u.come(1, 2, 3);
  assert.not(u.state.levels[0]);
  assert.is(u.in(0x3fa) & 0x3f, 1);
  // Ten bits at 115200 baud are 86.8 µs.
  u.advance(340_000n);
  assert.not(u.state.levels[0]);
  u.advance(10_000n);
  assert.ok(u.state.levels[0]);
  assert.is(u.in(0x3fa) & 0x3f, 0x0c);
  assert.is(u.in(0x3f8), 1);
  assert.not(u.state.levels[0], 'a read ends the time-out');
  u.come(...new Array<number>(12).fill(9));
  assert.ok(u.state.levels[0]);
  assert.is(u.in(0x3fa) & 0x3f, 4);
});

test('the transmitter: its interrupt comes with the enable bit and after each byte; reading the cause answers it', () => {
  const u = uart(2);
  assert.is(u.in(0x3fa) & 0x3f, 2);
  assert.is(u.in(0x3fa) & 0x3f, 1);
  assert.not(u.state.levels[0]);
  u.out(0x3f8, 65);
  assert.ok(u.state.levels[0]);
  assert.is(u.in(0x3fd) & 0x60, 0x60);
  assert.equal(u.state.output, [65]);
});

test('loopback: data, break, overrun, modem lines; nothing gets out', () => {
  const u = uart(0, 1);
  u.out(0x3fc, 0x1a);
  assert.is(u.in(0x3fe) & 0xf0, 0x90);
  u.in(0x3fe);
  u.out(0x3fc, 0x10);
  assert.is(u.in(0x3fe), 0x09, 'both went, and are remembered once');
  assert.is(u.in(0x3fe), 0);
  u.out(0x3f8, 0x5a);
  assert.is(u.in(0x3fd) & 1, 1);
  u.out(0x3fb, 0x43);
  u.in(0x3f8);
  assert.is(u.in(0x3fd) & 0x91, 0x91, 'break, and an error in the FIFO');
  assert.is(u.in(0x3fd) & 0x91, 1);
  u.in(0x3f8);
  for (let i = 0; i < 17; i++) u.out(0x3f8, i);
  assert.is(u.in(0x3fd) & 2, 2);
  assert.is(u.in(0x3fd) & 2, 0);
  assert.is(u.in(0x3f8), 0, 'the FIFO keeps the older ones');
  assert.equal(u.state.output, []);
});

test('what Linux looks at: IER, scratch, loopback, FIFO, no further chips', () => {
  const u = uart(0, 0);
  u.out(0x3f9, 0);
  assert.is(u.in(0x3f9) & 0x0f, 0);
  u.out(0x3f9, 0x0f);
  assert.is(u.in(0x3f9), 0x0f);
  u.out(0x3f9, 0xff);
  assert.is(u.in(0x3f9), 0x0f, 'no sleep mode');
  u.out(0x3fa, 1);
  assert.is(u.in(0x3fa) >> 6, 3);
  u.out(0x3fa, 0x21);
  const normal = u.in(0x3fa) >> 5;
  u.out(0x3fb, 0x80);
  u.out(0x3fa, 0x21);
  assert.equal([normal, u.in(0x3fa) >> 5], [6, 6], 'no 16750');
  assert.is.not(u.in(0x3fa), 0, 'no 16650');
});

test('state is saved with the time-out in it', () => {
  const u = uart(1);
  u.come(7);
  const saved = structuredClone(u.device.save?.());
  const other = uart(1);
  other.device.restore?.(saved);
  other.advance(400_000n);
  assert.ok(other.state.levels[0]);
  assert.is(other.in(0x3f8), 7);
});

/** Runs a guest on the pc board with COM1 elsewhere. */
async function withSerial(to: string, source: string) {
  const warnings: string[] = [];
  const image = build(`${source}\n.org 510\n.word 0xaa55`, 16, 0x7c00);
  const devices = boardDevices('pc', undefined)
    .filter(({ name }) => name !== 'uart')
    .map(({ name, options }) => ({ definition: builtin[name].make(options) }));
  devices.push({ definition: uartDevice({ to }) });
  const machine = createMachine({ engine: 'soft', boot: 'sector', timeout: 60, devices, warn: (text) => warnings.push(text) });
  try {
    machine.load(image);
    const result = await machine.run();
    return { ending: result.ending.kind, warnings };
  } finally {
    machine.close();
  }
}

/** Sends a greeting, then echoes by interrupts until `.` comes: transmit and receive both wait in hlt. */
const echo = `
  cli
  movw $handler, 0x0c*4
  movw $0, 0x0c*4+2
  inb $0x21, %al
  andb $0xef, %al
  outb %al, $0x21
  movw $0x3fa, %dx
  movb $0x07, %al
  outb %al, %dx
  movw $0x3fc, %dx
  movb $0x0b, %al
  outb %al, %dx
  movw $0x3f9, %dx
  movb $3, %al
  outb %al, %dx
1: sti
  hlt
  cli
  cmpb $'.', last
  jne 1b
  hlt
handler: pushaw
5: movw $0x3fa, %dx
  inb %dx, %al
  testb $1, %al
  jnz 4f
  andb $0x0e, %al
  cmpb $2, %al
  movw $0x3f8, %dx
  je 2f
  inb %dx, %al
  movb %al, last
  outb %al, %dx
  jmp 5b
2: movw next, %si
  lodsb
  testb %al, %al
  jz 5b
  movw %si, next
  outb %al, %dx
  jmp 5b
4: movb $0x20, %al
  outb %al, $0x20
  popaw
  iret
next: .word text
last: .byte 0
text: .asciz "hi "`;

test('to a file; to a TCP connection, both ways, as client and as server', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'tskvm-'));
  try {
    const file = path.join(folder, 'serial.txt');
    await withSerial(`file:${file}`, "movw $0x3f8, %dx; movb $'F', %al; outb %al, %dx; cli; hlt");
    assert.is(readFileSync(file, 'latin1'), 'F');
  } finally {
    rmSync(folder, { recursive: true });
  }
  const served = new Promise<string>((resolve) => {
    const server = createServer((socket) => {
      let text = '';
      socket.on('data', (data) => (text += data.toString('latin1')));
      socket.on('close', () => {
        server.close();
        resolve(text);
      });
      socket.write('yes.');
    });
    server.listen(0, '127.0.0.1', () => {
      void withSerial(`tcp:127.0.0.1:${(server.address() as AddressInfo).port}`, echo).then(({ ending }) => assert.is(ending, 'halt'));
    });
  });
  assert.is([...(await served)].sort().join(''), ' .ehisy');
  const free = await new Promise<number>((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
  const guest = withSerial(`tcp:127.0.0.1:${free},server`, echo);
  // Until somebody listens there, the connection is refused.
  const call = (): void => {
    const socket = connect(free, '127.0.0.1', () => socket.write('.'));
    socket.on('data', () => undefined);
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED') setTimeout(call, 10);
    });
  };
  call();
  const { ending, warnings } = await guest;
  assert.is(ending, 'halt');
  assert.match(warnings[0], /waits for a connection/);
});

test('specs that are none', async () => {
  for (const to of ['tcp:example.com:80', 'tcp:127.0.0.1:99999', 'file:', 'serial'])
    await withSerial(to, 'hlt').then(
      () => assert.unreachable(),
      (error: Error) => assert.match(error.message, /--serial takes/),
    );
});

test.run();
