/**
 * Program: a UDP real server that answers each datagram with its name, a space, and what it got.
 *
 *     node udp-echo.ts --name rs1 --port 9000 --address 10.0.2.11 --address 10.0.2.100
 *
 * A socket for each address: one for all would answer from the address of the interface, not from the VIP asked.
 */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { flushCompileCache } from 'node:module';
import { parseArgs } from 'node:util';
import { portsOf } from './ports.ts';

const { values } = parseArgs({
  options: {
    name: { type: 'string', default: 'server' },
    port: { type: 'string', default: '9000' },
    /** Ports that it serves as well: FIRST-LAST. */
    'more-ports': { type: 'string' },
    address: { type: 'string', multiple: true, default: ['127.0.0.1'] },
  },
});
const greeting = Buffer.from(`${values.name} `);

const ports = [Number(values.port), ...portsOf(values['more-ports'])];
const places = ports.flatMap((port) => values.address.map((address) => ({ port, address })));

try {
  for (const { port: own, address } of places) {
    const socket = createSocket('udp4');
    socket.on('message', (payload, { port, address: peer }) => {
      // A refusal by the peer (ICMP) must not end the server.
      socket.send([greeting, payload], port, peer, () => undefined);
    });
    socket.bind(own, address);
    await once(socket, 'listening');
    socket.on('error', (error) => console.error(`${values.name} ${address}: ${error.message}`));
  }
  // A signal will end it, and Node would keep nothing then for the next start.
  flushCompileCache();
  console.log(`ready: ${values.name} echoes UDP on port ${values.port} of ${values.address.join(', ')}`);
} catch (error) {
  console.error(`${values.name} cannot serve port ${values.port}: ${(error as Error).message}`);
  process.exit(1);
}
