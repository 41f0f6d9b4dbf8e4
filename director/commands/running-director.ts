/** The commands that talk to the director in this network namespace. */

import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { isAnswering, isRunning, replaceDirector } from '../control/background.ts';
import { ControlClient, ControlError } from '../control/client.ts';
import { firewallWarnings } from '../control/firewall.ts';
import type { Predecessor } from '../control/keeper.ts';
import { controlSocketPath, LINGER_SECONDS, logPath } from '../control/socket.ts';
import { parseMark } from '../services/marks.ts';
import { parseSetting, settingNamed } from '../settings.ts';
import type { ShortcutState } from '../shortcut.ts';
import { printable, printableJson } from '../shown-text.ts';
import { flags, UsageError } from './flags.ts';

const POLL_MS = 10;

/** The director of this network namespace. @throws ControlError if it does not answer; asking it fails if there is none. */
async function runningDirector(): Promise<ControlClient> {
  if (!(await isAnswering()) && (await lastOne()) !== undefined) {
    throw new ControlError(
      `none is running in this network namespace. What the last one claimed is kept for ${LINGER_SECONDS} s, ` +
        'for another one that is started; "lvs-lab director stop" ends that.',
    );
  }
  return new ControlClient(controlSocketPath());
}

/** What is left of a director that has ended, if it is kept. */
async function lastOne(): Promise<Predecessor | undefined> {
  // Loaded only where no director answers: it brings a native library.
  const { Predecessor } = await import('../control/keeper.ts');
  return Predecessor.find();
}

export async function status(args: string[]): Promise<void> {
  const { json } = flags(args, { json: { type: 'boolean' } });
  const director = await runningDirector();
  const known = await (json === true ? director.snapshot() : director.summary());
  const passedBy = known.services.length === 0 ? [] : await firewallWarnings();
  const state = { ...known, warnings: [...known.warnings, ...passedBy] };
  if (json === true) {
    process.stdout.write(printableJson(state));
    return;
  }
  const servers = state.services.reduce((sum, service) => sum + service.servers.length, 0);
  const { process: running, totals } = state;
  const lines = [
    `running   pid ${running.pid}, for ${Math.round(running.upMs / 1000)} s, on ${running.ports.join(' ') || 'no interface'}`,
    `rules     ${state.services.length} virtual services, ${servers} real servers`,
    `now       ${running.connectionCount} connections`,
    `fast path ${fastPathText(running.fastPath)}`,
    `so far    ${totals.connections} connections, ${totals.inPackets} packets in, ${totals.outPackets} out`,
    ...Object.entries(state.drops).map(([reason, count]) => `dropped   ${count}: ${reason}`),
    ...state.warnings.map((text) => `warning   ${text}`),
    ...(running.lostFrames > 0 ? [`lost      ${running.lostFrames}: the kernel refused to send them`] : []),
    ...Object.entries(running.untakenFrames).map(([reason, count]) => `lost      ${count} on ${reason}`),
  ];
  process.stdout.write(printable(`${lines.join('\n')}\n`));
}

function fastPathText({ places, flows }: ShortcutState): string {
  const text = Object.entries(places).map(([port, place]) => `${port} ${place}`);
  return `${text.join(', ') || 'no interface'}; ${flows} flows`;
}

/** Resolves when the director of this namespace has ended. */
export async function stop(): Promise<void> {
  const last = (await isAnswering()) ? undefined : await lastOne();
  if (last !== undefined) return last.end();
  await (await runningDirector()).stop();
  const { isClaimed } = await import('../control/one-director.ts');
  while ((await isRunning()) || isClaimed()) await delay(POLL_MS);
}

/** Resolves when another director goes on in place of the one that ran. */
export async function restart(): Promise<void> {
  await runningDirector();
  await replaceDirector((text) => process.stderr.write(`lvs-lab director: ${text}\n`));
}

export async function reset(): Promise<void> {
  await (await runningDirector()).reset();
}

export async function logs(): Promise<void> {
  try {
    process.stdout.write(printable(await readFile(logPath(), 'utf8')));
  } catch {
    throw new ControlError(
      `no director was started in the background in this network namespace (no ${logPath()})`,
    );
  }
}

export async function set(args: string[]): Promise<void> {
  if (args.length === 0) throw new UsageError('set needs NAME=VALUE, such as expire_nodest_conn=1');
  // All are looked at before any is sent, so that a wrong one changes nothing.
  for (const text of args) parseSetting(text);
  const director = await runningDirector();
  for (const text of args) await director.set(text);
}

export async function get(args: string[]): Promise<void> {
  const wanted = args.map(settingNamed);
  const settings = await (await runningDirector()).settings();
  for (const [name, value] of Object.entries(settings)) {
    if (wanted.length === 0 || wanted.some((one) => one === name))
      process.stdout.write(`${name} = ${value}\n`);
  }
}

export async function mark(args: string[]): Promise<void> {
  const text = { type: 'string' } as const;
  const { dst, proto, dport, set } = flags(args, { dst: text, proto: text, dport: text, set: text });
  if (dst === undefined || set === undefined) {
    throw new UsageError('mark needs --dst ADDR[/n] and --set N; --proto and --dport are optional');
  }
  const words = { dst, set, ...(proto && { proto }), ...(dport && { dport }) };
  parseMark(words);
  await (await runningDirector()).mark(words);
}
