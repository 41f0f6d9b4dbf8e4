/** What is refused changes nothing. */

import { ALL_MODES } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { expectValues, outcome } from '../../kit/expecting/expect.ts';
import { Journal, judgeArrivals } from '../../kit/journal.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { article, kernel } from '../../kit/requirement.ts';
import { Service } from '../../kit/service.ts';
import { refusalOf } from '../../kit/stage.ts';

const LANGUAGE = [article('rules'), kernel('ipvsadm: grammar, §7.1')];

export const refusals: readonly PacketCase[] = [
  packetCase({
    name: 'rules/refused',
    title: 'A refused change changes nothing',
    requirement:
      'What ipvsadm or IPVS refuses (a service or server that exists or does not, an unknown scheduler, thresholds that contradict each other, flags of another scheduler) is named, and rules, turns and connections stay as they were.',
    sources: [...LANGUAGE, kernel('ipvsadm: errors, §7.2')],
    modes: ALL_MODES,
    play: async (stage) => {
      const service = await Service.add(stage, { servers: [{ weight: 1 }, { weight: 2 }, { weight: 3 }] });
      const journal = new Journal(service);
      await journal.open('rs3', 'round robin.');
      const { vip, method } = stage;
      const key = service.key.join(' ');
      const server = `-r ${service.serverAddress(1)}`;
      const nobody = `-t ${vip}:${service.port + 1}`;
      const lines: Readonly<Record<string, string>> = {
        [`-A ${key} -s wlc`]: 'Service already exists',
        [`-a ${key} ${server} ${method} -w 9`]: 'Destination already exists',
        [`-e ${key} -r ${vip}:1 ${method} -w 9`]: 'No such destination',
        [`-d ${key} -r ${vip}:1`]: 'No such destination',
        [`-E ${nobody} -s wlc`]: 'No such service',
        [`-D ${nobody}`]: 'No such service',
        [`-a ${nobody} ${server} ${method}`]: 'Service not defined',
        [`-E ${key} -s fastest`]: 'Scheduler or persistence engine not found',
        [`-e ${key} ${server} ${method} -w 9 -x 2 -y 3`]: 'Numerical result out of range',
        [`-a ${key} -r 224.0.0.1:80 ${method}`]:
          'Invalid operation.  Possibly wrong module version, address not unicast, ...',
        [`-e ${key} ${server} ${method} -w -1`]: 'illegal weight specified',
        [`-E ${key} -s rr -b sh-port`]: "incompatible scheduler flag `sh-port'",
        [`-E ${key} -s rr -o`]: 'One-Packet Scheduling is only for UDP virtual services',
        [`-A -t ${vip}:0 -s rr`]: 'Zero port specified for non-persistent service',
      };
      const before = await stage.director.ipvsadm('-Sn');
      const refusals: { line: string; expected: string; text: string | undefined; isUnchanged: boolean }[] =
        [];
      for (const [line, expected] of Object.entries(lines)) {
        const text = await refusalOf(stage, line);
        refusals.push({
          line,
          expected,
          text,
          isUnchanged: (await stage.director.ipvsadm('-Sn')) === before,
        });
      }
      await journal.open('rs2 rs1 rs3', 'no turn was lost.');
      return { entries: journal.entries, refusals };
    },
    check: (seen, { entries, refusals }) =>
      outcome(
        refusals.length,
        `${counted(refusals.length, 'refused line')}, ${counted(entries.length, 'connection')} around them`,
        judgeArrivals(seen, entries),
        refusals.flatMap(({ line, expected, text, isUnchanged }) =>
          expectValues(`ipvsadm ${line} is not dealt with as it should be.`, {
            refusal: [expected, text?.includes(expected) ? expected : text],
            'rules afterwards': ['as before', isUnchanged ? 'as before' : 'changed'],
          }),
        ),
      ),
  }),
];
