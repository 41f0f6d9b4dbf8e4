/** Makes a network that has been used behave like a new one. */
import { execa } from 'execa';
import { type Lab, LabError } from '../../lab/index.ts';
import { ALL_SCHEDULERS } from '../../scenarios/models/schedulers.ts';

/** Ports that clients connect from, a range for each round. Those below belong to servers, those above to nobody. */
const FIRST_PORT = 16_000;
const PORTS = 3_500;
const MOST_ROUNDS = Math.floor((65_536 - FIRST_PORT) / PORTS);
if (MOST_ROUNDS < ALL_SCHEDULERS.length) throw new RangeError('there are too few ports for every scheduler');

/**
 * Empties neighbour tables and route caches of all hosts but the director, which is what is tried: otherwise a second
 * round would show no ARP, and no packet that is larger than its path allows. Clients get ports of their own in each
 * round: a director remembers connections for minutes, and a new one from the same port is the old one to it.
 */
export async function asNew(lab: Lab, round: number): Promise<void> {
  if (round >= MOST_ROUNDS) throw new LabError(`A network has ports for ${MOST_ROUNDS} rounds.`);
  const hosts = lab.hosts.filter(({ spec }) => spec.role !== 'director');
  const first = FIRST_PORT + round * PORTS;
  const commands = [
    ...hosts.flatMap(({ namespace }) => [
      `ip -n ${namespace} neigh flush all`,
      `ip -n ${namespace} route flush cache`,
    ]),
    `ip netns exec ${lab.host('client').namespace} sysctl -qw "net.ipv4.ip_local_port_range=${first} ${first + PORTS - 1}"`,
  ];
  await execa('sh', ['-ec', commands.join('\n')]);
}
