/** Small plays on the stage in memory, to try the ladders on. */

import type { CaseRun } from '../../../harness/conformance/case-run.ts';
import { playInMemory } from '../../../harness/conformance/memory-stage.ts';
import { udpPacket } from '../../../lab/frames/index.ts';
import type { Mode } from '../../../lab/index.ts';
import { udpEcho } from '../../../lab/stations/index.ts';
import type { Stage } from '../../../scenarios/kit/stage.ts';

export const SERVICE_PORT = 53;
const NAT_SERVER_PORT = 5353;

export const CLIENT = '198.18.0.1';

/** rs1 echoes datagrams to the service; then the script runs. */
export async function played(mode: Mode, script: (stage: Stage) => Promise<void> | void): Promise<CaseRun> {
  const port = mode === 'nat' ? NAT_SERVER_PORT : SERVICE_PORT;
  const play = await playInMemory(
    {
      async play(stage) {
        const rip = stage.topology.realServers[0]!.rip;
        await stage.director.rules(
          `-A -u ${stage.vip}:${SERVICE_PORT} -s rr`,
          `-a -u ${stage.vip}:${SERVICE_PORT} -r ${rip}:${port} ${stage.method}`,
        );
        stage.servers[0].answer(udpEcho({ port }));
        await script(stage);
      },
    },
    mode,
    { seed: 1, index: 0, directory: '/result/cases/nat-some-case' },
  );
  if (play.error !== undefined) throw play.error;
  return play;
}

/** A client’s datagram to the service. */
export function datagram(stage: Stage, sourcePort: number, id = 1, destination = stage.vip): Uint8Array {
  return udpPacket(
    { source: stage.clientAddress(), destination, id },
    { sourcePort, destinationPort: SERVICE_PORT, payload: Uint8Array.of(1, 2, 3, 4) },
  );
}
