/** `lvs-lab director status` */
import { ControlClient } from '../control/client.ts';
import { controlSocketPath } from '../control/socket-path.ts';
import { flags } from './flags.ts';

export async function status(args: string[]): Promise<void> {
  const { json } = flags(args, { json: { type: 'boolean' } });
  const state = await new ControlClient(controlSocketPath()).snapshot();
  if (json === true) {
    process.stdout.write(`${JSON.stringify(state, null, 2)}\n`);
    return;
  }
  const servers = state.services.reduce((sum, service) => sum + service.servers.length, 0);
  const { process: running, totals } = state;
  const lines = [
    `running   pid ${running.pid}, for ${Math.round(running.upMs / 1000)} s, on ${running.ports.join(' ') || 'no interface'}`,
    `rules     ${state.services.length} virtual services, ${servers} real servers`,
    `now       ${state.connections.length} connections`,
    `so far    ${totals.connections} connections, ${totals.inPackets} packets in, ${totals.outPackets} out`,
    ...Object.entries(state.drops).map(([reason, count]) => `dropped   ${count}: ${reason}`),
    ...state.warnings.map((text) => `warning   ${text}`),
    ...(running.lostFrames > 0 ? [`lost      ${running.lostFrames}: the kernel did not take them`] : []),
    ...(running.oversizedFrames > 0
      ? [`lost      ${running.oversizedFrames}: larger than the MTU; turn GRO and LRO off on the interfaces`]
      : []),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}
