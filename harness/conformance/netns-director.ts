/** Settings of the host that a director runs on in a network namespace: changed there, and in force when the director goes by them. */
import { writeFileSync } from 'node:fs';
import { LabError, type LabHost } from '../../lab/index.ts';
import { until } from '../../lab/netns/until.ts';
import { inNamespace } from '../../native/namespaces.ts';
import type { Machine, RunningDirector } from '../directors/director-under-test.ts';

const TAKEN_OVER_WITHIN_MS = 30_000;

type Network = Awaited<ReturnType<NonNullable<RunningDirector['network']>>>;

export function namespaceMachine(host: LabHost, running: RunningDirector): Machine {
  /** A director may look at the machine’s settings when the kernel tells that something has changed, a little later. */
  const takenOver = async (what: string, isSo: (network: Network) => boolean) => {
    const { network } = running;
    if (network === undefined) return;
    const ask = async () => isSo(await network()) || undefined;
    if (await until(ask, { limitMs: TAKEN_OVER_WITHIN_MS })) return;
    throw new LabError(
      `The director still does not go by ${what}, ${TAKEN_OVER_WITHIN_MS} ms after it was set.`,
    );
  };
  return {
    setMtu: async (port, bytes) => {
      await host.run('ip', ['link', 'set', port, 'mtu', String(bytes)]);
      await takenOver(`the MTU ${bytes}`, ({ mtuBytes }) => mtuBytes[port] === bytes);
    },
    setIpForward: async (on) => {
      const file = '/proc/sys/net/ipv4/ip_forward';
      inNamespace(`/run/netns/${host.namespace}`, () => writeFileSync(file, on ? '1' : '0'));
      await takenOver(`net.ipv4.ip_forward ${on ? 1 : 0}`, ({ ipForward }) => ipForward === on);
    },
  };
}
