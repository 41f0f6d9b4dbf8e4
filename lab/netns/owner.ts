/**
 * Who owns a run. The record is on disk before the run's first namespace, and goes after its last one: whatever
 * kills the owner, the next run finds what it left.
 */
import { randomBytes } from 'node:crypto';
import { link, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { LabError } from '../error.ts';

export const RECORDS_DIRECTORY = '/run/lvs-lab';

const ownerRecord = z.strictObject({
  id: z.string().regex(/^[0-9a-f]+$/),
  pid: z.int().positive(),
  /** Field 22 of /proc/<pid>/stat: a process id alone is used again. */
  processStart: z.string(),
  /** A process id and its start mean nothing after a reboot. */
  bootId: z.string(),
  /** What the names of the run's namespaces begin with. */
  prefix: z.string().min(1),
  topology: z.string(),
  createdAt: z.iso.datetime(),
  runDirectory: z.string(),
  /** Whether the lab stays up after its owner has gone. */
  kept: z.boolean(),
});

export type OwnerRecord = z.infer<typeof ownerRecord>;

/** Labs may be up on this machine which this user may not know of. */
export class UnreadableRecordsError extends LabError {
  constructor() {
    super(
      `Which networks are up is written in ${RECORDS_DIRECTORY}, which only its owner may read: run this as root.`,
    );
  }
}

const fileOf = (id: string) => join(RECORDS_DIRECTORY, `${id}.json`);

/** Records this process as the owner of a new run. */
export async function claimRun(of: { topology: string; runDirectory: string }): Promise<OwnerRecord> {
  const id = randomBytes(5).toString('hex');
  const record: OwnerRecord = {
    id,
    pid: process.pid,
    processStart: (await startOf(process.pid)) ?? '',
    bootId: await bootId(),
    prefix: `lvs${id}-`,
    createdAt: new Date().toISOString(),
    kept: false,
    ...of,
  };
  await mkdir(RECORDS_DIRECTORY, { recursive: true });
  // A link, unlike a rename, fails when the name is taken: an id drawn twice is an error and not a stolen lab.
  await withWhole(record, (written) => link(written, fileOf(id)));
  return record;
}

/** Changes a record in one step: a reader sees the old one or the new one. */
export async function rewriteRecord(record: OwnerRecord): Promise<void> {
  await withWhole(record, (written) => rename(written, fileOf(record.id)));
}

/** Puts the record into a file whose name no reader looks for, and has it moved to the one that they do. */
async function withWhole(record: OwnerRecord, publish: (written: string) => Promise<void>) {
  const draft = join(RECORDS_DIRECTORY, `.${record.id}-${randomBytes(4).toString('hex')}`);
  try {
    await writeFile(draft, JSON.stringify(record, undefined, 2));
    await publish(draft);
  } finally {
    await rm(draft, { force: true });
  }
}

export async function removeRecord(id: string): Promise<void> {
  await rm(fileOf(id), { force: true });
}

/**
 * All records on this machine. One that vanishes while they are read was reaped by somebody else, and is left out.
 *
 * @throws UnreadableRecordsError where they are another user's, who alone may read them.
 */
export async function readRecords(): Promise<OwnerRecord[]> {
  const names = await readdir(RECORDS_DIRECTORY).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EACCES') throw new UnreadableRecordsError();
    return orMissing([])(error);
  });
  const records = await Promise.all(
    names.filter((name) => /^[0-9a-f]+\.json$/.test(name)).map((name) => readRecord(name)),
  );
  return records.filter((record) => record !== undefined);
}

async function readRecord(name: string): Promise<OwnerRecord | undefined> {
  const file = join(RECORDS_DIRECTORY, name);
  const text = await readFile(file, 'utf8').catch(orMissing(undefined));
  if (text === undefined) return undefined;
  try {
    return ownerRecord.parse(JSON.parse(text));
  } catch {
    throw new LabError(
      `${file} is not the record of a lab, so nobody can tell whether that lab is in use. ` +
        `Look for its namespaces with "ip netns list", delete them with "ip netns delete", then delete the file.`,
    );
  }
}

/** Whether the process that made the record still runs: same boot, same process id, same start. */
export async function ownerIsAlive(record: OwnerRecord): Promise<boolean> {
  return record.bootId === (await bootId()) && record.processStart === (await startOf(record.pid));
}

/** Whether nobody will take the lab down any more. A kept lab outlives its owner, but no lab outlives a reboot. */
export async function isAbandoned(record: OwnerRecord): Promise<boolean> {
  if (await ownerIsAlive(record)) return false;
  return !record.kept || record.bootId !== (await bootId());
}

async function bootId(): Promise<string> {
  return (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
}

/** Clock ticks from boot to the start of the process; `undefined` if it has gone or is a zombie. */
async function startOf(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(orMissing(undefined));
  // The second field is the command in brackets and may hold spaces and brackets itself.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields?.[0] === 'Z' ? undefined : fields?.[19];
}

/** For files that others may remove at any time: missing is an answer, anything else is an error. */
function orMissing<Value>(value: Value) {
  return (error: NodeJS.ErrnoException): Value => {
    if (error.code === 'ENOENT' || error.code === 'ESRCH') return value;
    throw error;
  };
}
