/** Several who ask at the same time. */

import { modesWhere } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { expectValues, outcome } from '../../kit/expecting/expect.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { contract } from '../../kit/requirement.ts';

/** More than are deleted before packets have their turn. */
const SERVICES = 2_000;
const FIRST_PORT = 1_000;

export const atOnce: readonly PacketCase[] = [
  packetCase({
    name: 'control/at-once',
    title: 'Of changes that are asked for at once, one is done after the other',
    requirement:
      'While a flush of many services goes on, step by step so that packets have their turn, no other change comes in between: what is added meanwhile is there when both are done, as nobody can change rules at the same time in the kernel either.',
    sources: [contract('the control socket')],
    // The same in every mode.
    modes: modesWhere(({ rewritesAddresses }) => rewritesAddresses),
    virtualTime: true,
    play: async ({ director, vip }) => {
      const lines = Array.from({ length: SERVICES }, (_, i) => `-A -u ${vip}:${FIRST_PORT + i}`);
      await director.rules(...lines);
      const client = director.control?.client;
      const changes = [
        client?.ipvs([{ do: 'flush' }]),
        client?.apply(`-A -t ${vip}:80\n-a -t ${vip}:80 -r 10.250.0.9 -m`),
        client?.set('sloppy_tcp=1'),
        client?.ipvs([{ do: 'set-timeouts', tcp: 901, tcpFin: 0, udp: 0 }]),
      ];
      await Promise.all(changes);
      return {
        list: (await director.ipvsadm('-Sn')).trimEnd(),
        sloppy: (await client?.settings())?.sloppy_tcp,
        timeouts: (await director.ipvsadm('-L', '--timeout')).trimEnd(),
        vip,
      };
    },
    check: (_seen, { list, sloppy, timeouts, vip }) =>
      outcome(
        SERVICES,
        `${counted(SERVICES, 'service')} deleted while others ask`,
        expectValues('Changes were not made one after the other.', {
          rules: [`-A -t ${vip}:80 -s wlc\n-a -t ${vip}:80 -r 10.250.0.9:80 -m -w 1`, list],
          sloppy_tcp: [1, sloppy],
          timeouts: ['Timeout (tcp tcpfin udp): 901 120 300', timeouts],
        }),
      ),
  }),
];
