/**
 * Replays recorded scripts of TCP segments: the connection's state and time left after each.
 *
 * A file need not hold every script that was recorded, so each one is replayed by itself. Earlier scripts left traces
 * in two places, which are taken from the recording once and compared from then on: which server is next in turn, and
 * how many other connections a server has.
 */
import { z } from 'zod';
import { formatIpv4 } from '../../director/index.ts';
import { type DeliveryOutcome, describeOutcome } from './delivery-outcome.ts';
import { serverAddress, VIP } from './network.ts';
import { type CaseResult, type RecordingFormat, readAs } from './recording.ts';
import { type CaseReplay, replaySteps } from './replay-steps.ts';
import { compareEntry, parseStateSetting, StateReplay, type StateSetting } from './state-replay.ts';

const stepSchema = z.looseObject({
  event: z.string().regex(/^(in|out) [SAFRPN]+$/),
  state: z.string().nullable(),
  expires: z.number().nullable(),
  /** Who received it, or what came back. */
  to: z.string().nullable(),
  active_inactive: z.tuple([z.number(), z.number()]).optional(),
});
const scriptSchema = z.looseObject({ name: z.string(), steps: z.array(stepSchema) });
const scriptsSchema = z.looseObject({ sets: z.record(z.string(), z.array(scriptSchema)) });

type Step = z.infer<typeof stepSchema>;
type Script = z.infer<typeof scriptSchema>;

export const stateScripts: RecordingFormat = {
  name: 'state scripts',
  recognises: ({ json }) => typeof json === 'object' && json !== null && 'sets' in json,
  replay: (file) =>
    Object.entries(readAs(scriptsSchema, file, stateScripts.name).sets).flatMap(([set, scripts]) => {
      const setting = parseStateSetting(set);
      return scripts.map((script) => replayScript(script, set, setting));
    }),
};

const SERVERS = 2;
const CLIENT = { address: '10.8.0.1', port: 10_001 };
const EARLIER_CLIENT = { address: '10.8.0.2', port: 10_001 };

function replayScript(script: Script, set: string, setting: StateSetting): CaseResult {
  const start = () => new ScriptReplay(script, setting);
  return replaySteps(`${set}: ${script.name}`, script.steps, start, ({ event }) => event);
}

class ScriptReplay implements CaseReplay<Step> {
  readonly #replay: StateReplay;
  /** The server that the connection is with now. */
  #server: string;
  /** Connections that a server has besides those made here. */
  readonly #others = new Map<string, readonly [active: number, inactive: number]>();

  constructor(script: Script, setting: StateSetting) {
    this.#replay = new StateReplay({ protocol: 'tcp', servers: SERVERS, setting });
    const firstServer = script.steps.map(({ to }) => serverNamed(to)).find((server) => server !== undefined);
    this.#server = firstServer ?? serverAddress(1);
    if (firstServer !== undefined) this.#bringInTurn(firstServer);
  }

  describe(): string[] {
    return this.#replay.describe();
  }

  step(step: Step): string[] {
    const outcome = this.#replay.play(step.event, CLIENT, this.#server);
    if (outcome.to === 'server') this.#server = outcome.address;
    return [
      ...compareReceiver(step, outcome),
      ...compareEntry(this.#replay.connectionOf(CLIENT), step.state, step.expires),
      ...this.#compareCounts(step.active_inactive),
    ];
  }

  /** Connections of another client take the turns of the servers before this one. */
  #bringInTurn(server: string): void {
    const order = this.#replay.director.service.destinations.map(({ address }) => formatIpv4(address));
    for (let turn = 0; turn < order.indexOf(server); turn++) {
      this.#replay.play('in S', { ...EARLIER_CLIENT, port: EARLIER_CLIENT.port + turn }, server);
    }
  }

  #compareCounts(recorded: readonly [number, number] | undefined): string[] {
    const seen = this.#replay.countsOf(this.#server);
    if (recorded === undefined || seen === undefined) return [];
    const others = [recorded[0] - seen[0], recorded[1] - seen[1]] as const;
    const known = this.#others.get(this.#server);
    this.#others.set(this.#server, others);
    const isPossible = others[0] >= 0 && others[1] >= 0;
    if (isPossible && (known === undefined || (known[0] === others[0] && known[1] === others[1]))) return [];
    const [active, inactive] = known ?? [0, 0];
    return [
      `${this.#server}: recorded ${recorded[0]} active, ${recorded[1]} inactive; ` +
        `seen ${seen[0] + active} active, ${seen[1] + inactive} inactive, ` +
        `of which ${active} and ${inactive} of earlier scripts`,
    ];
  }
}

/** `rs1` is the first server's address. */
function serverNamed(to: string | null): string | undefined {
  const match = /^rs(\d+)$/.exec(to ?? '');
  return match === null ? undefined : serverAddress(Number(match[1]));
}

function compareReceiver({ to }: Step, seen: DeliveryOutcome): string[] {
  return receiverIs(to, seen)
    ? []
    : [`recorded receiver: ${to ?? 'nobody'}`, `seen: ${describeOutcome(seen)}`];
}

function receiverIs(to: string | null, seen: DeliveryOutcome): boolean {
  if (to === null) return seen.to === 'nobody';
  switch (seen.to) {
    case 'server':
      return serverNamed(to) === seen.address;
    case 'client':
      // From the VIP unless it says otherwise.
      return to === (seen.address === VIP ? 'client' : `client from ${seen.address}`);
    case 'refused':
      return to.startsWith(`client ${seen.answer}`);
    case 'nobody':
      return false;
  }
}
