/** A network of lanes with everything in it that a measurement needs: servers, contestants, and generators of load. */
import { fileURLToPath } from 'node:url';
import {
  bringUp,
  Conversation,
  FrameGenerator,
  type Lab,
  type Lane,
  type LaneNetwork,
  laneNetwork,
  type Mode,
  SINK,
  startHttpServers,
  startNginxServers,
} from '../../lab/index.ts';
import { findCommand } from '../environment/system-path.ts';
import { type Entered, type Started, startContestant } from './contestants.ts';
import { CpuMeter } from './cpu-meter.ts';
import { portsIn, SERVERS } from './services.ts';

const LOAD_CLIENT = fileURLToPath(new URL('./load-client.ts', import.meta.url));

/** One contestant in its lane. */
export interface Runner {
  readonly entered: Entered;
  readonly lane: Lane;
  readonly cpu: CpuMeter;
  /** What the client asks for. */
  readonly urls: readonly string[];
}

/** Disposing of it takes the network down, with all that runs in it. */
export interface Arena extends AsyncDisposable {
  readonly mode: Mode;
  readonly network: LaneNetwork;
  /** Whether generated frames are put onto the machines' links as a driver would, and end where they come off them. */
  readonly isPastSwitches: boolean;
  readonly runners: readonly Runner[];
  /** Why those did not start that are no runners, by name. */
  readonly refusals: ReadonlyMap<string, string>;
  readonly frames: FrameGenerator;
  /** Asked `HttpOrder`s. */
  readonly http: Conversation;
  /** What has to be known of the servers to read HTTP figures. */
  readonly serverNote: string | undefined;
  /** Rejects when something that was started has ended by itself; never resolves. */
  readonly failed: Promise<never>;
}

/** @throws LabError if the network or something in it does not come up; nothing is left then. */
export async function openArena(
  mode: Mode,
  entered: readonly Entered[],
  seed: number,
  runDirectory: string,
  isPastSwitches = false,
): Promise<Arena> {
  const network = laneNetwork(
    mode,
    SERVERS,
    entered.map(({ name, contestant }) => ({ name: contestant.host ?? name, kind: contestant.kind })),
  );
  const lab = await bringUp(network.topology, { runDirectory });
  try {
    const frames = FrameGenerator.start(lab);
    await Promise.all([prepareHosts(lab, network), frames.ready()]);
    if (isPastSwitches) await shortenLinks(lab, network, frames);
    const [started, serverNote] = await Promise.all([
      Promise.all(
        entered.map((one, i) => startContestant(lab, network, one, network.lanes[i] as Lane, seed)),
      ),
      startServers(lab, mode),
    ]);
    const http = Conversation.start(lab.host('client'), LOAD_CLIENT);
    // Processes are found once they run: these do when they answer.
    await http.ready();
    return {
      mode,
      network,
      isPastSwitches,
      runners: entered.flatMap((one, i) =>
        'failed' in started[i]! ? [runnerOf(lab, mode, one, network.lanes[i] as Lane)] : [],
      ),
      refusals: new Map(
        started.flatMap((one, i) => ('refusal' in one ? [[entered[i]!.name, one.refusal] as const] : [])),
      ),
      frames,
      http,
      serverNote,
      failed: firstFailure(started),
      [Symbol.asyncDispose]: () => lab[Symbol.asyncDispose](),
    };
  } catch (error) {
    await lab[Symbol.asyncDispose]();
    throw error;
  }
}

function firstFailure(started: readonly Started[]): Promise<never> {
  const failed = Promise.race(started.flatMap((one) => ('failed' in one ? [one.failed] : [])));
  // Whoever measures waits for it. That all of them end when the network is taken down is no news.
  failed.catch(() => undefined);
  return failed;
}

function runnerOf(lab: Lab, mode: Mode, entered: Entered, lane: Lane): Runner {
  const ports = portsIn(mode);
  const port = lane.kind === 'balancer' ? ports.http : ports.httpServer;
  return {
    entered,
    lane,
    cpu: new CpuMeter(lab, lane.hasMachine ? lane.name : undefined),
    urls: lane.targets.map((target) => `http://${target}:${port}/`),
  };
}

/** What the sink drops as soon as it has arrived: UDP (17) and IP in IP (4), which nft's own names tell from another one. */
const DROPPING = `table netdev sink {
  chain ingress { type filter hook ingress device eth0 priority 0; ip protocol { 17, 4 } drop; }
}`;

/** Routes that a topology has no words for, and the sink. */
async function prepareHosts(lab: Lab, { setUp }: LaneNetwork): Promise<void> {
  await Promise.all([
    ...Object.entries(setUp).map(([host, lines]) =>
      lab.host(host).run('ip', ['-batch', '-'], { input: `${lines.join('\n')}\n` }),
    ),
    lab.host(SINK).run('nft', ['-f', '-'], { input: DROPPING }),
  ]);
}

/**
 * A virtual link takes frames as from a driver where a program for those is attached at its end, or where that may merge
 * packets (GRO): the former at the switches, where frames end, and the latter in the machines.
 */
async function shortenLinks(lab: Lab, network: LaneNetwork, frames: FrameGenerator): Promise<void> {
  const machines = network.lanes.flatMap(({ name, hasMachine }) => (hasMachine ? [lab.host(name)] : []));
  const ends = machines.flatMap(({ name, spec }) =>
    spec.interfaces.map((own) => ({ host: name, interface: own.name })),
  );
  const destinationPort = portsIn(network.topology.name).datagrams;
  await frames.endAt(ends, { destinationPort, tunnelEnds: network.sinks });
  await Promise.all(ends.map((end) => lab.host(end.host).run('ethtool', ['-K', end.interface, 'gro', 'on'])));
}

/** nginx where it is installed: the lab's own server is slow enough to hold a director back. Returns what is to be said of it. */
async function startServers(lab: Lab, mode: Mode): Promise<string | undefined> {
  const port = { port: portsIn(mode).httpServer };
  if (findCommand('nginx') !== undefined) {
    await startNginxServers(lab, port);
    return undefined;
  }
  await startHttpServers(lab, port);
  return 'answered by the lab’s own servers, since nginx is not installed (package nginx-light)';
}
