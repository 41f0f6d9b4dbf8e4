/** `lvs-lab bench` */
import { type Command, Option } from 'commander';
import { DEFAULT_SERVERS, FAULTS, MAX_SERVERS, type Mode } from '../../lab/index.ts';
import { ALL_MODES } from '../../lab/modes.ts';
import { EXIT_CODES } from '../../reports/result.ts';
import { createTerminal } from '../../reports/terminal.ts';
import {
  type BenchOptions,
  LIVE_SCHEDULERS,
  LOADS,
  ONE_SCHEDULER,
  PARTS,
  type Part,
  PROFILES,
  type Profile,
} from '../bench/options.ts';
import { REQUIRABLE, REQUIRABLE_TEXT, type Required } from '../bench/required.ts';
import { runBench } from '../bench/run.ts';
import { reachOfBench, runWithoutTraffic } from '../bench/without-traffic.ts';
import { isChosen, withConfig } from '../config/apply.ts';
import { caseList } from '../conformance/case-list.ts';
import { directorsCalled } from '../directors/select.ts';
import { ensure, installIfPossible } from '../environment/install.ts';
import { againInUserNamespace } from '../environment/namespaces.ts';
import { noInstallOption, permissionOf, yesOption } from '../environment/permission.ts';
import { requirementsFor } from '../environment/requirements.ts';
import { ownSetup } from '../fairness/own-setup.ts';
import type { Shard } from '../run/shard.ts';
import { directorOption, kernelOption } from './director-option.ts';
import { commandLine } from './output.ts';
import {
  keepRunsOption,
  outOption,
  type ResultFolderFlags,
  resultFolderOf,
} from './result-folder-options.ts';
import {
  collect,
  duration,
  integerFrom,
  listOfModes,
  listOfParts,
  listOfSchedulers,
  listOfWeights,
  SCHEDULER_NAMES,
  seedOf,
  shardOf,
} from './values.ts';

interface Flags extends ResultFolderFlags {
  readonly director: string[];
  readonly kernel?: string;
  readonly mode: Mode[];
  readonly scheduler?: string[];
  readonly servers: number;
  readonly weights?: number[];
  readonly rules?: string;
  readonly duration?: number;
  readonly profile: Profile;
  readonly part?: Part[];
  readonly seed: number;
  readonly shard?: Shard;
  readonly grep: string[];
  readonly list?: boolean;
  readonly verbose?: boolean;
  readonly keep?: boolean;
  readonly require?: Required;
  readonly install: boolean;
  readonly yes?: boolean;
  readonly break?: string;
}

const EXAMPLES = `
Examples:
  lvs-lab bench                               every scheduler in every mode
  lvs-lab bench --profile quick               a smaller sample of everything
  lvs-lab bench --part conformance            only the cases
  lvs-lab bench --mode dr --scheduler wlc     one mode, another scheduler
  lvs-lab bench --part fairness --rules r    your own services instead of the situations of fairness
  lvs-lab bench --director nft,./lb.json      other directors (docs/directors.md)
  lvs-lab bench --grep nat/reply tun          only the cases whose id starts with one of these
  lvs-lab bench --mode tun --keep             leave the network up to look inside
  lvs-lab bench --break dr-arp                servers that answer ARP for the VIP: found and named, with the fix

Exit codes:
  0 all passed
  1 a case failed
  2 bad usage
  3 something is missing on this machine
  5 the verdict cannot be trusted (nothing selected, less than required, a capture cut, the director crashed)
  130 interrupted
`;

export function addBenchCommand(program: Command, onExit: (code: number) => void): void {
  program
    .command('bench')
    .summary('build real networks, put the director under load, prove from captures what it did')
    .description(
      'Builds a network of namespaces for each forwarding mode, runs the director in it under real HTTP and UDP load, ' +
        'captures every link, judges the captures, and writes result.json, report.html, report.md and junit.xml.',
    )
    .addOption(directorOption())
    .addOption(kernelOption())
    .addOption(
      new Option('-m, --mode <list>', 'forwarding modes')
        .argParser(listOfModes)
        .default([...ALL_MODES], ALL_MODES.join(',')),
    )
    .addOption(
      new Option(
        '-s, --scheduler <list>',
        `scheduling algorithms: ${SCHEDULER_NAMES.join(', ')}, or all (default: all; ` +
          `with --profile quick: ${LIVE_SCHEDULERS.quick.join(', ')}; with --grep or --break: ${ONE_SCHEDULER.join(', ')})`,
      ).argParser(listOfSchedulers),
    )
    .option('-n, --servers <n>', 'real servers', integerFrom(1, MAX_SERVERS), DEFAULT_SERVERS)
    .option('-w, --weights <list>', 'weights of the servers, in order, such as 1,2,4', listOfWeights)
    .option(
      '--rules <file>',
      'fairness: play each virtual service of your own rules (ipvsadm-save -n) instead of its situations',
    )
    .addOption(new Option('-p, --profile <name>', 'how much to measure').choices(PROFILES).default('default'))
    .addOption(
      new Option(
        '--part <list...>',
        `only these parts: ${PARTS.join(', ')} (default: all of them; with --grep or --break: conformance)`,
      ).argParser(listOfParts),
    )
    .addOption(
      new Option(
        '-d, --duration <time>',
        'how long each scheduler is loaded over lasting connections (default: a number of requests, set by --profile)',
      ).argParser(duration),
    )
    .option('--seed <n>', 'seed for names and payloads of the traffic', seedOf, 1)
    .option(
      '--shard <i/n>',
      'do only the i-th of n shares of the work (lvs-lab merge combines them)',
      shardOf,
    )
    .addOption(outOption())
    .addOption(keepRunsOption())
    .addOption(
      new Option(
        '-g, --grep <id...>',
        'only cases whose id starts with one of these; * stands for one name in it',
      )
        .argParser(collect)
        .default([], 'all'),
    )
    .option('-l, --list', 'list the cases of these modes and prefixes, and stop')
    .option('-v, --verbose', 'print a line for every case, and the summary in full')
    .addOption(
      new Option(
        '--break <name>',
        'misconfigure the network on purpose and see the mistake detected',
      ).choices(Object.keys(FAULTS)),
    )
    .option('-k, --keep', 'leave the networks up afterwards')
    .addOption(
      new Option(
        '--require <what>',
        `exit 5 where less can be had: ${REQUIRABLE_TEXT} (default: what can be had is played)`,
      ).choices(REQUIRABLE),
    )
    .addOption(yesOption())
    .addOption(noInstallOption())
    .addHelpText('after', EXAMPLES)
    .action(async (given: Flags, command: Command) => {
      const flags = await withConfig(given, command);
      const { weights, servers } = flags;
      if (weights?.slice(0, servers).every((weight) => weight === 0)) {
        command.error(`error: none of the ${servers} servers has a weight above 0 (--weights, --servers)`);
      }
      onExit(await bench(flags, (option) => isChosen(command, option)));
    });
}

/** Asked for particular cases, a bench does no more than cases. */
function partsOf({ part, grep, break: broken }: Flags): readonly Part[] {
  return part ?? (grep.length > 0 || broken !== undefined ? ['conformance'] : PARTS);
}

function liveSchedulersOf({ scheduler, grep, break: broken, profile }: Flags): readonly string[] {
  if (scheduler !== undefined) return scheduler;
  return grep.length > 0 || broken !== undefined ? ONE_SCHEDULER : LIVE_SCHEDULERS[profile];
}

/** @param isChosen Whether an option was given. */
async function bench(flags: Flags, isChosen: (option: string) => boolean): Promise<number> {
  if (flags.list === true) {
    process.stdout.write(caseList({ modes: flags.mode, grep: flags.grep }, process.stdout.isTTY === true));
    return EXIT_CODES.passed;
  }
  const broken = flags.break === undefined ? undefined : FAULTS[flags.break];
  const options: BenchOptions = {
    directors: await directorsCalled(flags.director, flags.kernel),
    modes: broken === undefined ? flags.mode : [broken.mode],
    schedulers: liveSchedulersOf(flags),
    servers: flags.servers,
    ...(flags.weights === undefined ? {} : { weights: flags.weights }),
    load: {
      ...LOADS[flags.profile],
      ...(flags.duration !== undefined && { lasting: { durationMs: flags.duration } }),
    },
    profile: flags.profile,
    parts: partsOf(flags),
    fairnessSchedulers: flags.scheduler ?? SCHEDULER_NAMES,
    // Servers that nobody chose leave each situation its own.
    fairnessSetup: await ownSetup({
      ...(flags.rules === undefined ? {} : { rules: flags.rules }),
      ...(isChosen('servers') || flags.weights !== undefined ? { servers: flags.servers } : {}),
      ...(flags.weights === undefined ? {} : { weights: flags.weights }),
    }),
    seed: flags.seed,
    ...(flags.shard && { shard: flags.shard }),
    ...resultFolderOf(flags),
    grep: flags.grep,
    keep: flags.keep ?? false,
    ...(flags.require && { required: flags.require }),
    ...(flags.break === undefined ? {} : { broken: flags.break }),
    command: commandLine(),
  };
  const terminal = createTerminal(process.stdout, process.stderr, { verbose: flags.verbose ?? false });
  terminal.step('checking what this machine has');
  const reach = await reachOfBench();
  if (reach.how === 'user-namespace') return againInUserNamespace();
  if (reach.how === 'packets') {
    process.stderr.write(`${reach.reason}\nPlaying the catalogue packet by packet instead.\n`);
    return runWithoutTraffic(options, reach, terminal);
  }
  await ensure(requirementsFor('bench'), { install: permissionOf(flags) });
  if (options.parts.includes('throughput')) {
    await installIfPossible(requirementsFor('throughput'), { install: permissionOf(flags) });
  }
  return runBench(options, terminal);
}
