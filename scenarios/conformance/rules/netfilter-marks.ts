/** Marks that netfilter puts on packets itself. */

import { ALL_MODES } from '../../../lab/modes.ts';
import { arrivalCase } from '../../kit/arrival-case.ts';
import type { PacketCase } from '../../kit/packet-case.ts';
import { kernel } from '../../kit/requirement.ts';
import { Flow } from '../../kit/sending/flow.ts';
import { Service } from '../../kit/service.ts';

/** Bit 31 is set: the number is negative where it is taken for a signed one. */
const MARKS = [5, 2 ** 32 - 1] as const;
const UNKNOWN = 6;
const PORT = 900;
const OTHER_PORT = 901;

export const netfilterMarks: readonly PacketCase[] = [
  arrivalCase(
    {
      name: 'marks/netfilter',
      title: 'What netfilter marks belongs to the service of its mark',
      requirement:
        'Each packet on which netfilter has put a mark goes once to the service by that mark, whatever its port, and follows the connection that the first of them has opened; one with a mark that no service waits for is what it would be without, and so are those of a service that is deleted.',
      sources: [kernel('input: service look-up, §1.3')],
      modes: ALL_MODES,
      virtualTime: true,
    },
    { servers: [{}] },
    async (journal, service, stage) => {
      const { director, vip } = stage;
      const [first, second] = MARKS;
      const byMark = async (mark: number, server: number) => {
        const servers = [0, 1, 2].map((i) => ({ weight: i === server ? 1 : 0 }));
        return Service.add(stage, { mark, servers });
      };
      const one = await byMark(first, 1);
      const other = await byMark(second, 2);
      let id = 900;
      const comes = async (mark: number, port: number, server: string | undefined, why: string) => {
        const client = journal.newClient(3);
        const ends = { source: client.address, sourcePort: client.port };
        const flow = new Flow({ ...ends, destination: vip, destinationPort: port });
        for (const packet of [
          flow.syn({ id: id++ }),
          flow.segment({ id: id++ }),
          flow.segment({ id: id++ }),
        ]) {
          director.receiveMarked?.(packet, mark);
          journal.expect(packet, server, why);
          await stage.settle();
        }
      };
      await comes(first, PORT, 'rs2', 'the service of its mark has this server.');
      await comes(second, PORT, 'rs3', 'the service of its mark has this server.');
      await comes(first, OTHER_PORT, 'rs2', 'a mark is for every port.');
      await comes(
        UNKNOWN,
        service.port,
        'rs1',
        'nobody waits for this mark, and there is a service for its port.',
      );
      await comes(UNKNOWN, PORT, undefined, 'nobody waits for this mark or this port.');
      await director.rules(['-D', ...one.key].join(' '));
      await comes(first, PORT, undefined, 'the service of its mark is deleted.');
      await comes(second, PORT, 'rs3', 'the service of its mark is there.');
      await director.rules(['-D', ...other.key].join(' '));
      await byMark(first, 0);
      await comes(first, OTHER_PORT, 'rs1', 'there is a new service for its mark.');
    },
  ),
];
