/** A guest's kernel and first file system, made of Debian's packages and kept in the user's cache by their versions. */
import { createHash } from 'node:crypto';
import { access, copyFile, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { execa } from 'execa';
import { LabError } from '../error.ts';
import { HOSTS_FILE, SERVICES_FILE } from '../names.ts';
import { cpioArchive, type Entry } from './cpio.ts';
import { AGENT_SCRIPT, APPLETS, initScript } from './init-script.ts';
import { modulesOf } from './kernel-modules.ts';
import { OWN_PROGRAM, OWN_PROGRAM_TEXT } from './own-programs.ts';
import { packagesOf, unpack } from './packages.ts';

export interface GuestImage {
  /** As `uname -r` says it: `6.1.0-57-cloud-amd64`. */
  readonly release: string;
  readonly kernel: string;
  readonly initramfs: string;
  /** Names of the kernel's modules that it loads. */
  readonly modules: readonly string[];
}

/** Files of an image. */
const INITRAMFS = 'initramfs.gz';
const MODULES = 'modules';
const BUSYBOX = 'bin/busybox';
/** Programs in the packages, where Debian has had them. */
const PROGRAMS = ['dash', 'ip', 'ipvsadm', 'nft', 'ethtool', 'perl'];
const PROGRAM_FOLDERS = ['sbin', 'bin', 'usr/sbin', 'usr/bin'];
const LIBRARY_FOLDER = 'lib/x86_64-linux-gnu';
const LIBRARY_FOLDERS = [LIBRARY_FOLDER, `usr/${LIBRARY_FOLDER}`];
const LOADER = 'ld-linux-x86-64.so.2';

/** Below /etc: what is asked for names. */
const NAME_FILES = {
  hosts: HOSTS_FILE,
  services: SERVICES_FILE,
  'nsswitch.conf': 'hosts: files\nservices: files\n',
};

const NEEDED_MODULES = ['virtio_pci', 'virtio_console', 'virtio_net', 'nf_tables', 'ip_vs'];
/** They look into what applications say, which nobody has asked for. */
const APPLICATION_MODULES = ['ip_vs_ftp', 'ip_vs_pe_sip'];

function isWanted(name: string): boolean {
  return NEEDED_MODULES.includes(name) || (name.startsWith('ip_vs_') && !APPLICATION_MODULES.includes(name));
}

/** @throws LabError where the packages cannot be had. */
export async function guestImage(kernelPackage: string): Promise<GuestImage> {
  const packages = await packagesOf(kernelPackage);
  const recipe = await readFile(import.meta.filename);
  const script = initScript(APPLETS);
  const key = createHash('sha256')
    .update(packages.files.join('\n'))
    .update(recipe)
    .update(script)
    .update(AGENT_SCRIPT)
    .update(OWN_PROGRAM_TEXT)
    .update(JSON.stringify(NAME_FILES))
    .digest('hex');
  const folder = join(cacheFolder(), key.slice(0, 16));
  const image = async (): Promise<GuestImage> => ({
    release: packages.kernel.slice('linux-image-'.length),
    kernel: join(folder, 'vmlinuz'),
    initramfs: join(folder, INITRAMFS),
    modules: (await readFile(join(folder, MODULES), 'utf8')).split('\n'),
  });
  const isMade = () => exists(join(folder, INITRAMFS));
  if (await isMade()) return image();
  await mkdir(cacheFolder(), { recursive: true });
  const making = await mkdtemp(join(cacheFolder(), 'making-'));
  try {
    const root = join(making, 'root');
    const made = join(making, 'image');
    await mkdir(made);
    await unpack(packages, making, root);
    await build(root, made);
    await rename(made, folder).catch(async (error: Error) => {
      // Somebody else has made it meanwhile.
      if (!(await isMade())) throw error;
    });
  } finally {
    await rm(making, { recursive: true, force: true });
  }
  return image();
}

function cacheFolder(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'lvs-lab', 'guest');
}

async function build(root: string, made: string): Promise<void> {
  const boot = await readdir(join(root, 'boot'));
  const kernel = boot.find((name) => name.startsWith('vmlinuz-'));
  if (kernel === undefined)
    throw new LabError(`The kernel's package holds no boot/vmlinuz-…, but ${boot.join(', ')}.`);
  const version = kernel.slice('vmlinuz-'.length);
  const modules = await modulesOf(await firstOf(root, ['lib', 'usr/lib'], `modules/${version}`), isWanted);
  const programs = await Promise.all(PROGRAMS.map((name) => firstOf(root, PROGRAM_FOLDERS, name)));
  const loader = await firstOf(root, LIBRARY_FOLDERS, LOADER);
  const libraries = await librariesOf(programs, loader, root);
  const entries: Entry[] = [
    ...[
      'bin',
      'sbin',
      'dev',
      'proc',
      'sys',
      'run',
      'tmp',
      'etc',
      'modules',
      'lib',
      LIBRARY_FOLDER,
      'lib64',
    ].map((path) => ({ path, kind: 'folder' }) as const),
    { path: 'dev/console', kind: 'device', major: 5, minor: 1 },
    {
      path: 'init',
      kind: 'file',
      bytes: Buffer.from(initScript(modules.map(({ name }) => name))),
      isProgram: true,
    },
    { path: 'agent', kind: 'file', bytes: Buffer.from(AGENT_SCRIPT) },
    ...Object.entries(NAME_FILES).map(
      ([path, text]) => ({ path: `etc/${path}`, kind: 'file', bytes: Buffer.from(text) }) as const,
    ),
    { path: OWN_PROGRAM, kind: 'file', bytes: Buffer.from(OWN_PROGRAM_TEXT) },
    await program(await firstOf(root, ['', 'usr'], BUSYBOX), BUSYBOX),
    { path: 'bin/sh', kind: 'link', target: '/sbin/dash' },
    ...APPLETS.map((name) => ({ path: `bin/${name}`, kind: 'link', target: `/${BUSYBOX}` }) as const),
    ...(await Promise.all(programs.map((file) => program(file, `sbin/${basename(file)}`)))),
    await program(loader, `lib64/${LOADER}`),
    ...(await Promise.all([...libraries].map(([name, file]) => program(file, `${LIBRARY_FOLDER}/${name}`)))),
    ...modules.map(({ name, bytes }) => ({ path: `modules/${name}.ko`, kind: 'file', bytes }) as const),
  ];
  await copyFile(join(root, 'boot', kernel), join(made, 'vmlinuz'));
  await writeFile(join(made, MODULES), modules.map(({ name }) => name).join('\n'));
  await writeFile(join(made, INITRAMFS), await promisify(gzip)(cpioArchive(entries)));
}

async function program(file: string, path: string): Promise<Entry> {
  return { path, kind: 'file', bytes: await readFile(file), isProgram: true };
}

/** Names of the libraries that programs are linked to, with their files: what the unpacked loader says. */
async function librariesOf(
  programs: readonly string[],
  loader: string,
  root: string,
): Promise<Map<string, string>> {
  const path = LIBRARY_FOLDERS.map((folder) => join(root, folder)).join(':');
  const libraries = new Map<string, string>();
  for (const file of programs) {
    const { stdout } = await execa(loader, ['--library-path', path, '--list', file]);
    for (const [, name = '', found = ''] of stdout.matchAll(/^\s*(\S+) => (\S+) \(/gm)) {
      if (name.includes('/')) continue;
      if (!found.startsWith(root))
        throw new LabError(`${basename(file)} needs ${name}, which no package holds.`);
      libraries.set(name, found);
    }
  }
  return libraries;
}

async function firstOf(root: string, folders: readonly string[], name: string): Promise<string> {
  for (const folder of folders) {
    const file = join(root, folder, name);
    if (await exists(file)) return file;
  }
  throw new LabError(`No package holds ${name} in ${folders.join(', ')}.`);
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
