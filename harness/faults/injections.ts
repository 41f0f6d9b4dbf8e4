/** How each fault is made, and how it is made good again. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultName } from '../../scenarios/faults/model.ts';
import type { Means } from './means.ts';
import { deletionRules, weightRules } from './services.ts';
import type { FaultStage } from './stage.ts';

export interface Injection {
  /** @param victim Host of the server that a fault of servers is about. */
  readonly inject: (stage: FaultStage, victim: string) => Promise<void>;
  /** Absent where new rules, which every fault begins with, make it good, or where it passes by itself. */
  readonly undo?: (stage: FaultStage, victim: string) => Promise<void>;
  /** What it takes of the director beside what it declares. */
  readonly means?: Means;
}

/** Long enough for several datagrams and transfers to run into it, too short for ARP to give up. */
const FLAP_MS = 200;
const FLAPS = 3;
/** So short that what is under way meets an interface that has only just come back. */
const INTERFACE_FLAPS = 4;
const INTERFACE_FLAP_MS = 100;
const FREEZE_MS = 1_000;

const drain: Injection = {
  inject: (stage, victim) => stage.apply(weightRules(stage.balanced, stage.ripOf(victim), 0)),
};
const remove: Injection = {
  inject: (stage, victim) => stage.apply(deletionRules(stage.balanced, stage.ripOf(victim))),
};

export const INJECTIONS: Readonly<Record<FaultName, Injection>> = {
  'weight-0': drain,
  'delete-keep': remove,
  'delete-expire': {
    ...remove,
    undo: (stage) => stage.set({ expire_nodest_conn: 0 }),
  },
  'quiescent-template': {
    ...drain,
    undo: (stage) => stage.set({ expire_quiescent_template: 0 }),
  },
  'server-crash': {
    inject: (stage, victim) => stage.killServer(victim),
    undo: (stage, victim) => stage.startServer(victim),
  },
  'server-power-off': {
    inject: (stage, victim) => setLink(stage, victim, 'down'),
    undo: (stage, victim) => setLink(stage, victim, 'up'),
  },
  'server-restart': {
    async inject(stage, victim) {
      await stage.killServer(victim);
      await stage.startServer(victim);
    },
  },
  'server-new-mac': {
    inject: (stage, victim) => setMac(stage, victim, (mac) => mac.replace(/^02/, '06')),
    undo: (stage, victim) => setMac(stage, victim, (mac) => mac),
  },
  'link-flap': {
    async inject(stage) {
      for (let i = 0; i < FLAPS; i++) {
        await setLink(stage, 'director', 'down');
        await sleep(FLAP_MS);
        await setLink(stage, 'director', 'up');
        await sleep(FLAP_MS);
      }
    },
  },
  'interface-flap': {
    async inject(stage) {
      for (let i = 0; i < INTERFACE_FLAPS; i++) {
        await flapInterface(stage);
        await sleep(INTERFACE_FLAP_MS);
      }
    },
  },
  'director-freeze': {
    means: 'freezing',
    async inject(stage) {
      stage.freezeDirector(true);
      await sleep(FREEZE_MS);
      stage.freezeDirector(false);
    },
  },
  'director-upgrade': {
    means: 'replacement',
    inject: (stage) => stage.replaceDirector(),
    // From then on signals would be another process's.
    undo: (stage) => stage.restartDirector('SIGTERM'),
  },
  'director-restart': { means: 'ending', inject: (stage) => stage.restartDirector('SIGTERM') },
  'director-kill': { means: 'signals', inject: (stage) => stage.restartDirector('SIGKILL') },
};

/** The switch's port of a host's first interface: the host sees its carrier go, as if the cable were pulled. */
async function setLink(stage: FaultStage, host: string, state: 'up' | 'down'): Promise<void> {
  const [first] = stage.lab.host(host).spec.interfaces;
  await stage.inFabric('link', 'set', `${host}.${first?.name}`, state);
}

/** A server's first interface gets another address, and says so itself, as the stage’s servers are set to. @param from Of the one it was built with. */
async function setMac(stage: FaultStage, victim: string, from: (mac: string) => string): Promise<void> {
  const host = stage.lab.host(victim);
  const [first] = host.spec.interfaces;
  if (first !== undefined) await host.run('ip', ['link', 'set', first.name, 'address', from(first.mac)]);
}

/** Routes go with the interface; they are put back as whatever configures a machine's network does. */
async function flapInterface(stage: FaultStage): Promise<void> {
  const { interfaces, routes } = stage.lab.host('director').spec;
  await stage.configureDirector([`link set ${interfaces[0]?.name} down`]);
  await sleep(INTERFACE_FLAP_MS);
  await stage.configureDirector([
    `link set ${interfaces[0]?.name} up`,
    ...routes.map(({ to, via }) => `route replace ${to} via ${via}`),
  ]);
}
