/** What the kernel's IPVS has in its tables, read from what ipvsadm and /proc print (ipvsadm(8)). */
import type { DirectorSnapshot } from '../../../director/index.ts';
import { LabError } from '../../../lab/index.ts';
import type { Output } from '../../../lab/ipvsadm.ts';

type Service = DirectorSnapshot['services'][number];
type Server = Service['servers'][number];
type Connection = DirectorSnapshot['connections'][number];
type Counts = DirectorSnapshot['totals'];
/** Runs a program where the tables are. */
type Run = (words: readonly string[]) => Promise<Output>;

/**
 * Services, servers and connections as they are now, and counters as they are.
 * @param counted Resolves when the kernel has brought its counters up to date.
 */
export async function readSnapshot(
  ipvsadm: Run,
  run: Run,
  counted: () => Promise<void>,
): Promise<DirectorSnapshot> {
  const connections = connectionsIn(await printed(ipvsadm, ['-Lnc']));
  await counted();
  const list = await printed(ipvsadm, ['-Ln']);
  const persistent = await printed(ipvsadm, ['-Ln', '--persistent-conn']);
  const stats = await printed(ipvsadm, ['-Ln', '--stats', '--exact']);
  return {
    services: servicesIn(list, persistent, stats),
    connections,
    totals: totalsIn(await printed(run, ['cat', '/proc/net/ip_vs_stats'])),
    drops: {},
    warnings: [],
  };
}

async function printed(run: Run, words: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await run(words);
  if (exitCode !== 0) throw new LabError(`${words.join(' ')} failed: ${stderr.trim()}`);
  return stdout;
}

/** Three lists with the same lines in the same order. */
export function servicesIn(list: string, persistent: string, stats: string): Service[] {
  const templates = rowsOf(persistent);
  const counters = rowsOf(stats);
  const services: (Omit<Service, 'servers'> & { servers: Server[] })[] = [];
  for (const [at, words] of rowsOf(list).entries()) {
    const counts = countsOf((counters[at] ?? []).slice(2), 10);
    if (words[0] !== '->') {
      const [protocol = '', address = '', scheduler = ''] = words;
      services.push({ ...counts, protocol, address, scheduler, servers: [] });
      continue;
    }
    const [, address = '', method = '', weight, active, inactive] = words;
    services.at(-1)?.servers.push({
      ...counts,
      address,
      method,
      weight: Number(weight),
      activeConnections: Number(active),
      inactiveConnections: Number(inactive),
      persistentConnections: Number(templates[at]?.[3]),
    });
  }
  return services;
}

/** The words of each line below the titles, of which there are three. */
function rowsOf(text: string): string[][] {
  return text
    .trimEnd()
    .split('\n')
    .slice(3)
    .map((line) => line.trim().split(/\s+/));
}

function countsOf(words: readonly string[], base: 10 | 16): Counts {
  const [connections = 0, inPackets = 0, outPackets = 0, inBytes = 0, outBytes = 0] = words.map((word) =>
    Number.parseInt(word, base),
  );
  return { connections, inPackets, outPackets, inBytes, outBytes };
}

/** Two lines of titles, then all counters in hexadecimal. */
export function totalsIn(proc: string): Counts {
  return countsOf((proc.split('\n')[2] ?? '').trim().split(/\s+/), 16);
}

/** Two lines of titles; then protocol, time to live as MM:SS, state, and three endpoints. */
export function connectionsIn(text: string): Connection[] {
  const lines = text.trimEnd().split('\n').slice(2);
  return lines.map((line) => {
    const [protocol = '', expires = '', state = '', client = '', virtual = '', server = ''] =
      line.split(/\s+/);
    const [minutes, seconds] = expires.split(':').map(Number);
    return {
      protocol,
      // A client's own port is never 0.
      isTemplate: client.endsWith(':0'),
      state,
      expiresInMs: ((minutes ?? 0) * 60 + (seconds ?? 0)) * 1000,
      client,
      virtual,
      server,
    };
  });
}
