/** `lvs-lab director set` and `lvs-lab director get` */
import { ControlClient } from '../control/client.ts';
import { parseSetting, settingNamed } from '../control/setting-change.ts';
import { controlSocketPath } from '../control/socket-path.ts';
import { UsageError } from './flags.ts';

export async function set(args: string[]): Promise<void> {
  if (args.length === 0) throw new UsageError('set needs NAME=VALUE, such as expire_nodest_conn=1');
  // All are looked at before any is sent, so that a wrong one changes nothing.
  for (const text of args) parseSetting(text);
  const director = new ControlClient(controlSocketPath());
  for (const text of args) await director.set(text);
}

export async function get(args: string[]): Promise<void> {
  const wanted = args.map(settingNamed);
  const settings = await new ControlClient(controlSocketPath()).settings();
  for (const [name, value] of Object.entries(settings)) {
    if (wanted.length === 0 || wanted.some((one) => one === name))
      process.stdout.write(`${name} = ${value}\n`);
  }
}
