/** A director’s end, and what follows it: nothing can be played on a stage after that. */
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import { ControlClient, controlSocketPath, type RunningState } from '../../../director/index.ts';
import { until } from '../../../lab/netns/until.ts';
import { inBatch } from './batch-of.ts';
import type { Life } from './life.ts';

const WITHIN_MS = 10_000;
const LEFT_WITHIN_MS = 10_000;
const SERVICE = '10.99.0.1:80';

/** Each says what is not as it should be, if anything is not. They are to be looked at in this order. */
export function endOf(
  life: Life,
): readonly (readonly [name: string, look: () => Promise<string | undefined>])[] {
  return [
    ['killed', () => killed(life)],
    ['stop', () => stopped(life)],
    ['background', () => inBackground(life)],
  ];
}

/** Another one goes on for a director that was killed. */
async function killed({ host }: Life): Promise<string | undefined> {
  const client = new ControlClient(controlSocketPath(`/run/netns/${host.namespace}`));
  await client.apply(`-A -t ${SERVICE} -s sed\n-a -t ${SERVICE} -r 10.98.0.1:80 -g -w 7\n--set 0 0 77`);
  await client.set('sloppy_sctp=1');
  const rules = ({ services }: RunningState) => JSON.stringify(services);
  const before = await client.snapshot();
  process.kill(before.process.pid, 'SIGKILL');
  const following = async () => {
    const state = await client.snapshot().catch(() => undefined);
    return state !== undefined && state.process.pid !== before.process.pid ? state : undefined;
  };
  const after = await until(following, { limitMs: WITHIN_MS });
  if (after === undefined) return 'no other director goes on for one that was killed';
  if (!after.process.isRevived) return 'it does not say that it goes on for one that was killed';
  if (rules(after) !== rules(before)) {
    return `rules are others after it was killed: expected ${rules(before)}, seen ${rules(after)}`;
  }
  const { sloppy_sctp: setting } = await client.settings();
  return setting === 1 ? undefined : `a setting is another one after it was killed: ${setting}`;
}

async function stopped(life: Life): Promise<string | undefined> {
  const [said] = await inBatch(life, [['director', 'stop']]);
  if (said !== '0 ') return `stop ends with ${said}`;
  const { ended } = life.running;
  const waiting = new AbortController();
  const late = delay(WITHIN_MS, undefined, { signal: waiting.signal });
  const how = await Promise.race([ended, late.catch(() => undefined)]);
  waiting.abort();
  return how === undefined ? 'it does not end when it is told to' : leftOn(life);
}

/** The first command that is more than a question starts a director, which `stop` ends. */
async function inBackground(life: Life): Promise<string | undefined> {
  const answers = await inBatch(life, [
    ['ipvsadm', '-Ln'],
    ['ipvsadm', '-L', '--timeout'],
    ['ipvsadm', '-Lnc'],
    ['ipvsadm', '-L', '--daemon'],
    ['ipvsadm', '-Ln', '-t', SERVICE],
    ['director', 'status'],
    ['ipvsadm', '-A', '-t', SERVICE, '-s', 'rr'],
    ['ipvsadm', '-Sn'],
    ['director', 'logs'],
  ]);
  const [logged = ''] = answers.splice(-1);
  const expected = [
    '0 IP Virtual Server version 1.2.1 (size=4096)\nProt LocalAddress:Port Scheduler Flags\n  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn\n',
    '0 Timeout (tcp tcpfin udp): 900 120 300\n',
    '0 IPVS connection entries\npro expire state       source             virtual            destination\n',
    '0 ',
    '1 No such service\n',
    '3 lvs-lab director: cannot reach the director: none is running in this network namespace',
    '0 ',
    `0 -A -t ${SERVICE} -s rr\n`,
  ];
  const wrong = expected.findIndex((text, i) => answers[i]?.replace(/ \(\/.*\n/, '') !== text);
  if (wrong !== -1) return `without a director: expected ${expected[wrong]}, seen ${answers[wrong]}`;
  if (!/^0 ready: 0 virtual services, ports \w/.test(logged)) return `its log begins otherwise: ${logged}`;
  const [ended] = await inBatch(life, [['director', 'stop']]);
  return ended === '0 ' ? leftOn(life) : `stop ends with ${ended}`;
}

/** What a director has left behind on its host. */
async function leftOn({ host }: Life): Promise<string | undefined> {
  const left = async () => {
    const tables = await host.run('nft', ['list', 'tables']);
    const pids = await execa('ip', ['netns', 'pids', host.namespace]);
    const links = await host.run('ip', ['-o', 'link']);
    const names = links.stdout.split('\n').map((line) => line.split(': ')[1]?.replace(/@.*/, ''));
    const others = names.filter(
      (name) => name !== 'lo' && !host.spec.interfaces.some((own) => own.name === name),
    );
    return [tables.stdout, pids.stdout, ...others].filter((text) => text !== '').join('; ');
  };
  const isClean = async () => ((await left()) === '' ? true : undefined);
  if ((await until(isClean, { limitMs: LEFT_WITHIN_MS, everyMs: 50 })) === true) return undefined;
  return `it leaves behind: ${await left()}`;
}
