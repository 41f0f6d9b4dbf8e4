/**
 * A DR network with three real servers, the director started in it by ipvsadm commands, and a client that asks the VIP six
 * times. Prints who answered, and what the servers' links carried. Run it as root, from anywhere:
 *
 *     node_modules/.bin/node examples/dr-lab.ts
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readCapture } from '../lab/captures/read-capture.ts';
import { summaryOf } from '../lab/captures/summary.ts';
import { bringUp, startHttpServers, startStore, topologies } from '../lab/index.ts';

const IPVSADM = fileURLToPath(new URL('../bin/ipvsadm', import.meta.url));
const REQUESTS = 6;

const directory = await mkdtemp(join(tmpdir(), 'dr-lab-'));
const topology = topologies.dr({ servers: 3 });
const service = `${topology.vip}:80`;
{
  await using lab = await bringUp(topology, { runDirectory: directory });
  await startStore(lab);
  await startHttpServers(lab, { port: 80 });

  const ipvsadm = (...args: string[]) => lab.host('director').run(IPVSADM, args);
  await ipvsadm('-A', '-t', service, '-s', 'rr');
  for (const { rip } of topology.realServers) await ipvsadm('-a', '-t', service, '-r', `${rip}:80`, '-g');
  console.log((await ipvsadm('-Ln')).stdout);

  const captures = await lab.capture([{ host: 'rs1', interface: 'eth0' }], join(directory, 'captures'));
  for (let i = 0; i < REQUESTS; i++) {
    const { stdout } = await lab.host('client').run('curl', ['-s', `http://${topology.vip}/`]);
    console.log(stdout);
  }
  const [file] = await captures.stop();
  const { packets } = await readCapture(file!);
  for (const packet of packets.filter(({ ip }) => ip !== undefined).slice(0, 4)) {
    console.log(`${packet.sourceMac} → ${packet.destinationMac}  ${summaryOf(packet)}`);
  }
}
await rm(directory, { recursive: true });
