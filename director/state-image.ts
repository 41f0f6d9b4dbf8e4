/** What a director remembers beside its connections, as plain data: what another one needs to go on in its place. */
import { TCP_STATE } from './connections/tcp-states.ts';
import type { StationImage } from './network/remembered-stations.ts';
import type { MarkRule } from './services/marks.ts';
import type { ServiceTableImage } from './services/service-table.ts';
import type { Settings } from './settings.ts';
import type { CountedElsewhere } from './shortcut.ts';
import type { DirectorState } from './state.ts';

export interface StateImage {
  readonly settings: Settings;
  /** Of TCP when established and after a FIN, and of UDP, in milliseconds. */
  readonly timeoutsMs: readonly [number, number, number];
  readonly marks: readonly MarkRule[];
  /** Addresses of this machine from which clients on it have asked. */
  readonly localClients: readonly number[];
  /** Stations whose MAC addresses are known. */
  readonly stations: readonly StationImage[];
  readonly totals: readonly number[];
  /** Frames that ended in the director, by reason. */
  readonly drops: readonly (readonly [string, number])[];
  readonly services: ServiceTableImage;
  /** Those of the statistics' packets that were sent past the core, for others that are sent there meanwhile. */
  readonly countedElsewhere?: CountedElsewhere | undefined;
}

export function imageOf(state: DirectorState): StateImage {
  const countedElsewhere = state.shortcut?.counted;
  return { ...withoutServices(state), services: state.services.image(), countedElsewhere };
}

/**
 * The same as lines of text, so that it need not be made at once: a line for each service and for each deleted server.
 * Where rules change meanwhile, a service is in it as before or after the change; one more image is due then.
 */
export function* imageLines(state: DirectorState): Generator<string, void, void> {
  yield JSON.stringify(withoutServices(state));
  for (const service of state.services.everything()) yield JSON.stringify(service.image());
  for (const parked of state.services.parkedImages()) yield JSON.stringify(parked);
  // Behind the statistics: what is counted while those are written is lost rather than counted twice.
  yield JSON.stringify({
    nextCheckMs: state.services.nextCheckMs,
    countedElsewhere: state.shortcut?.counted,
  });
}

/** @throws SyntaxError if the lines are not those of an image. */
export function imageFromLines(text: string): StateImage {
  const [rest, ...lines] = text.split('\n').map((line) => JSON.parse(line));
  const { countedElsewhere, ...last } = lines.pop();
  const services = lines.filter((line) => 'key' in line);
  const servers = lines.filter((line) => 'ofSameService' in line);
  return { ...rest, services: { services, parked: { ...last, servers } }, countedElsewhere };
}

function withoutServices(state: DirectorState): Omit<StateImage, 'services'> {
  const { tcpMs, udpMs } = state.connections.timeouts;
  return {
    settings: state.settings,
    timeoutsMs: [tcpMs[TCP_STATE.established] as number, tcpMs[TCP_STATE.finWait] as number, udpMs],
    marks: state.marks.rules,
    localClients: [...state.localClients],
    stations: state.neighbours.image(),
    totals: state.totals.image(),
    drops: [...state.drops],
  };
}

/**
 * Makes a new state go on where the one that the image was made of was. The connections that lie in its table's memory
 * become its own.
 *
 * @param nowMs On the clock that the other one had.
 */
export function restoreState(state: DirectorState, image: StateImage, nowMs: number): void {
  Object.assign(state.settings, image.settings);
  state.connections.timeouts.set(...image.timeoutsMs);
  for (const rule of image.marks) state.marks.set(rule);
  for (const address of image.localClients) state.localClients.add(address);
  state.neighbours.restore(image.stations, nowMs);
  state.totals.restore(image.totals);
  for (const [reason, count] of image.drops) state.drops.set(reason, count);
  state.services.restore(image.services);
  state.connections.adopt();
}
