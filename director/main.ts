/** The director's command line: `node director/main.ts --rules FILE`, and commands for one that is running. */

import { SystemCallError } from '../native/system-call-error.ts';
import { UsageError } from './commands/flags.ts';
import { get, logs, mark, reset, restart, set, status, stop } from './commands/running-director.ts';
import { ControlError } from './control/client.ts';
import { AlreadyRunningError } from './control/one-director.ts';
import { KernelGuardError } from './io/kernel-guard-error.ts';
import { tolerateLostOutput } from './lost-output.ts';
import { RuleError } from './services/rule-error.ts';
import { printable } from './shown-text.ts';

const HELP = `Usage: lvs-lab director [--rules FILE] [--seed N] [--fast-path auto|tcx|xdp|off]
       lvs-lab director status [--json] | stop | restart | reset | logs
       lvs-lab director get [NAME…] | set NAME=VALUE…
       lvs-lab director mark --dst ADDR[/n] [--proto tcp|udp|sctp] [--dport P]
                             --set N

Runs the load balancer on all interfaces of this network namespace, until
SIGTERM or SIGINT. If it is killed, another one goes on in its place at once;
after SIGTERM its connections are kept for 10 s, for another one that you start.
The VIPs must be addresses of this machine. Needs root (packet sockets,
nftables).

  --rules FILE   virtual services and real servers, as "ipvsadm -R" reads them
  --seed N       makes random scheduling decisions repeatable
  --fast-path P  where in the kernel packets of established connections are
                 forwarded: "tcx" at an interface's ingress, as "auto" does;
                 "xdp" in its driver, which is faster and has conditions
                 (docs/environment.md); "off": all of them by the director.
                 LVS_LAB_FAST_PATH says the same, also to a director that
                 ipvsadm starts

The other commands talk to the director in this network namespace:

  status         show rules, counters and warnings; --json shows the whole state
  stop           stop it
  restart        start the program anew, as it is installed now; no connection
                 is lost
  reset          clear all rules, connections, settings and counters
  logs           show its log, if it was started in the background
  get, set       show or change settings, named after the sysctls net.ipv4.vs.*
  mark           set a firewall mark, as netfilter would: packets to ADDR (and
                 port P) carry mark N from now on; N = 0 removes the mark

Example:
  lvs-lab director --rules rules               with these lines in rules:
    -A -t 10.0.1.100:80 -s wrr
    -a -t 10.0.1.100:80 -r 10.0.2.11:8080 -m -w 3   (-m NAT, -g DR, -i TUN)
    -A -f 7 -s sh                                   (for firewall mark 7)
  lvs-lab director set sloppy_tcp=1            take connections up midway

Exit codes:
  0  done, or stopped as asked
  1  any other error
  2  bad usage or bad rules
  3  something it needs is missing, or no director is running here
`;

const COMMANDS: Readonly<Record<string, (args: string[]) => Promise<void>>> = {
  status,
  stop,
  restart,
  upgrade: restart,
  reset,
  logs,
  get,
  set,
  mark,
};

/** Runs a command of the director. Resolves with the exit code; what went wrong has been said then. */
export async function runDirector(args: string[]): Promise<number> {
  try {
    await dispatch(args);
    return 0;
  } catch (error) {
    process.stderr.write(
      printable(`lvs-lab director: ${error instanceof Error ? error.message : String(error)}\n`),
    );
    return exitCode(error);
  }
}

async function dispatch(args: string[]): Promise<void> {
  const [first = ''] = args;
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(HELP);
    return;
  }
  if (first === '' || first.startsWith('-')) {
    // Loaded only here: they bring native libraries that no other command needs.
    const { keepNeededRights } = await import('./rights.ts');
    keepNeededRights(args);
    const { run } = await import('./commands/run.ts');
    return run(args);
  }
  const command = COMMANDS[first];
  if (command === undefined) {
    throw new UsageError(
      `there is no command "${first}"; expected one of ${Object.keys(COMMANDS).join(', ')}`,
    );
  }
  return command(args.slice(1));
}

function exitCode(error: unknown): number {
  if (error instanceof UsageError || error instanceof RuleError) return 2;
  const isMissingSomething = [ControlError, AlreadyRunningError, SystemCallError, KernelGuardError].some(
    (kind) => error instanceof kind,
  );
  return isMissingSomething ? 3 : 1;
}

if (import.meta.main) {
  tolerateLostOutput('lvs-lab director', 1);
  process.exitCode = await runDirector(process.argv.slice(2));
}
