/** The director as a process of its own: `node director/main.ts --rules FILE`. */
import { readFile } from 'node:fs/promises';
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { ControlClient, ControlError } from './control/client.ts';
import { applyCommand } from './control/command.ts';
import { parseMark } from './control/mark-rule.ts';
import type { Request } from './control/protocol.ts';
import { parseRules } from './control/rules.ts';
import { ControlServer } from './control/server.ts';
import { snapshotOf } from './control/snapshot.ts';
import { controlSocketPath } from './control/socket-path.ts';
import { Engine } from './io/engine.ts';
import { KernelGuardError } from './io/kernel-guard.ts';
import { SystemCallError } from './io/system.ts';
import { seededRandom, systemRandom } from './random.ts';
import { RuleError } from './services/rule-error.ts';

const HELP = `Usage: lvs-lab director [--rules FILE] [--seed N]
       lvs-lab director mark --dst ADDR[/n] [--proto tcp|udp|sctp] [--dport P] --set N

Runs the load balancer on all Ethernet interfaces of this network namespace, until SIGTERM or SIGINT.
The VIPs must be addresses of this machine. Needs root (packet sockets, nftables).

  --rules FILE   virtual services and real servers in the language of "ipvsadm -R", for example:
                   -A -t 10.0.1.100:80 -s wrr
                   -a -t 10.0.1.100:80 -r 10.0.2.11:8080 -m -w 3     (-m NAT, -g DR, -i TUN)
                   -A -f 7 -s sh                                     (a service for firewall mark 7)
  --seed N       makes what is random in scheduling repeatable

  mark           tells the director that runs here to mark packets as netfilter would: what goes to ADDR (and port P)
                 carries firewall mark N from now on; N = 0 takes the mark away

  --help         this text

Exit codes: 0 stopped, or done; 2 bad usage or bad rules; 3 something missing that it needs, or no director here;
            1 anything else.
`;

class UsageError extends Error {}

/** Runs the director until it is told to stop. Resolves with the exit code; what went wrong has been said then. */
export async function runDirector(args: string[]): Promise<number> {
  try {
    await run(args);
    return 0;
  } catch (error) {
    process.stderr.write(`lvs-lab director: ${error instanceof Error ? error.message : String(error)}\n`);
    return exitCode(error);
  }
}

async function run(args: string[]): Promise<void> {
  if (args[0] === 'mark') return mark(args.slice(1));
  const {
    rules: rulesFile,
    seed,
    help,
  } = flags(args, {
    rules: { type: 'string' },
    seed: { type: 'string' },
    help: { type: 'boolean' },
  });
  if (help === true) {
    process.stdout.write(HELP);
    return;
  }
  const commands = rulesFile === undefined ? [] : parseRules(await readRules(rulesFile), rulesFile);
  const engine = await Engine.open(seed === undefined ? systemRandom() : seededRandom(seedFrom(seed)));
  try {
    engine.changeRules(() => {
      for (const command of commands) applyCommand(engine.core.state, command);
    });
    const control = await ControlServer.listen(controlSocketPath(), (request) => answer(engine, request));
    const { services } = engine.core.state;
    process.stdout.write(`ready: ${services.size} virtual services, ports ${engine.portNames.join(' ')}\n`);
    await Promise.race([stopSignal(), engine.finished]);
    control.close();
    report(engine);
  } finally {
    await engine.close();
  }
}

/** `lvs-lab director mark` */
async function mark(args: string[]): Promise<void> {
  const text = { type: 'string' } as const;
  const { dst, proto, dport, set } = flags(args, { dst: text, proto: text, dport: text, set: text });
  if (dst === undefined || set === undefined) {
    throw new UsageError('mark needs --dst ADDR[/n] and --set N; --proto and --dport are optional');
  }
  const words = { dst, set, ...(proto && { proto }), ...(dport && { dport }) };
  parseMark(words);
  await new ControlClient(controlSocketPath()).mark(words);
}

function flags<const Options extends NonNullable<ParseArgsConfig['options']>>(
  args: string[],
  options: Options,
) {
  try {
    return parseArgs({ args, options }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function seedFrom(text: string): number {
  if (/^\d{1,10}$/.test(text)) return Number(text);
  throw new UsageError(`illegal seed "${text}": expected a whole number`);
}

async function readRules(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new UsageError(`cannot read the rules: ${(error as Error).message}`);
  }
}

function answer(engine: Engine, request: Request): unknown {
  const { state } = engine.core;
  if (request.method === 'snapshot') {
    return {
      ...snapshotOf(state, engine.now()),
      lostFrames: engine.lostFrames,
      oversizedFrames: engine.oversizedFrames,
    };
  }
  const commands = request.method === 'mark' ? [parseMark(request)] : parseRules(request.rules);
  engine.changeRules(() => {
    for (const command of commands) applyCommand(state, command);
  });
  return {};
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}

/** What a person should know of frames that did not get through. */
function report(engine: Engine): void {
  for (const [reason, count] of engine.core.state.drops)
    process.stderr.write(`dropped ${count}: ${reason}\n`);
  if (engine.lostFrames > 0)
    process.stderr.write(`lost ${engine.lostFrames} frames: the kernel did not take them\n`);
  if (engine.oversizedFrames > 0) {
    process.stderr.write(
      `lost ${engine.oversizedFrames} frames larger than the MTU: turn receive offload off (ethtool -K IFACE gro off lro off)\n`,
    );
  }
}

function exitCode(error: unknown): number {
  if (error instanceof UsageError || error instanceof RuleError) return 2;
  if (error instanceof SystemCallError || error instanceof KernelGuardError) return 3;
  if (error instanceof ControlError) return 3;
  return 1;
}

if (import.meta.main) process.exitCode = await runDirector(process.argv.slice(2));
