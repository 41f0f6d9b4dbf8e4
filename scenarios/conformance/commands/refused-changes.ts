/** Changes that are refused because of the rules that there are. */

import type { Topology } from '../../../lab/index.ts';
import { dialogueCase } from '../../kit/dialogue-case.ts';
import type { PacketCase } from '../../kit/packet-case.ts';
import { kernel } from '../../kit/requirement.ts';

const NO_SERVICE = 'No such service';
const UNDEFINED = 'Service not defined';
const NO_SERVER = 'No such destination';
const INVALID = 'Invalid operation.  Possibly wrong module version, address not unicast, ...';
const RANGE = 'Numerical result out of range';

export const refusedChanges: readonly PacketCase[] = [
  dialogueCase(
    {
      name: 'commands/refused-changes',
      title: 'A change that the rules do not allow is refused and takes no effect',
      requirement:
        'A service or server that exists cannot be added, one that does not cannot be edited, deleted, listed or zeroed; a lower threshold above the upper one, an unknown scheduler and an address that is no host’s are refused; and not a single value of what was to be changed is another one afterwards.',
      sources: [kernel('ipvsadm: errors, §7.2')],
    },
    async (dialogue, { vip, servers: [one, two], method, topology }) => {
      const service = `-t ${vip}:80`;
      const server = `${one.address}:80`;
      await dialogue.does(
        `-A ${service} -s wrr -p 77 -M 255.255.255.0`,
        `-a ${service} -r ${server} ${method} -w 3 -x 9 -y 2`,
        `-A -u ${vip}:80 -s rr -o`,
        `-A -f 5 -s sh -b sh-port`,
      );
      await dialogue.refuses(`-A ${service} -s rr`, 'Service already exists');
      await dialogue.refuses(`-A -u ${vip}:80 -s wlc`, 'Service already exists');
      await dialogue.refuses('-A -f 5 -s rr', 'Service already exists');
      await dialogue.refuses(`-a ${service} -r ${server} ${method} -w 9`, 'Destination already exists');
      for (const other of [`-t ${vip}:81`, `-u ${vip}:81`, `--sctp-service ${vip}:80`, '-f 6']) {
        await dialogue.refuses(`-E ${other} -s rr`, NO_SERVICE);
        await dialogue.refuses(`-D ${other}`, NO_SERVICE);
        await dialogue.refuses(`-Z ${other}`, NO_SERVICE);
        await dialogue.refuses(`-a ${other} -r ${server} ${method}`, UNDEFINED);
        await dialogue.refuses(`-e ${other} -r ${server} ${method}`, UNDEFINED);
        await dialogue.refuses(`-d ${other} -r ${server}`, UNDEFINED);
        await dialogue.refusesToPrint(`-Ln ${other}`, NO_SERVICE);
      }
      await dialogue.refuses(`-e ${service} -r ${two.address}:80 ${method} -w 9`, NO_SERVER);
      await dialogue.refuses(`-d ${service} -r ${two.address}:80`, NO_SERVER);
      if (method === '-m') await dialogue.refuses(`-d ${service} -r ${one.address}:81`, NO_SERVER);
      for (const thresholds of ['-x 2 -y 3', '-y 1', '-x 2147483646 -y 2147483647']) {
        await dialogue.refuses(`-e ${service} -r ${server} -g -w 9 ${thresholds}`, RANGE);
        await dialogue.refuses(`-a ${service} -r ${two.address}:80 ${method} ${thresholds}`, RANGE);
      }
      await dialogue.refuses(`-E ${service} -s fastest -p 5`, 'Scheduler or persistence engine not found');
      await dialogue.refuses(`-A -t ${vip}:82 -s fastest`, 'Scheduler or persistence engine not found');
      const nobodys = ['224.0.0.1', '239.255.255.255', '255.255.255.255', '0.0.0.0'];
      for (const address of [...nobodys, ...broadcastsOf(topology)]) {
        await dialogue.refuses(`-a ${service} -r ${address}:80 ${method}`, INVALID);
      }
      // What was refused leaves nothing in the way of what is allowed.
      await dialogue.does(
        `-a ${service} -r ${two.address}:80 ${method} -w 4 -x 3 -y 3`,
        `-A -t ${vip}:82 -s fo`,
        `-D ${service}`,
        `-A ${service} -s rr`,
      );
      await dialogue.prints('-Sn', [
        `-A ${service} -s rr`,
        `-A -t ${vip}:82 -s fo`,
        `-A -u ${vip}:80 -s rr -o`,
        '-A -f 5 -s sh -b sh-port',
      ]);
    },
  ),
];

/** The last address of each network that the director has an address of: all of its stations’. */
function broadcastsOf({ hosts }: Topology): string[] {
  const own = hosts.find(({ role }) => role === 'director')?.interfaces ?? [];
  return own
    .flatMap(({ addresses }) => addresses)
    .filter((address) => address.endsWith('/24'))
    .map((address) => address.replace(/\d+\/24$/, '255'));
}
